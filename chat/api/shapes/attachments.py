"""What answers say of files."""

from rest_framework import serializers

from chat.api.shapes.base import Shape
from chat.models import Attachment


class AttachmentShape(Shape, serializers.ModelSerializer[Attachment]):
    """A file of a message, or an upload that waits to be sent."""

    width = serializers.IntegerField(allow_null=True, help_text="Of images, in pixels; of others null.")
    height = serializers.IntegerField(allow_null=True, help_text="Likewise.")
    duration_ms = serializers.IntegerField(allow_null=True, help_text="Of sound and videos, as the sender said.")
    waveform = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=100), allow_null=True, help_text="As the sender said."
    )
    url = serializers.CharField(allow_null=True, help_text="From the root of the site; null unless clean.")
    preview_url = serializers.CharField(allow_null=True, help_text="Of images: a small WebP.")

    class Meta:
        model = Attachment
        fields = (
            "id",
            "name",
            "mime_type",
            "kind",
            "size",
            "width",
            "height",
            "duration_ms",
            "waveform",
            "scan_state",
            "url",
            "preview_url",
        )
