"""Unread counts for server-side code and for the address ``unread_count``."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from chat.adapter import User
from chat.compat.hazo.older import GROUPS, ids_now, parse_id
from chat.exceptions import InvalidInput
from chat.models import ChatGroupUser


def unread_counts(user: User, chat_group_ids: Iterable[str | UUID] | None = None) -> list[dict[str, str | int]]:
    """Return ``[{"chat_group_id": …, "count": …}]`` of the groups in which ``user`` has unread messages, most first.

    ``chat_group_ids`` keeps only these groups; None means all, and ids that are unknown or of other people's groups
    are ignored. A group that was asked for by the id it had in an older chat is answered by that id. Who may: any code
    of the host; no permission is checked beyond membership.

    Raises InvalidInput (``user``, ``chat_group_ids``) where hazo_chat's own function answers an empty list.
    """
    if getattr(user, "pk", None) is None:
        raise InvalidInput(_("This must be a user."), code="invalid_user", field="user")
    memberships = ChatGroupUser.objects.conversations_of(user).with_unread()
    if chat_group_ids is None:
        unread = {str(row.group_id): row.unread for row in memberships}
    else:
        unread = _unread_by_id(memberships, _group_ids(chat_group_ids))
    counted = sorted((-count, group_id) for group_id, count in unread.items() if count)
    return [{"chat_group_id": group_id, "count": -negative} for negative, group_id in counted]


def _unread_by_id(memberships: QuerySet[ChatGroupUser], wanted: Collection[str]) -> dict[str, int]:
    """Return the counts of these groups, by the id that each was asked by: its own, else one of an older chat."""
    own = {group_id: raw for raw in wanted if (group_id := parse_id(raw))}
    counts = {row.group_id: row.unread for row in memberships.filter(group_id__in=own)}
    older = ids_now(GROUPS, [raw for raw in wanted if parse_id(raw) not in counts])
    more = memberships.filter(group_id__in={*older.values()} - counts.keys()) if older else ()
    by_older = {group_id: raw for raw, group_id in older.items()}
    return {str(group_id): count for group_id, count in counts.items()} | {
        by_older[row.group_id]: row.unread for row in more
    }


def _group_ids(raw_ids: Iterable[str | UUID]) -> set[str]:
    if isinstance(raw_ids, str) or not isinstance(raw_ids, Iterable):
        raise InvalidInput(_("This must be a list of group ids."), code="invalid", field="chat_group_ids")
    return set(map(str, raw_ids))
