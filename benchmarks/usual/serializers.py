"""Messages with their sender nested."""

from django.contrib.auth.models import User
from rest_framework import serializers

from benchmarks.usual.models import Message


class SenderSerializer(serializers.ModelSerializer[User]):
    """Who wrote a message."""

    class Meta:
        model = User
        fields = ["id", "username", "first_name", "last_name"]


class MessageSerializer(serializers.ModelSerializer[Message]):
    """A message; clients write its text and reference."""

    sender = SenderSerializer(read_only=True)

    class Meta:
        model = Message
        fields = [
            "id",
            "room",
            "sender",
            "message_text",
            "reference_id",
            "reference_type",
            "reference_list",
            "read_at",
            "deleted_at",
            "created_at",
            "changed_at",
        ]
        read_only_fields = ["room", "reference_list", "read_at", "deleted_at"]
