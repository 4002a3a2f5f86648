"""What a message that waits for a moderator looks like."""

from rest_framework import serializers

from chat.api.examples import CLIENT_ID, GROUP_ID, Json
from chat.api.fields import Time
from chat.api.shapes.base import Shape
from chat.roles import MessageType

HELD: Json = {
    "id": "01932c64-0a01-7c3e-9d22-3c4d5e6f7081",
    "chat_group_id": GROUP_ID,
    "client_id": CLIENT_ID,
    "message_type": "text",
    "message_text": "See you at nine.",
    "reference_id": "",
    "reference_type": "chat",
    "reference_list": None,
    "reply_to_id": None,
    "mention_ids": [],
    "attachment_ids": [],
    "created_at": "2026-03-02T08:23:00.000000Z",
}


class HeldShape(Shape):
    """A message that waits for a moderator. It will be sent with this ``client_id``, and is then gone from here."""

    id = serializers.UUIDField()
    chat_group_id = serializers.UUIDField()
    client_id = serializers.UUIDField()
    message_type = serializers.ChoiceField(choices=MessageType.choices, help_text="With uploads `text` still.")
    message_text = serializers.CharField(allow_null=True)
    reference_id = serializers.CharField()
    reference_type = serializers.CharField()
    reference_list = serializers.ListField(child=serializers.DictField(), allow_null=True)
    reply_to_id = serializers.UUIDField(allow_null=True)
    mention_ids = serializers.ListField(child=serializers.CharField())
    attachment_ids = serializers.ListField(child=serializers.UUIDField())
    created_at = Time()
