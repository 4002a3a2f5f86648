"""Fields that keep what clients write exactly, and show times and people's ids as everywhere."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty, iter_options
from rest_framework.utils.html import is_html_input

from chat.adapter import UserId, user_key
from chat.conf import chat_settings
from chat.exceptions import InvalidInput
from chat.serializers import wire_time

SEQ_MAX = 2**63 - 1
"""Largest number that the database keeps."""

TEXTAREA = {"base_template": "textarea.html", "rows": 4}
"""A field of several lines in the browsable API."""


class Text(serializers.CharField):
    """Text as it was written: no trimming, and a number is not text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: object) -> str:
        """Refuse what is not text."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class MessageText(Text):
    """The text of a message, as long as the settings allow now: DRF makes the fields anew for each request."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=chat_settings.MESSAGE_MAX_LENGTH, style=TEXTAREA, **kwargs)


class Choice(serializers.ChoiceField):
    """A choice whose error does not repeat what was sent, as that may not even be encodable."""

    default_error_messages = {"invalid_choice": "This is not one of the choices."}

    def iter_options(self) -> Iterator[Any]:
        """Offer in forms to say nothing, where that is possible."""
        may_be_left_out = not self.required and not self.initial
        return iter_options(({"": "--------"} if may_be_left_out else {}) | self.grouped_choices)


class Seq(serializers.IntegerField):
    """The number of a message, or 0; also versions."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=SEQ_MAX, **kwargs)

    def to_internal_value(self, data: Any) -> int:  # noqa: ANN401 (whatever JSON has)
        """Refuse true and false, and 1.0."""
        if isinstance(data, bool | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class Seconds(Seq):
    """How long messages stay, as the settings allow; the service says what is too short or too long."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(style={"base_template": "input.html"}, **kwargs)


class Flag(serializers.BooleanField):
    """True or false; a number is neither, and what a form leaves out is not false."""

    default_empty_html = empty

    def to_internal_value(self, data: Any) -> bool:  # noqa: ANN401 (whatever JSON has)
        """Refuse what is neither a truth value nor, as forms send it, text."""
        if not isinstance(data, bool | str):
            self.fail("invalid", input="")
        return super().to_internal_value(data)


class Uuid(serializers.UUIDField):
    """A UUID as text; numbers are none."""

    def to_internal_value(self, data: object) -> UUID:
        """Refuse what is not text."""
        if not isinstance(data, str):
            self.fail("invalid", value="")
        return super().to_internal_value(data)


class PageLimit(serializers.IntegerField):
    """How many rows a page may have, by the settings of now."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=chat_settings.PAGE_SIZE_MAX, default=chat_settings.PAGE_SIZE, **kwargs)


class Time(serializers.DateTimeField):
    """A time; six digits and ``Z`` on the wire."""

    def enforce_timezone(self, value: datetime) -> datetime:
        """Return the time in UTC. Refuses one that UTC cannot express."""
        try:
            return super().enforce_timezone(value).astimezone(UTC)
        except OverflowError:
            self.fail("overflow", timezone="UTC")

    def to_representation(self, value: datetime | str) -> str:
        """Return the time as all of chat shows it."""
        return str(wire_time(value) if isinstance(value, datetime) else value)


class ZonedTime(Time):
    """A time that says its time zone: a message is not sent hours early because nobody asked."""

    default_error_messages = {"no_timezone": "This must be a time with its time zone."}

    def enforce_timezone(self, value: datetime) -> datetime:
        """Refuse a time without one."""
        if value.tzinfo is None:
            self.fail("no_timezone")
        return super().enforce_timezone(value)


@extend_schema_field({"oneOf": [{"type": "string", "minLength": 1}, {"type": "integer"}], "examples": ["17"]})
class UserKey(serializers.Field[UserId, Any, str, Any]):
    """The id of a user of the host, as text or number; text in answers."""

    def to_internal_value(self, data: object) -> UserId:
        """Return the host's key."""
        try:
            return user_key(data, field=self.field_name or "user_id")
        except InvalidInput as error:
            raise serializers.ValidationError(str(error.detail), code=error.code) from error

    def to_representation(self, value: UserId) -> str:
        """Return it as text."""
        return str(value)


class UserKeys(serializers.ListField):
    """Ids of several users; in a form they stand in one line, separated by commas."""

    child = UserKey()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(style={"base_template": "input.html"}, **kwargs)

    def get_initial(self) -> Any:  # noqa: ANN401 (as in DRF)
        """Begin with an empty line."""
        return ""

    def get_value(self, dictionary: Mapping[Any, Any]) -> Any:  # noqa: ANN401 (whatever was sent)
        """Return what was sent."""
        if not is_html_input(dictionary):
            return super().get_value(dictionary)
        ids = ",".join(dictionary.getlist(self.field_name)).split(",")  # type: ignore[attr-defined]
        return [user_id.strip() for user_id in ids if user_id.strip()] or empty
