"""The one JSON shape of what clients see, for the API and for live connections.

Plain functions, as lists of these are the hot reads; tests hold them against the serializer classes that describe the
API. Everything is shaped for one viewer. Ids of people are text, times have six digits and end in ``Z``.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from chat import policy
from chat.adapter import Profile, User, UserId, get_adapter
from chat.models import Changes, ChatGroupUser, ChatMessage, Synced
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


def message_json(message: ChatMessage, viewer_id: UserId) -> Json:
    """Return a message; nobody is sent the content of a deleted one."""
    gone = message.deleted_at is not None
    own = message.client_id is not None and message.sender_id == viewer_id
    return {
        "id": str(message.pk),
        "chat_group_id": str(message.group_id),
        "seq": message.seq,
        "version": message.version,
        "sender_user_id": wire_user_id(message.sender_id),
        "message_type": str(message.message_type),
        "message_text": None if gone else message.message_text,
        "reference_id": message.reference_id,
        "reference_type": str(message.reference_type),
        "reference_list": None if gone else message.reference_list,
        "client_id": str(message.client_id) if own else None,
        "deleted_at": wire_time(message.deleted_at),
        "deleted_by_user_id": wire_user_id(message.deleted_by_id),
        "created_at": wire_time(message.created_at),
        "changed_at": wire_time(message.changed_at),
    }


def messages_json(messages: Iterable[ChatMessage], viewer_id: UserId) -> list[Json]:
    """Return messages in their order."""
    return [message_json(message, viewer_id) for message in messages]


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


def state_json(membership: ChatGroupUser) -> Json:
    """Return what the person of ``membership`` made of the group for themselves."""
    return {
        "read_seq": membership.read_seq,
        "unread_from_seq": membership.unread_from_seq,
        "delivered_seq": membership.delivered_seq,
        "visible_from_seq": membership.visible_from_seq,
        "muted_until": wire_time(membership.muted_until),
        "pinned_at": wire_time(membership.pinned_at),
        "archived_at": wire_time(membership.archived_at),
        "state_version": membership.state_version,
    }


def group_json(membership: ChatGroupUser) -> Json:
    """Return a group for the person of ``membership``, which was read with its group and ``with_unread``."""
    group = membership.group
    return {
        "id": str(group.pk),
        "client_user_id": wire_user_id(group.client_user_id),
        "group_type": str(group.group_type),
        "name": group.name,
        "description": group.description,
        "posting": group.posting,
        "history_visibility": group.history_visibility,
        "created_by_user_id": wire_user_id(group.created_by_id),
        "last_seq": group.last_seq,
        "version": group.version,
        "last_message_at": wire_time(group.last_message_at),
        "created_at": wire_time(group.created_at),
        "changed_at": wire_time(group.changed_at),
        "closed_at": wire_time(group.closed_at),
        "state_version": membership.state_version,
        "my_role": membership.role,
        "actions": [action.value for action in policy.allowed_actions(membership)],
        "unread_count": membership.unread,
        "state": state_json(membership),
    }


def group_detail_json(membership: ChatGroupUser) -> Json:
    """Return a group with its members, and its owner where it has one. At most two statements."""
    members = members_json(list(ChatGroupUser.objects.live().filter(group_id=membership.group_id).oldest_first()))
    owners = (member["profile"] for member in members if member["role"] == Role.OWNER)
    return group_json(membership) | {"members": members, "owner_profile": next(owners, None)}


def groups_json(memberships: Sequence[ChatGroupUser], viewer: User) -> list[Json]:
    """Return the groups of ``viewer``'s memberships with last message and, in a peer group, the other person.

    Notes to oneself show oneself. At most three statements.
    """
    last_messages = _last_messages(memberships)
    others = other_profiles(memberships, viewer)
    return [
        group_json(row) | {"last_message": last_messages.get(row.group_id), "other_user": others.get(row.group_id)}
        for row in memberships
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
        "group": group_json(membership) if changes.group_changed or changes.state_changed else None,
        "members": members,
        "messages": messages_json(changes.messages, membership.user_id),
    }


def other_profiles(memberships: Sequence[ChatGroupUser], viewer: User) -> dict[UUID, Json]:
    """Return the other person's profile by group, for those that are peer groups. At most two statements."""
    peers = [row.group_id for row in memberships if row.group.group_type == GroupType.PEER]
    if not peers:
        return {}
    rows = ChatGroupUser.objects.filter(group_id__in=peers).exclude(user_id=viewer.pk)
    others = dict.fromkeys(peers, viewer.pk) | dict(rows.values_list("group_id", "user_id"))
    profiles = {key: profile_json(value) for key, value in get_adapter().profiles(set(others.values())).items()}
    return {group_id: profiles[user_id] for group_id, user_id in others.items()}


def _last_messages(memberships: Sequence[ChatGroupUser]) -> dict[UUID, Json]:
    """Return the last message of each group, unless its member cleared it away. One statement."""
    viewers = {row.group_id: row.user_id for row in memberships}
    rows = ChatMessage.objects.filter(
        group__memberships__in=[row.pk for row in memberships],
        group__memberships__left_at__isnull=True,
        seq=F("group__last_seq"),
        seq__gte=F("group__memberships__visible_from_seq"),
    )
    return {row.group_id: message_json(row, viewers[row.group_id]) for row in rows} if memberships else {}
