"""Giving out a file to somebody who was found to be allowed it."""

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header

from chat.adapter import get_adapter
from chat.conf import chat_settings
from chat.exceptions import NotFound
from chat.files.conditions import not_modified
from chat.files.ranges import NotSatisfiable, Part, Span, requested_span
from chat.files.types import type_named

logger = logging.getLogger(__name__)

# Whatever the bytes are, they run nothing, load nothing and are nobody's origin.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; frame-ancestors 'self'; sandbox"
# A browser's own player fetches what it plays as the page that it makes; scripts stay forbidden there.
PLAYER_POLICY = f"{POLICY} allow-same-origin"


@dataclass(frozen=True, slots=True)
class Served:
    """A file to give out: where its bytes are, what they are, and a tag that names them for ever."""

    stored: Any
    """A FieldFile of Django's."""
    name: str
    mime_type: str
    etag: str
    as_attachment: bool = False

    @property
    def content_type(self) -> str:
        """Text is UTF-8 unless it begins by saying otherwise, which browsers heed."""
        return f"{self.mime_type}; charset=utf-8" if self.mime_type.startswith("text/") else self.mime_type

    @property
    def policy(self) -> str:
        """What the browser forbids the file."""
        return PLAYER_POLICY if self.mime_type.startswith(("audio/", "video/")) else POLICY

    @property
    def disposition(self) -> str:
        """Inline only for what is known to be harmless there."""
        known = type_named(self.mime_type)
        inline = known is not None and known.inline and not self.as_attachment
        return content_disposition_header(not inline, self.name) or "attachment"


def file_response(request: HttpRequest, served: Served) -> HttpResponseBase:
    """Answer with the bytes, a part of them, or that the client has them; or hand over, as the settings say.

    Raises PreconditionFailed, see ``not_modified``; NotFound where the storage has lost it.
    """
    known = not_modified(request, served.etag)
    response = known or (_handed_over(served) if chat_settings.FILE_HANDOVER else _sent(request, served))
    response["ETag"] = served.etag
    # Asked again each time: who left the group gets it no more.
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ("Authorization", "Cookie"))
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = served.policy
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _described(response: HttpResponseBase, served: Served) -> HttpResponseBase:
    response["Content-Type"] = served.content_type
    response["Content-Disposition"] = served.disposition
    return response


def _sent(request: HttpRequest, served: Served) -> HttpResponseBase:
    file = _opened(served)
    size: int = file.size
    try:
        span = requested_span(request, size, served.etag)
    except NotSatisfiable:
        file.close()
        answer = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        answer["Content-Range"] = f"bytes */{size}"
        return answer
    part = Part(file, span or Span(0, size))
    response = StreamingHttpResponse(part, status=HTTPStatus.PARTIAL_CONTENT if span else HTTPStatus.OK)
    if span:
        response["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{size}"
    response["Content-Length"] = str(part.left)
    response["Accept-Ranges"] = "bytes"
    return _described(response, served)


def _opened(served: Served) -> Any:  # noqa: ANN401 (a File of the storage's kind)
    try:
        return served.stored.storage.open(served.stored.name)
    except FileNotFoundError:
        logger.exception("The storage has lost a file.")
        raise NotFound from None


def _handed_over(served: Served) -> HttpResponseBase:
    stored = served.stored
    match chat_settings.FILE_HANDOVER:
        case "redirect":
            return HttpResponseRedirect(
                get_adapter().file_url(
                    stored.storage,
                    stored.name,
                    content_type=served.content_type,
                    disposition=served.disposition,
                    lifetime=chat_settings.FILE_URL_LIFETIME,
                )
            )
        case "x-sendfile":
            header, value = "X-Sendfile", stored.path
        case _:
            header, value = "X-Accel-Redirect", chat_settings.FILE_HANDOVER_PREFIX + stored.name
    response = HttpResponse()
    response[header] = value
    return _described(response, served)
