"""Every error of the API in one envelope: ``{"detail", "code", "field"?, "errors"?}``."""

from collections.abc import Callable, Iterator, Mapping
from math import ceil
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.exceptions import APIException, ErrorDetail
from rest_framework.response import Response
from rest_framework.settings import api_settings

from chat.exceptions import (
    ChatError,
    Conflict,
    HeldForReview,
    InvalidInput,
    KeyReused,
    NotAllowed,
    NotFound,
    PreconditionFailed,
    TooFast,
)

STATUS: Mapping[type[ChatError], int] = {
    InvalidInput: status.HTTP_400_BAD_REQUEST,
    NotAllowed: status.HTTP_403_FORBIDDEN,
    NotFound: status.HTTP_404_NOT_FOUND,
    Conflict: status.HTTP_409_CONFLICT,
    HeldForReview: status.HTTP_409_CONFLICT,
    PreconditionFailed: status.HTTP_412_PRECONDITION_FAILED,
    KeyReused: status.HTTP_422_UNPROCESSABLE_ENTITY,
    TooFast: status.HTTP_429_TOO_MANY_REQUESTS,
}
"""What each error of the core is over HTTP."""

Body = dict[str, Any]
ExceptionHandler = Callable[[Exception, Mapping[str, Any]], Response | None]


class BodyTooLarge(APIException):
    """The request's body is larger than the host allows."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The request is too large."
    default_code = "too_large"


_FROM_DJANGO: Mapping[type[Exception], type[APIException]] = {
    Http404: exceptions.NotFound,
    PermissionDenied: exceptions.PermissionDenied,
    RequestDataTooBig: BodyTooLarge,
    SuspiciousOperation: exceptions.ParseError,
}


def error_response(error: Exception, _context: Mapping[str, Any]) -> Response | None:
    """Answer an error that was raised on purpose; None for any other, which Django then reports and answers."""
    if isinstance(error, ChatError):
        return Response(_of_chat(error), status=STATUS[_base(error)], headers=_headers(error))
    for kind, translated in _FROM_DJANGO.items():
        if isinstance(error, kind):
            error = translated()
            break
    if isinstance(error, APIException):
        return Response(_of_rest(error), status=error.status_code, headers=_headers(error))
    return None


def _base(error: ChatError) -> type[ChatError]:
    return next(kind for kind in type(error).__mro__ if kind in STATUS)


def _of_chat(error: ChatError) -> Body:
    body = {"detail": str(error.detail), "code": error.code}
    return body | {"field": error.field} if error.field else body


def _of_rest(error: APIException) -> Body:
    if isinstance(error, exceptions.ValidationError):
        return _of_validation(error)
    told: Any = error.detail
    if isinstance(told, dict):  # as the errors of rest_framework_simplejwt
        return {"detail": str(told["detail"]), "code": str(told["code"])}
    return {"detail": str(told), "code": str(error.get_codes())}


def _of_validation(error: exceptions.ValidationError) -> Body:
    errors: dict[str, list[Body]] = {}
    for field, detail in _flatten(error.detail, ""):
        errors.setdefault(field, []).append({"detail": str(detail), "code": detail.code})
    first, details = next(iter(errors.items()))
    body: Body = {"detail": details[0]["detail"], "code": "invalid"}
    return body | {"field": first, "errors": errors} if first else body


def _flatten(detail: Any, field: str) -> Iterator[tuple[str, ErrorDetail]]:  # noqa: ANN401 (nested as the serializer is)
    """Yield each sentence with the top-level field it belongs to (empty: the body as a whole)."""
    if isinstance(detail, dict):
        for key, inner in detail.items():
            yield from _flatten(inner, field or ("" if key == api_settings.NON_FIELD_ERRORS_KEY else str(key)))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flatten(inner, field)
    else:
        yield field, detail


def _headers(error: ChatError | APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(ceil(wait))
    return headers
