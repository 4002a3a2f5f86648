"""People who leave the site: their memberships end, their messages stay."""

import logging
from collections.abc import Iterator
from contextlib import suppress
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from chat import events
from chat.adapter import User, UserId
from chat.choices import JoinState
from chat.exceptions import NotFound
from chat.models import ChatGroupUser, JoinRequest
from chat.roles import GroupType
from chat.services.duty.belongings import belongings_remove
from chat.services.members import membership_end
from chat.services.writing import atomic, group_write

logger = logging.getLogger(__name__)


def user_depart(*, user_id: UserId) -> None:
    """End every membership of a person whose account is being deleted, groups in the order of their ids.

    What they asked to join is withdrawn. What was theirs alone goes: settings, contacts, blocks, what they have not
    sent, exports. That they were here stays, and what they said: see docs/duty.md.

    Who may: the receiver of the host's user deletion, and the clean-up command. An owner's group passes on; a peer
    conversation is closed for sending and stays readable for the other side. Locks each group. Publishes
    ``member.removed`` and ``group.closed``.
    """
    groups = ChatGroupUser.objects.conversations_of(user_id).order_by("group_id").values_list("group_id", flat=True)
    asked = JoinRequest.objects.waiting().filter(user=user_id)
    asked.update(state=JoinState.WITHDRAWN, answered_at=Now())
    for group_id in list(groups):
        with suppress(NotFound):  # deleted, or left, meanwhile
            _depart(group_id, user_id)
    with atomic():  # after the groups, as whoever sends locks the group before the files
        belongings_remove(user_id)


def user_deleted(instance: User, **_kwargs: object) -> None:
    """Receive the host's ``post_delete`` of a user.

    What fails here is logged, and mended by ``chat_cleanup``: a site can always delete a user.
    """
    try:
        with atomic():
            user_depart(user_id=instance.pk)
    except Exception:
        logger.exception("Could not end the chat memberships of a deleted user; chat_cleanup will.")


def departed_clean_up() -> Iterator[UserId]:
    """End the memberships of users who are gone without Django's knowing (raw SQL), and yield their ids.

    Who may: the site's operator (management command).
    """
    # Not the default manager: one that hides people would have them thrown out of every group.
    exists = Exists(get_user_model()._base_manager.filter(pk=OuterRef("user_id")))
    gone = ChatGroupUser.objects.live().filter(~exists, user_id__isnull=False, group__deleted_at__isnull=True)
    for user_id in list(gone.order_by("user_id").values_list("user_id", flat=True).distinct()):
        user_depart(user_id=user_id)
        yield user_id


def _depart(group_id: UUID, user_id: UserId) -> None:
    with group_write(group_id) as write:
        membership_end(write, write.member(user_id), actor_id=None)
        if write.group.group_type == GroupType.PEER and write.group.closed_at is None:
            write.set(closed_at=write.now)
            version = write.next_version()
            events.publish(events.GroupClosed(group_id=group_id, version=version, actor_id=None))
