"""Unread counts for server-side code and for the address ``unread_count``."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat.adapter import User
from chat.exceptions import InvalidInput
from chat.models import ChatGroupUser


def unread_counts(user: User, chat_group_ids: Iterable[str | UUID] | None = None) -> list[dict[str, str | int]]:
    """Return ``[{"chat_group_id": …, "count": …}]`` of the groups in which ``user`` has unread messages, most first.

    ``chat_group_ids`` keeps only these groups; None means all, and ids that are unknown or of other people's groups
    are ignored. Who may: any code of the host; no permission is checked beyond membership.

    Raises InvalidInput (``user``, ``chat_group_ids``) where hazo_chat's own function answers an empty list.
    """
    if getattr(user, "pk", None) is None:
        raise InvalidInput(_("This must be a user."), code="invalid_user", field="user")
    memberships = ChatGroupUser.objects.conversations_of(user)
    if chat_group_ids is not None:
        memberships = memberships.filter(group_id__in=_group_ids(chat_group_ids))
    rows: Iterable[Any] = memberships.with_unread()
    counted = sorted((-row.unread, str(row.group_id)) for row in rows if row.unread)
    return [{"chat_group_id": group_id, "count": -negative} for negative, group_id in counted]


def parse_group_id(raw: object) -> UUID | None:
    """Return the id that a client wrote, or None when no group can have it."""
    try:
        return UUID(str(raw))
    except ValueError:
        return None


def _group_ids(raw_ids: Iterable[str | UUID]) -> set[UUID]:
    if isinstance(raw_ids, str) or not isinstance(raw_ids, Iterable):
        raise InvalidInput(_("This must be a list of group ids."), code="invalid", field="chat_group_ids")
    return {group_id for raw in raw_ids if (group_id := parse_group_id(raw))}
