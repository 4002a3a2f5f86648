"""Calls, as those see them who have a part in them."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from chat.models import Call, CallParticipant
from chat.serializers.wire import Json, wire_time, wire_user_id

if TYPE_CHECKING:
    from uuid import UUID


def calls_json(calls: Collection[Call]) -> list[Json]:
    """Return calls with everybody's part. One statement."""
    parts: dict[UUID, list[Json]] = {call.pk: [] for call in calls}
    # Index: chat_call_person_once.
    for part in CallParticipant.objects.filter(call__in=parts).order_by("pk"):
        parts[part.call_id].append(_part_json(part))
    return [_call_json(call) | {"participants": parts[call.pk]} for call in calls]


def _call_json(call: Call) -> Json:
    return {
        "id": str(call.pk),
        "chat_group_id": str(call.group_id),
        "message_id": str(call.message_id),
        "caller_user_id": wire_user_id(call.caller_id),
        "call_type": str(call.call_type),
        "state": str(call.state),
        "started_at": wire_time(call.started_at),
        "answered_at": wire_time(call.answered_at),
        "ended_at": wire_time(call.ended_at),
    }


def _part_json(part: CallParticipant) -> Json:
    return {
        "user_id": wire_user_id(part.user_id),
        "state": str(part.state),
        "joined_at": wire_time(part.joined_at),
        "left_at": wire_time(part.left_at),
    }
