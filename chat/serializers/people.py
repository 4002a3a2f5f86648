"""Settings, blocks, connections and presence, as one person sees them."""

from collections.abc import Collection, Mapping, Sequence

from chat.adapter import User, UserId
from chat.exceptions import ChatError
from chat.models import Block, ChatSettings, Connection
from chat.serializers.wire import Json, profile_json, wire_time, wire_user_id
from chat.services.people.presence import statuses_of
from chat.services.people.profiles import profiles_for
from chat.services.people.settings import SETTABLE


def settings_json(settings: ChatSettings) -> Json:
    """Return a person's settings, for themselves."""
    return {name: getattr(settings, name) for name in SETTABLE} | {"mute_until": wire_time(settings.mute_until)}


def blocks_json(rows: Sequence[Block], viewer: User) -> list[Json]:
    """Return whom the viewer blocks. At most three statements."""
    profiles = profiles_for(viewer.pk, {row.blocked_id for row in rows})
    return [
        {
            "user_id": wire_user_id(row.blocked_id),
            "reason": row.reason,
            "created_at": wire_time(row.created_at),
            "profile": profile_json(profiles[row.blocked_id]),
        }
        for row in rows
    ]


def connections_json(rows: Sequence[Connection], viewer: User) -> list[Json]:
    """Return connections of the viewer, each with the other person. At most three statements."""
    profiles = profiles_for(viewer.pk, {row.other_id(viewer.pk) for row in rows})
    return [
        {
            "id": str(row.pk),
            "state": row.state,
            "asked_by_me": row.requester_id == viewer.pk,
            "requested_at": wire_time(row.requested_at),
            "answered_at": wire_time(row.answered_at),
            "user_id": wire_user_id(row.other_id(viewer.pk)),
            "profile": profile_json(profiles[row.other_id(viewer.pk)]),
        }
        for row in rows
    ]


def statuses_json(viewer: User, user_ids: Collection[UserId]) -> list[Json]:
    """Return who of these people is here, as far as the viewer may know. At most six statements."""
    return [
        {
            "user_id": wire_user_id(status.user_id),
            "online": status.online,
            "last_seen_at": wire_time(status.last_seen_at),
        }
        for status in statuses_of(viewer, user_ids)
    ]


def rejected_json(rejected: Mapping[UserId, ChatError]) -> list[Json]:
    """Return who was not added, and why."""
    return [
        {"user_id": wire_user_id(user_id), "detail": str(error.detail), "code": error.code}
        for user_id, error in rejected.items()
    ]
