"""What a message to come looks like."""

from rest_framework import serializers

from chat.api.examples import GROUP_ID, MESSAGE_ID, Json
from chat.api.fields import Time
from chat.api.shapes.base import Shape
from chat.api.shapes.messages import GifShape, LocationShape
from chat.roles import ScheduleState

SCHEDULED: Json = {
    "id": "01932c62-88aa-7f10-9c3b-5d2e7f90ab11",
    "chat_group_id": GROUP_ID,
    "message_text": "Happy birthday!",
    "reference_id": "",
    "reference_type": "",
    "reference_list": None,
    "reply_to_id": MESSAGE_ID,
    "mention_ids": ["2"],
    "attachment_ids": [],
    "poll": None,
    "location": None,
    "gif": None,
    "send_at": "2026-03-05T07:00:00.000000Z",
    "state": "waiting",
    "error_code": None,
    "created_at": "2026-03-02T08:20:00.000000Z",
    "changed_at": "2026-03-02T08:20:00.000000Z",
}


class ScheduledPollShape(Shape):
    """A poll to come."""

    options = serializers.ListField(child=serializers.CharField())
    multiple = serializers.BooleanField()
    anonymous = serializers.BooleanField()


class ScheduledShape(Shape):
    """A message to come. It will be sent with its id as ``client_id``, and is then gone from here."""

    id = serializers.UUIDField()
    chat_group_id = serializers.UUIDField()
    message_text = serializers.CharField(allow_null=True)
    reference_id = serializers.CharField()
    reference_type = serializers.CharField()
    reference_list = serializers.ListField(child=serializers.DictField(), allow_null=True)
    reply_to_id = serializers.UUIDField(allow_null=True)
    mention_ids = serializers.ListField(child=serializers.CharField())
    attachment_ids = serializers.ListField(child=serializers.UUIDField())
    poll = ScheduledPollShape(allow_null=True)
    location = LocationShape(allow_null=True)
    gif = GifShape(allow_null=True)
    send_at = Time()
    state = serializers.ChoiceField(choices=ScheduleState.choices)
    error_code = serializers.CharField(allow_null=True, help_text="Why it failed; changing it tries again.")
    created_at = Time()
    changed_at = Time()
