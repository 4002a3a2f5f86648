"""Every error as the client knows it: a status, a code and a sentence."""

from dataclasses import dataclass

from django.core import exceptions as django_errors
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions as drf_errors

from chat import exceptions as chat_errors

Text = str | Promise


@dataclass
class HazoError(Exception):
    """An answer that is not a success."""

    status: int
    code: str
    text: Text


def forbidden() -> HazoError:
    """Return the answer to strangers: a foreign and an unknown group look alike."""
    return HazoError(403, "FORBIDDEN", _("Access denied - not a member of this chat group"))


def message_not_found() -> HazoError:
    """Return the answer for a message that is not there, or not for this person."""
    return HazoError(404, "MESSAGE_NOT_FOUND", _("Message not found"))


def file_not_found() -> HazoError:
    """Return the answer for a file that is not there, or not for this person."""
    return HazoError(404, "FILE_NOT_FOUND", _("File not found"))


def bad_request(code: str, text: Text) -> HazoError:
    """Return the answer to a value that is wrong."""
    return HazoError(400, code, text)


_UNAUTHENTICATED = (401, "UNAUTHENTICATED", _("User not authenticated"))
_BAD_REQUEST = (400, "BAD_REQUEST", _("The request is malformed."))

_TABLE: dict[type[Exception], tuple[int, str, Text | None]] = {
    drf_errors.NotAuthenticated: _UNAUTHENTICATED,
    drf_errors.AuthenticationFailed: _UNAUTHENTICATED,
    drf_errors.PermissionDenied: (403, "FORBIDDEN", None),
    drf_errors.MethodNotAllowed: (405, "METHOD_NOT_ALLOWED", None),
    drf_errors.Throttled: (429, "RATE_LIMITED", None),
    drf_errors.APIException: _BAD_REQUEST,
    django_errors.PermissionDenied: (403, "FORBIDDEN", _("Access denied")),
    django_errors.RequestDataTooBig: (413, "PAYLOAD_TOO_LARGE", _("The request is too large.")),
    django_errors.SuspiciousOperation: _BAD_REQUEST,
    django_errors.BadRequest: _BAD_REQUEST,
    Http404: (404, "NOT_FOUND", _("Not found")),
    chat_errors.InvalidInput: (400, "", None),
    chat_errors.NotFound: (404, "MESSAGE_NOT_FOUND", None),
    chat_errors.NotAllowed: (403, "FORBIDDEN", None),
    chat_errors.Conflict: (409, "", None),
    chat_errors.PreconditionFailed: (412, "", None),
    chat_errors.KeyReused: (422, "", None),
    chat_errors.TooFast: (429, "RATE_LIMITED", None),
}

_INPUT_CODES = {
    ("file", "required"): "MISSING_FILE",
    ("file", "file_empty"): "EMPTY_FILE",
    ("file", "file_too_large"): "FILE_TOO_LARGE",
    ("file", "file_type_not_allowed"): "FILE_TYPE_NOT_ALLOWED",
    ("file", "file_incomplete"): "FILE_INCOMPLETE",
    ("file", "file_refused"): "FILE_REFUSED",
    ("file", "image_unreadable"): "IMAGE_UNREADABLE",
    ("file", "image_too_large"): "IMAGE_TOO_LARGE",
    ("message_text", "blank"): "EMPTY_MESSAGE",
    ("message_text", "max_length"): "MESSAGE_TOO_LONG",
}


def as_hazo_error(error: Exception) -> HazoError | None:
    """Return ``error`` in the client's terms, or None for one that nobody foresaw."""
    if isinstance(error, HazoError):
        return error
    for cls in type(error).__mro__:
        if cls in _TABLE:
            status, code, text = _TABLE[cls]
            return HazoError(status, code or _code(error), text or _text(error))
    return None


def _code(error: Exception) -> str:
    if isinstance(error, chat_errors.InvalidInput):
        return _INPUT_CODES.get((error.field or "", error.code)) or f"INVALID_{error.field or 'INPUT'}".upper()
    return str(getattr(error, "code", "error")).upper()


def _text(error: Exception) -> Text:
    detail: Text = getattr(error, "detail", "")
    return detail
