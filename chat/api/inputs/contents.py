"""What requests may say of polls, places and GIFs."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.utils.html import is_html_input

from chat.api.fields import TEXTAREA, Flag, Text
from chat.services.places import PLACE_NAME_MAX_LENGTH


class Part(serializers.Serializer[Any]):
    """A part of a body which can be left out: a form does so by leaving all of its fields empty."""

    def get_value(self, dictionary: Mapping[Any, Any]) -> Any:  # noqa: ANN401 (whatever was sent)
        """Return what was sent."""
        value = super().get_value(dictionary)
        left_out = value is not empty and is_html_input(dictionary) and not any(value.values())
        return empty if left_out else value


class Lines(serializers.ListField):
    """Several texts; in a form each has a line of its own."""

    child = Text()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(style=TEXTAREA, **kwargs)

    def get_value(self, dictionary: Mapping[Any, Any]) -> Any:  # noqa: ANN401 (whatever was sent)
        """Return what was sent."""
        if not is_html_input(dictionary):
            return super().get_value(dictionary)
        return [line for line in str(dictionary.get(self.field_name, "")).splitlines() if line.strip()] or empty

    def get_initial(self) -> Any:  # noqa: ANN401 (as in DRF)
        """Begin with nothing."""
        return ""


class Degrees(serializers.FloatField):
    """An angle; neither a truth value nor, but in forms, text."""

    def __init__(self, *, at_most: int, **kwargs: Any) -> None:
        super().__init__(min_value=-at_most, max_value=at_most, **kwargs)

    def to_internal_value(self, data: Any) -> float:  # noqa: ANN401 (whatever JSON has)
        """Refuse what is no number, or too large for one."""
        if isinstance(data, bool) or not isinstance(data, int | float | str):
            self.fail("invalid")
        try:
            number = super().to_internal_value(data)
        except OverflowError:
            self.fail("invalid")
        if number != number:  # noqa: PLR0124 (only NaN is not itself)
            self.fail("invalid")
        return number


class PollNew(Part):
    """The options of a poll whose question is the message's text."""

    options = Lines(max_length=1000, help_text="2 or more texts, each another.")
    multiple = Flag(required=False, help_text="Whether a person may choose several.")
    anonymous = Flag(required=False, help_text="Whether nobody is ever told who chose what.")


class LocationNew(Part):
    """A place."""

    latitude = Degrees(at_most=90)
    longitude = Degrees(at_most=180)
    name = Text(required=False, allow_null=True, allow_blank=True, max_length=PLACE_NAME_MAX_LENGTH)


class GifChoice(Part):
    """A GIF of the provider's."""

    id = Text(max_length=255, help_text="The id of one that gifs/ found.")
