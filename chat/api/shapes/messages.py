"""What a message looks like, with all that can be in it."""

from rest_framework import serializers

from chat.api.fields import Time
from chat.api.shapes.attachments import AttachmentShape
from chat.api.shapes.base import Shape
from chat.choices import CallState, CallType
from chat.models import ChatMessage
from chat.roles import MessageType


class QuoteShape(Shape):
    """The message that is replied to, as it is now: when ``changes`` bring that message, its quotes follow."""

    id = serializers.UUIDField()
    seq = serializers.IntegerField()
    version = serializers.IntegerField(help_text="The quoted message's.")
    sender_user_id = serializers.CharField(allow_null=True)
    message_type = serializers.ChoiceField(choices=MessageType.choices)
    message_text = serializers.CharField(allow_null=True, help_text="Its first 200 characters.")
    edited_at = Time(allow_null=True)
    deleted_at = Time(allow_null=True)


class ForwardedShape(Shape):
    """Whose message was forwarded."""

    name = serializers.CharField(help_text="As it was then.")


class ReactionShape(Shape):
    """How many people reacted with an emoji."""

    emoji = serializers.CharField()
    count = serializers.IntegerField()
    mine = serializers.BooleanField()


class LocationShape(Shape):
    """A place."""

    latitude = serializers.FloatField()
    longitude = serializers.FloatField()
    name = serializers.CharField(allow_null=True)


class GifShape(Shape):
    """A moving picture of a provider."""

    url = serializers.URLField()
    preview_url = serializers.URLField(allow_null=True)
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    provider = serializers.CharField()


class PollOptionShape(Shape):
    """One choice of a poll."""

    id = serializers.IntegerField()
    text = serializers.CharField()
    votes = serializers.IntegerField()
    mine = serializers.BooleanField()


class PollShape(Shape):
    """A question with choices."""

    question = serializers.CharField()
    options = PollOptionShape(many=True)
    multiple = serializers.BooleanField(help_text="Whether a person may choose several.")
    anonymous = serializers.BooleanField(help_text="Whether nobody is told who chose what.")
    voters = serializers.IntegerField()
    closed_at = Time(allow_null=True)


class CallLineShape(Shape):
    """A call, as far as everybody is shown it."""

    id = serializers.UUIDField()
    call_type = serializers.ChoiceField(choices=CallType.choices)
    state = serializers.ChoiceField(choices=CallState.choices)
    started_at = Time()
    answered_at = Time(allow_null=True)
    ended_at = Time(allow_null=True)


class SystemShape(Shape):
    """What happened in the conversation, for the reader's own language."""

    kind = serializers.CharField()
    actor_user_id = serializers.CharField(allow_null=True)
    user_id = serializers.CharField(allow_null=True, help_text="To whom it happened.")
    value = serializers.CharField(allow_null=True, help_text="Such as the new name.")
    call = CallLineShape(allow_null=True, help_text="Of the kind `call`.")


class MessageShape(Shape, serializers.ModelSerializer[ChatMessage]):
    """A message. A deleted or expired one has no content."""

    chat_group_id = serializers.UUIDField(source="group_id")
    sender_user_id = serializers.CharField(source="sender_id", allow_null=True)
    reference_list = serializers.ListField(child=serializers.DictField(), allow_null=True)
    client_id = serializers.UUIDField(allow_null=True, help_text="Only for its sender.")
    deleted_at = Time(allow_null=True)
    deleted_by_user_id = serializers.CharField(source="deleted_by_id", allow_null=True)
    edited_at = Time(allow_null=True)
    pinned_at = Time(allow_null=True)
    pinned_by_user_id = serializers.CharField(source="pinned_by_id", allow_null=True)
    expires_at = Time(allow_null=True, help_text="From then on it has no content.")
    sent_at = Time(allow_null=True, help_text="The time that a scheduled message was meant for.")
    created_at = Time()
    changed_at = Time()
    reply_to_id = serializers.UUIDField(
        allow_null=True, help_text="Null where the caller cannot see what is replied to, unless they hid it themselves."
    )
    reply_to = QuoteShape(allow_null=True, help_text="Null also where the caller cannot see what is replied to.")
    forwarded_from = ForwardedShape(allow_null=True)
    mentions = serializers.ListField(child=serializers.CharField(), help_text="Ids of the members it mentions.")
    attachments = AttachmentShape(many=True)
    reactions = ReactionShape(many=True, help_text="In the order of their first use.")
    location = LocationShape(allow_null=True)
    gif = GifShape(allow_null=True)
    poll = PollShape(allow_null=True)
    system = SystemShape(allow_null=True)

    class Meta:
        model = ChatMessage
        fields = (
            "id",
            "chat_group_id",
            "seq",
            "version",
            "sender_user_id",
            "message_type",
            "message_text",
            "reference_id",
            "reference_type",
            "reference_list",
            "client_id",
            "deleted_at",
            "deleted_by_user_id",
            "edited_at",
            "pinned_at",
            "pinned_by_user_id",
            "expires_at",
            "sent_at",
            "created_at",
            "changed_at",
            "reply_to_id",
            "reply_to",
            "forwarded_from",
            "mentions",
            "reactions",
            "attachments",
            "location",
            "gif",
            "poll",
            "system",
        )
