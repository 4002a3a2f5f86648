"""Every error as the client knows it: a status and a sentence."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core import exceptions as django_errors
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions as drf_errors

from chat import exceptions as chat_errors

Text = str | Promise


class Gone(drf_errors.APIException):
    """What this server leaves out on purpose."""

    status_code = HTTPStatus.GONE


_UNREADABLE = (400, _("The request cannot be read."))
_TABLE: Mapping[type[Exception], tuple[int, Text | None]] = {
    drf_errors.NotAuthenticated: (401, _("Sign in first.")),
    drf_errors.AuthenticationFailed: (401, _("This sign-in is not valid, or over.")),
    drf_errors.PermissionDenied: (403, None),
    drf_errors.MethodNotAllowed: (405, None),
    drf_errors.UnsupportedMediaType: (415, None),
    drf_errors.Throttled: (429, None),
    drf_errors.APIException: _UNREADABLE,
    Gone: (410, None),
    django_errors.PermissionDenied: (403, _("This is not allowed.")),
    django_errors.RequestDataTooBig: (413, _("The request is too large.")),
    django_errors.SuspiciousOperation: _UNREADABLE,
    django_errors.BadRequest: _UNREADABLE,
    Http404: (404, _("Not found.")),
    chat_errors.InvalidInput: (400, None),
    chat_errors.NotFound: (404, None),
    chat_errors.NotAllowed: (403, None),
    chat_errors.Conflict: (409, None),
    chat_errors.KeyReused: (409, None),
    chat_errors.TooFast: (429, None),
    chat_errors.ChatError: (409, None),
}


def error_answer(error: Exception) -> tuple[int, dict[str, Any]]:
    """Return status and body for ``error``, 500 for one that nobody foresaw."""
    for cls in type(error).__mro__:
        if cls in _TABLE:
            status, text = _TABLE[cls]
            return status, {"detail": str(text or getattr(error, "detail", ""))}
    return 500, {"detail": HTTPStatus.INTERNAL_SERVER_ERROR.phrase}
