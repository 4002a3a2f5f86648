"""Staff who are support staff no more: they leave the requests that they serve."""

import logging
from collections.abc import Collection, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import router, transaction

from chat.adapter import User, UserId, get_adapter
from chat.exceptions import NotFound
from chat.models import ChatGroup, ChatGroupUser
from chat.roles import Role, SystemKind
from chat.services.members import membership_end
from chat.services.writing import group_write

logger = logging.getLogger(__name__)

REVIEW_SECONDS = 60
"""How often workers look at all who serve, together."""


def staff_release(user_ids: Collection[UserId] | None = None) -> Iterator[UserId]:
    """Have those of ``user_ids`` (None: of everybody) who are support staff no more leave what they serve; yield each.

    They leave requests and desks as if of their own will, and what was assigned to them is in the queue again. For a
    host to call where its adapter's answer changes; changes of Django's permissions and groups are heard of.

    Who may: the host's code, and the worker. Locks one request at a time, then its desk. Publishes ``member.removed``,
    ``request.changed``.
    """
    serving = ChatGroupUser.objects.live().filter(role=Role.STAFF, group__desk_of=None, group__deleted_at=None)
    if user_ids is not None:
        serving = serving.filter(user__in=user_ids)
    keys = list(serving.order_by("user_id").values_list("user_id", flat=True).distinct())
    people = get_user_model()._base_manager.in_bulk(keys)
    for user_id in keys:
        if user_id in people and _is_staff_no_more(people[user_id]):
            for group_id in list(serving.filter(user=user_id).order_by("group_id").values_list("group_id", flat=True)):
                _leave(group_id, user_id)
            yield user_id


def staff_review() -> Iterator[UserId]:
    """Do ``staff_release`` for everybody, once in REVIEW_SECONDS however many workers ask."""
    if cache.add("chat_staff_review", value=True, timeout=REVIEW_SECONDS):
        yield from staff_release()


def permissions_changed(action: str, **_signal: Any) -> None:
    """Receive that permissions or groups were taken from somebody: who lost the one for the desk leaves it at once.

    What fails here is logged, and mended by the worker: permissions can always be taken.
    """
    if action in ("post_remove", "post_clear"):
        transaction.on_commit(partial(_release_logged), using=router.db_for_write(ChatGroup), robust=True)


def _release_logged() -> None:
    for user_id in staff_release():
        logger.info("%s is support staff no more, and left the requests that they served.", user_id)


def _is_staff_no_more(user: User) -> bool:
    try:
        return not get_adapter().is_support_staff(user)
    except Exception:
        logger.exception("The adapter could not say whether somebody is support staff; they stay.")
        return False


def _leave(group_id: Any, user_id: UserId) -> None:  # noqa: ANN401 (a key)
    with suppress(NotFound), group_write(group_id) as write:  # left, or deleted, meanwhile
        membership = write.member(user_id)
        if membership.role == Role.STAFF:
            membership_end(write, membership, actor_id=None, kind=SystemKind.MEMBER_LEFT)
