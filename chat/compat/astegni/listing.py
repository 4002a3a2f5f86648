"""The caller's conversations, as a list and one by one."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from chat.adapter import UserId, get_adapter
from chat.choices import NumberKind
from chat.compat.astegni.identity import require_own
from chat.compat.astegni.message_shapes import preview_json
from chat.compat.astegni.persons import People, people_read, wire_key
from chat.exceptions import InvalidInput
from chat.identities import Identity, Pair
from chat.models import ChatGroupUser
from chat.models.listing import LISTED_FIELDS, LISTED_ORDER
from chat.models.message import MESSAGE_FIELDS
from chat.models.prepared import Row
from chat.roles import GroupType, Posting
from chat.sentences import ids_named
from chat.serializers import Json, wire_time
from chat.services.numbers import Numbers, numbers_give
from chat.services.people.presence import online_among

Rows = QuerySet[Any, Row]

_FILTERS: Mapping[str, Callable[[Any], Any]] = {
    "all": lambda rows: rows.unarchived(),
    "direct": lambda rows: rows.unarchived().filter(group__group_type=GroupType.PEER),
    "groups": lambda rows: (
        rows.unarchived().exclude(group__group_type=GroupType.PEER).filter(group__posting=Posting.EVERYONE)
    ),
    "channels": lambda rows: rows.unarchived().filter(group__posting=Posting.ADMINS),
    "unread": lambda rows: rows.unarchived().with_unread().filter(unread__gt=0),
    "archived": lambda rows: rows.filter(archived_at__isnull=False),
}


def conversations_listed(user: Any, filter_type: str) -> Rows:  # noqa: ANN401 (the host's)
    """Return the caller's conversations, pinned ones first, then by latest activity. Raises InvalidInput."""
    if filter_type not in _FILTERS:
        raise InvalidInput(_("There is no such filter_type."), field="filter_type")
    rows = ChatGroupUser.objects.conversations_of(user)
    return conversations_rows(_FILTERS[filter_type](rows))


def conversation_listed(membership: ChatGroupUser) -> Row:
    """Return one conversation as the list has it."""
    return conversations_rows(ChatGroupUser.objects.filter(pk=membership.pk)).get()


def conversations_json(
    rows: Collection[Row], request: Request, *, in_old_shape: bool, claimed: Collection[Pair] = ()
) -> list[Json]:
    """Return listed conversations; refuse first who claims another's profile. At most four statements."""
    user = request.user
    last = {row["group_id"]: _last_row(row) for row in rows if row["last__id"] is not None and not row["last_hidden"]}
    others = {row["group_id"]: row["other_user_id"] or user.pk for row in rows if is_direct(row)}
    ids = set(others.values()) | {message["sender_id"] for message in last.values()} | ids_named(last.values())
    held = _identities(user, ids, claimed) if in_old_shape else None
    people = people_read(user.pk, ids, in_old_shape=in_old_shape, held=held)
    messages = [message["id"] for message in last.values()]
    numbers = numbers_give({NumberKind.CONVERSATION: [row["group_id"] for row in rows], NumberKind.MESSAGE: messages})
    online = online_among(user, set(others.values()))
    return [
        _conversation_json(row, people, numbers, other=others.get(row["group_id"]), online=online)
        | {"last_message": _last_json(last.get(row["group_id"]), people, numbers, user.pk)}
        for row in rows
    ]


def type_of(group_type: str, posting: str) -> str:
    """Return what clients call such a conversation."""
    if group_type == GroupType.PEER:
        return "direct"
    return "channel" if posting == Posting.ADMINS else "group"


def is_direct(row: Row) -> bool:
    """Return whether it is a conversation of two."""
    return bool(row["group__group_type"] == GroupType.PEER)


def conversations_rows(memberships: Any) -> Rows:  # noqa: ANN401 (querysets with annotations)
    """Return memberships as a list shows them, pinned ones first, then by latest activity."""
    members = ChatGroupUser.objects.live().filter(group=OuterRef("group")).order_by().values("group")
    count = Subquery(members.annotate(number=Count("pk")).values("number"))
    rows: Rows = memberships.with_listing().annotate(participant_count=count)
    return rows.order_by(*LISTED_ORDER).values(*LISTED_FIELDS, "participant_count")


def _identities(user: Any, user_ids: Collection[UserId], claimed: Collection[Pair]) -> list[Identity]:  # noqa: ANN401
    """Return the profiles of these people, the caller's own among them. Raises NotAllowed."""
    held = get_adapter().identities(user_ids={user.pk, *filter(None, user_ids)}, pairs=claimed)
    require_own(user, claimed, held)
    return held


def _last_row(row: Row) -> Row:
    return {name: row[f"last__{name}"] for name in MESSAGE_FIELDS}


def _last_json(row: Row | None, people: People, numbers: Numbers, viewer_id: UserId) -> Json | None:
    return None if row is None else preview_json(row, people, numbers[NumberKind.MESSAGE][row["id"]], viewer_id)


def _conversation_json(
    row: Row, people: People, numbers: Numbers, *, other: UserId | None, online: Collection[UserId]
) -> Json:
    direct = is_direct(row)
    name = people.name(other) if direct else row["group__name"]
    return {
        "id": numbers[NumberKind.CONVERSATION][row["group_id"]],
        "type": type_of(row["group__group_type"], row["group__posting"]),
        "name": name,
        "description": row["group__description"],
        "avatar": people.profiles[other].avatar_url if direct else None,
        "other_user": people.shown(other) | {"online": other in online} if direct else None,
        "unread_count": row["unread"],
        "is_muted": row["muted_until"] is not None and row["muted_until"] > timezone.now(),
        "is_pinned": row["pinned_at"] is not None,
        "is_archived": row["archived_at"] is not None,
        "participant_count": row["participant_count"],
        "created_by_user_id": wire_key(row["group__created_by_id"]),
        "last_message_at": wire_time(row["group__last_message_at"]),
        "created_at": wire_time(row["group__created_at"]),
        "updated_at": wire_time(row["group__changed_at"]),
        **(_old_json(people, name, other, online) if people.in_old_shape else {}),
    }


def _old_json(people: People, name: str | None, other: UserId | None, online: Collection[UserId]) -> Json:
    told: Json = {"display_name": name}
    if other is None:
        return told
    return told | people.pair(other, "other_") | {"other_user_id": wire_key(other), "is_online": other in online}
