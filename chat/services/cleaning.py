"""Rules for values that come from people."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chat.exceptions import InvalidInput


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


def clean_choice(value: object, choices: Sequence[str], *, field: str) -> str:
    """Return ``value`` if it is one of ``choices``. Raises InvalidInput naming ``field``."""
    if not isinstance(value, str) or value not in choices:
        raise InvalidInput(_("This is not one of the choices."), code="invalid_choice", field=field)
    return value


def _is_encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
