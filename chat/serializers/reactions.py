"""Who reacted and who voted, with their names."""

from collections.abc import Sequence

from chat.adapter import UserId
from chat.models import MessageReaction, PollVote
from chat.serializers.wire import Json, profile_json, wire_time, wire_user_id
from chat.services.people.profiles import profiles_for


def reactors_json(rows: Sequence[MessageReaction], viewer_id: UserId) -> list[Json]:
    """Return reactions, each with who it is by. At most three statements."""
    return [{"emoji": row.emoji} | by for row, by in zip(rows, _by(rows, viewer_id), strict=True)]


def voters_json(rows: Sequence[PollVote], viewer_id: UserId) -> list[Json]:
    """Return votes, each with who it is by. At most three statements."""
    return [{"option_id": row.option} | by for row, by in zip(rows, _by(rows, viewer_id), strict=True)]


def _by(rows: Sequence[MessageReaction] | Sequence[PollVote], viewer_id: UserId) -> list[Json]:
    profiles = profiles_for(viewer_id, {row.user_id for row in rows})
    return [
        {
            "user_id": wire_user_id(row.user_id),
            "created_at": wire_time(row.created_at),
            "profile": profile_json(profiles[row.user_id]),
        }
        for row in rows
    ]
