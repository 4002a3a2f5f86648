"""What reports and bans look like."""

from rest_framework import serializers

from chat.api.examples import GROUP_ID, MESSAGE_ID, PROFILE, Json
from chat.api.fields import Time
from chat.api.shapes import ProfileShape
from chat.api.shapes.base import Shape
from chat.choices import ReportKind

REPORT: Json = {
    "id": "01932c63-0102-7d2f-8a11-2b3c4d5e6f70",
    "user_id": "2",
    "kind": "spam",
    "reason": "The same advertisement, in three groups.",
    "message_ids": [MESSAGE_ID],
    "created_at": "2026-03-02T08:21:00.000000Z",
}
BAN: Json = {
    "chat_group_id": GROUP_ID,
    "user_id": "2",
    "reason": "Advertisements",
    "created_by_user_id": "1",
    "created_at": "2026-03-02T08:22:00.000000Z",
    "profile": PROFILE,
}


class ReportShape(Shape):
    """A report, as only who made it and the moderators see it."""

    id = serializers.UUIDField()
    user_id = serializers.CharField(allow_null=True, help_text="Who is reported.")
    kind = serializers.ChoiceField(choices=ReportKind.choices)
    reason = serializers.CharField()
    message_ids = serializers.ListField(child=serializers.UUIDField())
    created_at = Time()


class BanShape(Shape):
    """Somebody who may not come back to a group."""

    chat_group_id = serializers.UUIDField()
    user_id = serializers.CharField(allow_null=True)
    reason = serializers.CharField()
    created_by_user_id = serializers.CharField(allow_null=True)
    created_at = Time()
    profile = ProfileShape()
