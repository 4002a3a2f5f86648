"""What requests may say of files and references."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.utils.html import is_html_input

from chat.api.fields import TEXTAREA, Choice, Text, Uuid
from chat.roles import ReferenceItemType
from chat.services.cleaning import DURATION_MAX, WAVEFORM_MAX
from chat.services.references import URL_MAX_LENGTH

IDS_MAX = 1000
"""More than the settings ever allow; the services count."""


def json_in_form(field: serializers.Field[Any, Any, Any, Any], form: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Return what a field of a form says as JSON; its text, which is then refused, where it is none."""
    text = form.get(str(field.field_name))
    if not text:
        return serializers.empty
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


class Waveform(serializers.ListField):
    """Numbers from 0 to 100; in a form, as JSON in one field."""

    child = serializers.IntegerField(min_value=0, max_value=100)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=WAVEFORM_MAX, style={"base_template": "input.html"}, **kwargs)

    def get_initial(self) -> Any:  # noqa: ANN401 (as in DRF)
        """Begin with an empty line."""
        return ""

    def get_value(self, dictionary: Any) -> Any:  # noqa: ANN401 (whatever was sent)
        """Return what the field says, where it is JSON."""
        return json_in_form(self, dictionary)


class AttachmentIds(serializers.ListField):
    """Ids of uploads; in a form they stand in one line, separated by commas."""

    child = Uuid()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=IDS_MAX, style={"base_template": "input.html"}, **kwargs)

    def get_initial(self) -> Any:  # noqa: ANN401 (as in DRF)
        """Begin with an empty line."""
        return ""

    def get_value(self, dictionary: Any) -> Any:  # noqa: ANN401 (whatever was sent)
        """Return what was sent."""
        if not is_html_input(dictionary):
            return super().get_value(dictionary)
        ids = str(dictionary.get(self.field_name, "")).split(",")
        return [upload_id.strip() for upload_id in ids if upload_id.strip()] or serializers.empty


class ReferenceNew(serializers.Serializer[Any]):
    """Something that a message points to."""

    id = Text(required=False, allow_blank=True, max_length=255)
    type = Choice(choices=ReferenceItemType.choices)
    scope = Text(required=False, allow_blank=True, max_length=100)
    name = Text(required=False, allow_blank=True, max_length=255)
    url = Text(
        required=False,
        allow_blank=True,
        max_length=URL_MAX_LENGTH,
        help_text=_("http or https, or the address of a file here; only a field may be without one."),
    )
    mime_type = Text(required=False, allow_blank=True, max_length=127, help_text=_("By the ending, where missing."))


class References(serializers.ListField):
    """What a message points to; in a form, as JSON in one field."""

    child = ReferenceNew()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=IDS_MAX, style=TEXTAREA, **kwargs)

    def get_initial(self) -> Any:  # noqa: ANN401 (as in DRF)
        """Begin with nothing."""
        return ""

    def get_value(self, dictionary: Any) -> Any:  # noqa: ANN401 (whatever was sent)
        """Return what was sent."""
        return json_in_form(self, dictionary) if is_html_input(dictionary) else super().get_value(dictionary)


class UploadNew(serializers.Serializer[Any]):
    """A file to keep until it is sent."""

    file = serializers.FileField(allow_empty_file=True, help_text=_("Its content says what it is."))
    duration_ms = serializers.IntegerField(
        required=False, min_value=0, max_value=DURATION_MAX, help_text=_("Of sound and videos.")
    )
    waveform = Waveform(required=False, help_text=_("Of a voice message: how loud it is along its length."))
