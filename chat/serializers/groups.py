"""Groups and their members, as one member sees them."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from chat import policy
from chat.adapter import Profile, User, UserId
from chat.models import ChatGroupUser
from chat.models.message import MESSAGE_FIELDS
from chat.models.prepared import Row
from chat.roles import GroupType, Role
from chat.serializers.messages import messages_json
from chat.serializers.wire import Json, profile_json, wire_time, wire_user_id
from chat.services.people.profiles import profiles_for
from chat.services.people.relations import sharing


def member_json(membership: ChatGroupUser, profile: Profile, *, shows_reading: bool = True) -> Json:
    """Return a member of a group as another member sees them."""
    return {
        "chat_group_id": str(membership.group_id),
        "user_id": wire_user_id(membership.user_id),
        "role": str(membership.role),
        "read_seq": membership.read_seq if shows_reading else None,
        "created_at": wire_time(membership.created_at),
        "changed_at": wire_time(membership.changed_at),
        "silenced_until": wire_time(membership.silenced_until),
        "left_at": wire_time(membership.left_at),
        "version": membership.version,
        "profile": profile_json(profile),
    }


def members_json(memberships: Collection[ChatGroupUser], viewer_id: UserId) -> list[Json]:
    """Return members with their profiles, as far as they share with the viewer. At most four statements."""
    ids = {row.user_id for row in memberships}
    profiles, reading = profiles_for(viewer_id, ids), sharing("read_receipts", viewer_id, ids)
    return [member_json(row, profiles[row.user_id], shows_reading=row.user_id in reading) for row in memberships]


def state_json(row: Row) -> Json:
    """Return what a person made of a group for themselves, from the fields of their membership."""
    return {
        "read_seq": row["read_seq"],
        "unread_from_seq": row["unread_from_seq"],
        "delivered_seq": row["delivered_seq"],
        "visible_from_seq": row["visible_from_seq"],
        "muted_until": wire_time(row["muted_until"]),
        "pinned_at": wire_time(row["pinned_at"]),
        "archived_at": wire_time(row["archived_at"]),
        "draft": _draft_json(row),
        "state_version": row["state_version"],
    }


def _draft_json(row: Row) -> Json | None:
    if row["draft_changed_at"] is None:
        return None
    reply_to = row["draft_reply_to"]
    return {
        "message_text": row["draft_text"],
        "reply_to_id": None if reply_to is None else str(reply_to),
        "changed_at": wire_time(row["draft_changed_at"]),
    }


def group_json(row: Row) -> Json:
    """Return a group for a member, from the fields of their membership, of ``group__`` and ``unread``."""
    closed, at_desk = row["group__closed_at"] is not None, row["group__desk_of_id"] is not None
    group_type, role, posting = row["group__group_type"], row["role"], row["group__posting"]
    return {
        "id": str(row["group_id"]),
        "client_user_id": wire_user_id(row["group__client_user_id"]),
        "group_type": row["group__group_type"],
        "name": row["group__name"],
        "description": row["group__description"],
        "posting": row["group__posting"],
        "history_visibility": row["group__history_visibility"],
        "message_lifetime": row["group__message_lifetime"],
        "slow_mode": row["group__slow_mode"],
        "support_status": row["group__support_status"],
        "assignee_user_id": wire_user_id(row["group__assignee_id"]),
        "desk_of_id": _text(row["group__desk_of_id"]),
        "created_by_user_id": wire_user_id(row["group__created_by_id"]),
        "last_seq": row["group__last_seq"],
        "version": row["group__version"],
        "last_message_at": wire_time(row["group__last_message_at"]),
        "created_at": wire_time(row["group__created_at"]),
        "changed_at": wire_time(row["group__changed_at"]),
        "closed_at": wire_time(row["group__closed_at"]),
        "state_version": row["state_version"],
        "my_role": row["role"],
        "silenced_until": wire_time(row["silenced_until"]),
        "actions": policy.actions_of(group_type, role, posting, closed=closed, at_desk=at_desk),
        "unread_count": row["unread"],
        "unread_mention_count": row["unread_mentions"],
        "state": state_json(row),
    }


def _text(key: UUID | None) -> str | None:
    return None if key is None else str(key)


def membership_row(membership: ChatGroupUser) -> Row:
    """Return the fields of a membership that was read with its group and ``with_unread``, as a list has them."""
    return vars(membership) | {f"group__{name}": value for name, value in vars(membership.group).items()}


def group_detail_json(membership: ChatGroupUser) -> Json:
    """Return a group with its members, and its owner where it has one. One statement beside ``members_json``."""
    rows = ChatGroupUser.objects.live().filter(group_id=membership.group_id).oldest_first()
    members = members_json(list(rows), membership.user_id)
    owners = (member["profile"] for member in members if member["role"] == Role.OWNER)
    return group_json(membership_row(membership)) | {"members": members, "owner_profile": next(owners, None)}


def others_shown(rows: Sequence[Row], viewer: User) -> dict[UUID, Profile]:
    """Return, by group, the other person of each listed conversation of two, as the viewer may see them now.

    Notes to oneself show oneself. At most three statements.
    """
    others = {row["group_id"]: row["other_user_id"] or viewer.pk for row in rows if _is_peer(row)}
    profiles = profiles_for(viewer.pk, set(others.values()))
    return {group_id: profiles[user_id] for group_id, user_id in others.items()}


def groups_json(rows: Sequence[Row], viewer: User, others: Mapping[UUID, Profile] | None = None) -> list[Json]:
    """Return listed groups (rows of LISTED_FIELDS) with last message and, in a peer group, the other person.

    ``others`` are those of ``others_shown``, read here if not before. No statement beside those, and those of
    ``messages_json``.
    """
    if others is None:
        others = others_shown(rows, viewer)
    last = _last_messages_json(rows, viewer)
    return [
        group_json(row)
        | {
            "last_message": last.get(row["group_id"]),
            "other_user": profile_json(others[row["group_id"]]) if _is_peer(row) else None,
        }
        for row in rows
    ]


def _is_peer(row: Row) -> bool:
    return bool(row["group__group_type"] == GroupType.PEER)


def _last_messages_json(rows: Sequence[Row], viewer: User) -> dict[UUID, Json]:
    """Return the last message of each group that has one which the viewer sees."""
    shown = [row for row in rows if row["last__id"] is not None and not row["last_hidden"]]
    messages = [{name: row[f"last__{name}"] for name in MESSAGE_FIELDS} for row in shown]
    return {row["group_id"]: message for row, message in zip(shown, messages_json(messages, viewer.pk), strict=True)}
