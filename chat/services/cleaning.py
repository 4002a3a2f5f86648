"""Rules for values that come from people."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chat.exceptions import InvalidInput
from chat.roles import FileKind

DURATION_MAX = 24 * 60 * 60 * 1000
"""Longest sound or video, in milliseconds."""

WAVEFORM_MAX = 256
"""Most values of a waveform."""


def clean_text(value: object, *, field: str, max_length: int, allow_blank: bool = False) -> str:
    """Return ``value`` unchanged if it is text that can be kept: stored as written, byte for byte.

    Raises InvalidInput naming ``field``: not text, blank, too long, with NUL characters or with half a surrogate pair.
    """
    if not isinstance(value, str):
        raise InvalidInput(_("This must be text."), code="invalid", field=field)
    if not allow_blank and not value.strip():
        raise InvalidInput(_("This may not be blank."), code="blank", field=field)
    if len(value) > max_length:
        message = ngettext(
            "This may have at most %(max)d character.", "This may have at most %(max)d characters.", max_length
        )
        raise InvalidInput(message % {"max": max_length}, code="max_length", field=field)
    if "\x00" in value:
        raise InvalidInput(_("Null characters are not allowed."), code="null_characters_not_allowed", field=field)
    if not _is_encodable(value):
        raise InvalidInput(
            _("Surrogate characters are not allowed."), code="surrogate_characters_not_allowed", field=field
        )
    return value


def clean_seq(value: object, *, field: str) -> int:
    """Return ``value`` if it can be the number of a message, or 0. Raises InvalidInput naming ``field``."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidInput(_("This must be a message number, 0 or more."), code="invalid", field=field)
    return value


def clean_future(value: object, *, field: str, now: datetime, at_most: timedelta) -> datetime:
    """Return ``value`` if it is a time with a time zone, after ``now`` and no further away than ``at_most``.

    Raises InvalidInput naming ``field``.
    """
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise InvalidInput(_("This must be a time with its time zone."), code="no_timezone", field=field)
    if not now < value <= now + at_most:
        text = ngettext(
            "This must be in the future, at most %(days)d day ahead.",
            "This must be in the future, at most %(days)d days ahead.",
            at_most.days,
        )
        raise InvalidInput(text % {"days": at_most.days}, code="out_of_range", field=field)
    return value


def clean_number(value: object, *, field: str, at_least: int, at_most: int) -> int:
    """Return ``value`` if it is a whole number in these bounds. Raises InvalidInput naming ``field``."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidInput(_("This must be a whole number."), code="invalid", field=field)
    if not at_least <= value <= at_most:
        message = _("This must be from %(least)d to %(most)d.") % {"least": at_least, "most": at_most}
        raise InvalidInput(message, code="out_of_range", field=field)
    return value


def clean_choice(value: object, choices: Sequence[str], *, field: str) -> str:
    """Return ``value`` if it is one of ``choices``. Raises InvalidInput naming ``field``."""
    if not isinstance(value, str) or value not in choices:
        raise InvalidInput(_("This is not one of the choices."), code="invalid_choice", field=field)
    return value


def clean_duration(value: object, *, kind: str) -> int | None:
    """Return how long a sound or video is, in milliseconds, if a client says so. Raises InvalidInput."""
    if value is None:
        return None
    _require_playable(kind, "duration_ms")
    if not _is_int_up_to(value, DURATION_MAX):
        raise InvalidInput(_("This must be a number of milliseconds."), code="invalid", field="duration_ms")
    return value  # type: ignore[return-value]  # a number, as was just seen


def clean_waveform(value: object, *, kind: str) -> list[int] | None:
    """Return how loud a sound is along its length, 0 to 100 each, if a client says so. Raises InvalidInput."""
    if value is None:
        return None
    _require_playable(kind, "waveform")
    if not isinstance(value, list) or len(value) > WAVEFORM_MAX or not all(_is_int_up_to(v, 100) for v in value):
        message = _("This must be a list of at most %(max)d numbers from 0 to 100.") % {"max": WAVEFORM_MAX}
        raise InvalidInput(message, code="invalid", field="waveform")
    return value


def _require_playable(kind: str, field: str) -> None:
    if kind not in (FileKind.AUDIO, FileKind.VIDEO):
        raise InvalidInput(_("Only sound and videos have this."), code="not_for_this_type", field=field)


def _is_int_up_to(value: object, limit: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= limit


def _is_encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
