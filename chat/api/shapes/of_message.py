"""What belongs to one message: its revisions, who read it, where it was forwarded."""

from rest_framework import serializers

from chat.api.fields import Time
from chat.api.shapes import MessageShape, ProfileShape
from chat.api.shapes.base import Shape


class RevisionShape(Shape):
    """What a message said before."""

    version = serializers.IntegerField(help_text="The group's, when this text was replaced.")
    message_text = serializers.CharField(allow_null=True)
    written_at = Time(help_text="When it was sent, or edited to.")


class ReceiptShape(Shape):
    """When a member read and received a message; null: not yet, or one of the two does not share it."""

    user_id = serializers.CharField(allow_null=True)
    read_at = Time(allow_null=True)
    delivered_at = Time(allow_null=True)
    profile = ProfileShape()


class RefusalShape(Shape):
    """Why something was not done."""

    detail = serializers.CharField()
    code = serializers.CharField()


class ForwardShape(Shape):
    """What became of a message in one group: the message there, or why it was refused."""

    chat_group_id = serializers.UUIDField()
    message = MessageShape(allow_null=True)
    error = RefusalShape(allow_null=True)


class ForwardsShape(Shape):
    """What became of a message in each group, in the order of the request."""

    results = ForwardShape(many=True)
