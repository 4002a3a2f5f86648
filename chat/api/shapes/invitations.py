"""What invitations, their links and requests to join look like."""

from rest_framework import serializers

from chat.api.examples import GROUP_ID, PROFILE, Json
from chat.api.fields import Time
from chat.api.shapes import ProfileShape
from chat.api.shapes.base import Shape
from chat.choices import JoinState

INVITATION: Json = {
    "id": "01932c63-10b2-7a01-8f3e-6d1f2a6c5e21",
    "chat_group_id": GROUP_ID,
    "invitation_token": "01932c6310b27a018f3e6d1f2a6c5e21.kT0m6cQyVb0Qe2yqkq1J8a3mW1mT8h3rGm0uS5b7c9E",
    "created_by_user_id": "1",
    "needs_approval": False,
    "use_limit": 10,
    "use_count": 3,
    "expires_at": "2026-04-01T00:00:00.000000Z",
    "revoked_at": None,
    "created_at": "2026-03-02T08:20:00.000000Z",
}
JOIN: Json = {
    "id": "01932c64-0c41-7d02-9a4f-7e1f2a6c5e31",
    "chat_group_id": GROUP_ID,
    "group_name": "Climbing on Tuesday",
    "user_id": "2",
    "text": "We met on Sunday.",
    "state": "pending",
    "created_at": "2026-03-02T08:25:00.000000Z",
    "answered_at": None,
    "profile": PROFILE,
}
ACCEPTED: Json = JOIN | {"group_name": None, "state": "accepted", "answered_at": "2026-03-02T08:30:00.000000Z"}
PREVIEW: Json = {
    "chat_group_id": GROUP_ID,
    "name": "Climbing on Tuesday",
    "member_count": 7,
    "invited_by": PROFILE,
    "needs_approval": True,
    "expires_at": None,
    "is_member": False,
    "join": None,
}


class InvitationShape(Shape):
    """A link into a group: the site shows it with ``invitation_token`` in it."""

    id = serializers.UUIDField()
    chat_group_id = serializers.UUIDField()
    invitation_token = serializers.CharField()
    created_by_user_id = serializers.CharField(allow_null=True)
    needs_approval = serializers.BooleanField()
    use_limit = serializers.IntegerField(allow_null=True, help_text="How many may join by it; null: any number.")
    use_count = serializers.IntegerField()
    expires_at = Time(allow_null=True)
    revoked_at = Time(allow_null=True)
    created_at = Time()


class JoinShape(Shape):
    """A request to join a group."""

    id = serializers.UUIDField()
    chat_group_id = serializers.UUIDField()
    group_name = serializers.CharField(allow_null=True, help_text="While it waits.")
    user_id = serializers.CharField(allow_null=True)
    text = serializers.CharField()
    state = serializers.ChoiceField(choices=JoinState.choices)
    created_at = Time()
    answered_at = Time(allow_null=True)
    profile = ProfileShape()


class PreviewShape(Shape):
    """What a link shows of its group."""

    chat_group_id = serializers.UUIDField()
    name = serializers.CharField(allow_null=True)
    member_count = serializers.IntegerField()
    invited_by = ProfileShape()
    needs_approval = serializers.BooleanField(help_text="Whether using it only asks to join.")
    expires_at = Time(allow_null=True)
    is_member = serializers.BooleanField(help_text="Whether the caller is in the group already.")
    join = JoinShape(allow_null=True, help_text="What the caller asked for, and nobody answered yet.")
