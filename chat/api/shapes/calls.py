"""What a call looks like to those who have a part in it."""

from rest_framework import serializers

from chat.api.examples import GROUP_ID, MESSAGE_ID, Json
from chat.api.fields import Time
from chat.api.shapes.base import Shape
from chat.choices import CallState, CallType

CALL: Json = {
    "id": "01932c65-3a10-7b03-8d2c-4c1f2a6c5e41",
    "chat_group_id": GROUP_ID,
    "message_id": MESSAGE_ID,
    "caller_user_id": "1",
    "call_type": "voice",
    "state": "initiated",
    "started_at": "2026-03-02T08:40:00.000000Z",
    "answered_at": None,
    "ended_at": None,
    "participants": [
        {"user_id": "1", "state": "initiated", "joined_at": None, "left_at": None},
        {"user_id": "2", "state": "initiated", "joined_at": None, "left_at": None},
    ],
}
RINGING: Json = CALL | {
    "state": "ringing",
    "participants": [CALL["participants"][0], CALL["participants"][1] | {"state": "ringing"}],
}


class ParticipantShape(Shape):
    """Somebody's part in a call."""

    user_id = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=CallState.choices)
    joined_at = Time(allow_null=True, help_text="Since when they were in it.")
    left_at = Time(allow_null=True)


class CallShape(Shape):
    """A call."""

    id = serializers.UUIDField()
    chat_group_id = serializers.UUIDField()
    message_id = serializers.UUIDField(help_text="The message of the history that shows it.")
    caller_user_id = serializers.CharField(allow_null=True)
    call_type = serializers.ChoiceField(choices=CallType.choices)
    state = serializers.ChoiceField(choices=CallState.choices)
    started_at = Time()
    answered_at = Time(allow_null=True)
    ended_at = Time(allow_null=True)
    participants = ParticipantShape(many=True)
