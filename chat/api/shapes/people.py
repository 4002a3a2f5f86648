"""What answers about people look like."""

from typing import Any

from rest_framework import serializers

from chat.api import examples
from chat.api.fields import Time
from chat.api.shapes import GroupDetailShape, MemberShape, ProfileShape
from chat.api.shapes.base import Shape
from chat.choices import ConnectionState
from chat.models import ChatSettings
from chat.services.people.settings import SETTABLE

SETTINGS: dict[str, Any] = {
    **{field.name: field.default for field in ChatSettings._meta.concrete_fields if field.name in SETTABLE},
    "appearance": {"font_size": 14},
    "mute_until": None,
}
BLOCK: dict[str, Any] = {
    "user_id": "2",
    "reason": "Sends advertisements.",
    "created_at": "2026-03-02T08:15:30.123456Z",
    "profile": examples.PROFILE,
}
CONNECTION: dict[str, Any] = {
    "id": "01932c70-2b00-7d31-8c55-1f1d2a6c5e21",
    "state": "pending",
    "asked_by_me": True,
    "requested_at": "2026-03-02T08:15:30.123456Z",
    "answered_at": None,
    "user_id": "2",
    "profile": examples.PROFILE,
}
STATUS: dict[str, Any] = {"user_id": "2", "online": True, "last_seen_at": "2026-03-02T08:15:30.123456Z"}
REJECTED: dict[str, Any] = {
    "user_id": "3",
    "detail": "This person's settings do not allow this.",
    "code": "privacy",
}


class SettingsShape(Shape, serializers.ModelSerializer[ChatSettings]):
    """All of one's settings."""

    appearance = serializers.DictField()
    mute_until = Time(allow_null=True)

    class Meta:
        model = ChatSettings
        fields = (*SETTABLE, "mute_until")


class BlockShape(Shape):
    """A person whom the caller blocks."""

    user_id = serializers.CharField(allow_null=True)
    reason = serializers.CharField()
    created_at = Time()
    profile = ProfileShape()


class ConnectionShape(Shape):
    """A request to be in contact, and what became of it."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=ConnectionState.choices)
    asked_by_me = serializers.BooleanField()
    requested_at = Time()
    answered_at = Time(allow_null=True)
    user_id = serializers.CharField(allow_null=True, help_text="The other person.")
    profile = ProfileShape(help_text="Of the other person.")


class StatusShape(Shape):
    """Whether somebody is here. What is hidden, unknown, or never was looks the same."""

    user_id = serializers.CharField()
    online = serializers.BooleanField()
    last_seen_at = Time(allow_null=True)


class StatusesShape(Shape):
    """Whether several people are here, in the order of the request."""

    results = StatusShape(many=True)


class TypingShape(Shape):
    """Who is writing, but the caller. Who does not show it, or is blocked, is left out."""

    user_ids = serializers.ListField(child=serializers.CharField())


class RejectedShape(Shape):
    """A person who was not added, and why."""

    user_id = serializers.CharField()
    detail = serializers.CharField()
    code = serializers.CharField()


class AdditionsShape(Shape):
    """Who is a member now, and who is not."""

    added = MemberShape(many=True)
    rejected = RejectedShape(many=True)


class GroupStartedShape(GroupDetailShape):
    """A conversation that was started, and with whom it was not."""

    rejected = RejectedShape(many=True)

    class Meta(GroupDetailShape.Meta):
        fields = (*GroupDetailShape.Meta.fields, "rejected")
