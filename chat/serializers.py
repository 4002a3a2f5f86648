"""The one JSON shape of what clients see, for the API and for live connections.

Plain functions, as lists of these are the hot reads; tests hold them against the serializer classes that describe the
API. Everything is shaped for one viewer. Ids of people are text, times have six digits and end in ``Z``.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from chat import policy
from chat.adapter import Profile, User, UserId, get_adapter
from chat.models import Changes, ChatGroupUser, Synced
from chat.models.message import MESSAGE_FIELDS
from chat.models.prepared import Row
from chat.roles import GroupType, Role

Json = dict[str, Any]


def wire_time(value: datetime | None) -> str | None:
    """Return a time as clients get it, or None."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def wire_user_id(user_id: UserId) -> str | None:
    """Return the key of a user as clients get it, or None."""
    return None if user_id is None else str(user_id)


def profile_json(profile: Profile) -> Json:
    """Return what others may see of a person."""
    return {"id": profile.id, "name": profile.name, "avatar_url": profile.avatar_url, "email": profile.email}


def message_json(row: Row, viewer_id: UserId) -> Json:
    """Return a message, from its MESSAGE_FIELDS; nobody is sent the content of a deleted one."""
    gone = row["deleted_at"] is not None
    own = row["client_id"] is not None and row["sender_id"] == viewer_id
    return {
        "id": str(row["id"]),
        "chat_group_id": str(row["group_id"]),
        "seq": row["seq"],
        "version": row["version"],
        "sender_user_id": wire_user_id(row["sender_id"]),
        "message_type": row["message_type"],
        "message_text": None if gone else row["message_text"],
        "reference_id": row["reference_id"],
        "reference_type": row["reference_type"],
        "reference_list": None if gone else row["reference_list"],
        "client_id": str(row["client_id"]) if own else None,
        "deleted_at": wire_time(row["deleted_at"]),
        "deleted_by_user_id": wire_user_id(row["deleted_by_id"]),
        "created_at": wire_time(row["created_at"]),
        "changed_at": wire_time(row["changed_at"]),
    }


def member_json(membership: ChatGroupUser, profile: Profile) -> Json:
    """Return a member of a group as the other members see them."""
    return {
        "chat_group_id": str(membership.group_id),
        "user_id": wire_user_id(membership.user_id),
        "role": str(membership.role),
        "read_seq": membership.read_seq,
        "created_at": wire_time(membership.created_at),
        "changed_at": wire_time(membership.changed_at),
        "left_at": wire_time(membership.left_at),
        "version": membership.version,
        "profile": profile_json(profile),
    }


def members_json(memberships: Collection[ChatGroupUser]) -> list[Json]:
    """Return members with their profiles. At most one statement."""
    profiles = get_adapter().profiles({row.user_id for row in memberships})
    return [member_json(row, profiles[row.user_id]) for row in memberships]


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
        "state_version": row["state_version"],
    }


def group_json(row: Row) -> Json:
    """Return a group for a member, from the fields of their membership, of ``group__`` and ``unread``."""
    closed = row["group__closed_at"] is not None
    return {
        "id": str(row["group_id"]),
        "client_user_id": wire_user_id(row["group__client_user_id"]),
        "group_type": row["group__group_type"],
        "name": row["group__name"],
        "description": row["group__description"],
        "posting": row["group__posting"],
        "history_visibility": row["group__history_visibility"],
        "created_by_user_id": wire_user_id(row["group__created_by_id"]),
        "last_seq": row["group__last_seq"],
        "version": row["group__version"],
        "last_message_at": wire_time(row["group__last_message_at"]),
        "created_at": wire_time(row["group__created_at"]),
        "changed_at": wire_time(row["group__changed_at"]),
        "closed_at": wire_time(row["group__closed_at"]),
        "state_version": row["state_version"],
        "my_role": row["role"],
        "actions": policy.actions_of(row["group__group_type"], row["role"], row["group__posting"], closed=closed),
        "unread_count": row["unread"],
        "state": state_json(row),
    }


def membership_row(membership: ChatGroupUser) -> Row:
    """Return the fields of a membership that was read with its group and ``with_unread``, as a list has them."""
    return vars(membership) | {f"group__{name}": value for name, value in vars(membership.group).items()}


def group_detail_json(membership: ChatGroupUser) -> Json:
    """Return a group with its members, and its owner where it has one. At most two statements."""
    members = members_json(list(ChatGroupUser.objects.live().filter(group_id=membership.group_id).oldest_first()))
    owners = (member["profile"] for member in members if member["role"] == Role.OWNER)
    return group_json(membership_row(membership)) | {"members": members, "owner_profile": next(owners, None)}


def groups_json(rows: Sequence[Row], viewer: User) -> list[Json]:
    """Return listed groups (rows of LISTED_FIELDS) with last message and, in a peer group, the other person.

    Notes to oneself show oneself. At most one statement.
    """
    others = {row["group_id"]: row["other_user_id"] or viewer.pk for row in rows if _is_peer(row)}
    profiles = get_adapter().profiles(set(others.values()))
    return [
        group_json(row)
        | {
            "last_message": _last_message_json(row, viewer.pk),
            "other_user": profile_json(profiles[others[row["group_id"]]]) if _is_peer(row) else None,
        }
        for row in rows
    ]


def changes_json(changes: Changes) -> Json:
    """Return what changed in one group for its member. At most one statement."""
    return _changes_json(changes, members_json(changes.members))


def synced_json(synced: Synced, viewer: User, *, has_more: bool) -> Json:
    """Return what changed in all groups of ``viewer``. At most four statements."""
    members = members_json([row for changes in synced.changed for row in changes.members])
    by_group: dict[str, list[Json]] = {}
    for member in members:
        by_group.setdefault(member["chat_group_id"], []).append(member)
    return {
        "changed": [
            _changes_json(changes, by_group.get(str(changes.membership.group_id), [])) for changes in synced.changed
        ],
        "gained": groups_json(synced.gained, viewer),
        "lost": [str(group_id) for group_id in synced.lost],
        "has_more": has_more,
    }


def _changes_json(changes: Changes, members: list[Json]) -> Json:
    membership = changes.membership
    return {
        "chat_group_id": str(membership.group_id),
        "version": changes.version,
        "state_version": membership.state_version,
        "reset": changes.reset,
        "has_more": changes.has_more,
        "group": group_json(membership_row(membership)) if changes.group_changed or changes.state_changed else None,
        "members": members,
        "messages": [message_json(vars(message), membership.user_id) for message in changes.messages],
    }


def _is_peer(row: Row) -> bool:
    return bool(row["group__group_type"] == GroupType.PEER)


def _last_message_json(row: Row, viewer_id: UserId) -> Json | None:
    if row["last__id"] is None:
        return None
    return message_json({name: row[f"last__{name}"] for name in MESSAGE_FIELDS}, viewer_id)
