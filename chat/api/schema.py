"""Describe an operation for OpenAPI: what it is for, what it answers, and how it can fail."""

from collections.abc import Callable, Sequence
from inspect import getdoc
from typing import Any, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.serializers import BaseSerializer, Serializer

from chat.api.shapes import Error

View = TypeVar("View", bound=Callable[..., Any])
Json = dict[str, Any]
Shape = type[Serializer[Any]] | BaseSerializer[Any] | None

ERRORS: dict[int, tuple[str, Json]] = {
    400: (
        "Something in the request is wrong; `field` names it.",
        {
            "detail": "This field is required.",
            "code": "invalid",
            "field": "message_text",
            "errors": {"message_text": [{"detail": "This field is required.", "code": "required"}]},
        },
    ),
    401: (
        "Nobody is signed in.",
        {"detail": "Authentication credentials were not provided.", "code": "not_authenticated"},
    ),
    403: (
        "The caller's role does not allow this.",
        {"detail": "Your role in this conversation does not allow this.", "code": "not_allowed"},
    ),
    404: (
        "There is no such thing, or the caller may not know of it.",
        {"detail": "Not found.", "code": "not_found"},
    ),
    409: (
        "This does not fit the present state.",
        {"detail": "The other person is gone; this conversation can only be read.", "code": "group_closed"},
    ),
    412: (
        "`If-Match` names a state that is not the present one.",
        {"detail": "This has changed since.", "code": "precondition_failed"},
    ),
    413: ("The body is too large.", {"detail": "The request is too large.", "code": "too_large"}),
    415: (
        "The body is of a kind that is not read here.",
        {"detail": 'Unsupported media type "text/plain" in request.', "code": "unsupported_media_type"},
    ),
    422: (
        "The `client_id` was used for a message with other content.",
        {
            "detail": "This client_id was already used for a different message.",
            "code": "client_id_reused",
            "field": "client_id",
        },
    ),
    429: (
        "Too many requests; `Retry-After` says how many seconds to wait.",
        {"detail": "Request was throttled. Expected available in 12 seconds.", "code": "throttled"},
    ),
}
_ALWAYS = (401, 429)
_WITH_BODY = (400, 413, 415)

GROUP = OpenApiParameter("group_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The group.")
MESSAGE = OpenApiParameter("message_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The message.")
UPLOAD = OpenApiParameter("upload_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The upload.")
FILE = OpenApiParameter("file_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The file.")
DOWNLOAD = OpenApiParameter(
    "download", OpenApiTypes.STR, OpenApiParameter.QUERY, description="Whatever it says: never show the file inline."
)
RANGE = OpenApiParameter("Range", OpenApiTypes.STR, OpenApiParameter.HEADER, description="One part: `bytes=0-1023`.")
SCHEDULED_ID = OpenApiParameter(
    "scheduled_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The scheduled message."
)
HELD_ID = OpenApiParameter("held_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The message that waits.")
INVITATION_ID = OpenApiParameter(
    "invitation_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The invitation."
)
INVITATION_TOKEN = OpenApiParameter(
    "invitation_token", OpenApiTypes.STR, OpenApiParameter.PATH, description="What the link of the invitation has."
)
JOIN_ID = OpenApiParameter("join_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The request to join.")
EXPORT_ID = OpenApiParameter("export_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The export.")
ERASURE_ID = OpenApiParameter("erasure_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The erasure.")
CALL_ID = OpenApiParameter("call_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The call.")
PERSON = OpenApiParameter("user_id", OpenApiTypes.STR, OpenApiParameter.PATH, description="The person, a member.")
USER = OpenApiParameter("user_id", OpenApiTypes.STR, OpenApiParameter.PATH, description="The person.")
CONNECTION_ID = OpenApiParameter(
    "connection_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The request, or connection."
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="The `ETag` of the last answer."
)


def operation(
    summary: str,
    *,
    answers: dict[int, tuple[Shape, Json | None]],
    errors: Sequence[int] = (),
    request: type[Serializer[Any]] | None = None,
    body: Json | None = None,
    parameters: Sequence[Any] = (),
    conditional: bool = False,
    media_type: str = "application/json",
) -> Callable[[View], View]:
    """Return the decorator that describes a view's method.

    ``answers`` has for each status its shape and an example, ``body`` is an example of the request.
    """
    failures = {*_ALWAYS, *errors, *(_WITH_BODY if request else ()), *((412,) if conditional else ())}
    responses = {status: _answer(shape, example) for status, (shape, example) in answers.items()}
    examples = [] if body is None else [OpenApiExample("Request", body, request_only=True, media_type=media_type)]
    if conditional:
        responses[304] = OpenApiResponse(description="Nothing changed since the answer with this `ETag`.")
    return extend_schema(
        summary=summary,
        parameters=[*parameters, *([IF_NONE_MATCH] if conditional else [])],
        request={media_type: request} if request else None,
        responses=responses | {status: _failure(status) for status in sorted(failures)},
        examples=examples,
    )


def file_operation(summary: str, *, parameters: Sequence[Any]) -> Callable[[View], View]:
    """Return the decorator that describes a view's method whose answer is the bytes of a file."""
    responses: dict[Any, Any] = {
        (200, "*/*"): OpenApiResponse(OpenApiTypes.BINARY, description="The file."),
        (206, "*/*"): OpenApiResponse(OpenApiTypes.BINARY, description="The part that was asked for."),
        302: OpenApiResponse(description="The storage has the bytes, at a signed address, for a short while."),
        304: OpenApiResponse(description="Nothing changed since the answer with this `ETag`."),
        416: OpenApiResponse(description="The part begins behind the end."),
    }
    failures = {status: _failure(status) for status in sorted({*_ALWAYS, 404, 409, 412})}
    return extend_schema(
        summary=summary, parameters=[*parameters, RANGE, IF_NONE_MATCH], responses=responses | failures
    )


def _answer(shape: Shape, example: Json | None) -> OpenApiResponse:
    examples = [OpenApiExample("Answer", example)] if example is not None else []
    description = getdoc(shape) if shape else "Done; there is nothing to say."
    return OpenApiResponse(shape, description=description or "", examples=examples)


def _failure(status: int) -> OpenApiResponse:
    description, example = ERRORS[status]
    return OpenApiResponse(Error, description=description, examples=[OpenApiExample("Error", example)])
