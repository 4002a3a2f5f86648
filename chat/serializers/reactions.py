"""Who reacted and who voted, with their names."""

from collections.abc import Sequence

from chat.adapter import get_adapter
from chat.models import MessageReaction, PollVote
from chat.serializers.wire import Json, profile_json, wire_time, wire_user_id


def reactors_json(rows: Sequence[MessageReaction]) -> list[Json]:
    """Return reactions, each with who it is by. At most one statement."""
    return [{"emoji": row.emoji} | by for row, by in zip(rows, _by(rows), strict=True)]


def voters_json(rows: Sequence[PollVote]) -> list[Json]:
    """Return votes, each with who it is by. At most one statement."""
    return [{"option_id": row.option} | by for row, by in zip(rows, _by(rows), strict=True)]


def _by(rows: Sequence[MessageReaction] | Sequence[PollVote]) -> list[Json]:
    profiles = get_adapter().profiles({row.user_id for row in rows})
    return [
        {
            "user_id": wire_user_id(row.user_id),
            "created_at": wire_time(row.created_at),
            "profile": profile_json(profiles[row.user_id]),
        }
        for row in rows
    ]
