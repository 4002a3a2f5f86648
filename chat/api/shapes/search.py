"""What search and the lists of what a group shares answer."""

from rest_framework import serializers

from chat.api.fields import Time
from chat.api.shapes import GroupListedShape
from chat.api.shapes.attachments import AttachmentShape
from chat.api.shapes.base import Shape
from chat.api.shapes.messages import MessageShape


class SharedShape(Shape):
    """Something that was shared, and the message that it stands in; what the list is not about is empty."""

    message_id = serializers.UUIDField()
    chat_group_id = serializers.UUIDField()
    seq = serializers.IntegerField(help_text="Where ``around`` of the history opens.")
    sender_user_id = serializers.CharField(allow_null=True)
    created_at = Time()
    file = AttachmentShape(allow_null=True)
    links = serializers.ListField(child=serializers.CharField(), help_text="Web addresses in the text, each once.")
    reference_id = serializers.CharField(allow_blank=True)
    reference_type = serializers.CharField(allow_blank=True)
    reference_list = serializers.ListField(child=serializers.DictField(), allow_null=True)


class HitShape(Shape):
    """A message that was found. Its ``chat_group_id`` and ``seq`` are where ``around`` of the history opens."""

    message = MessageShape()
    highlights = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2),
        help_text="Where the text has the words: pairs of code points, the first and the one after the last.",
    )


class SearchShape(Shape):
    """What was found, newest first."""

    next = serializers.URLField(allow_null=True, help_text="The next page.")
    results = HitShape(many=True)
    groups = GroupListedShape(many=True, help_text="Conversations with that name, or that person; first page only.")
    approximate = serializers.BooleanField(
        help_text="Nothing has the words as they were written: these differ by typing errors."
    )
