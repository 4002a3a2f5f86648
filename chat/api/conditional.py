"""``ETag`` and 304: a client that has the present state is not sent it again."""

import hashlib
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from rest_framework.request import Request
from rest_framework.response import Response

import chat
from chat.files.conditions import not_modified

B = TypeVar("B")


def conditional(
    request: Request,
    versions: Iterable[object],
    render: Callable[[], B],
    *,
    tagged: Callable[[B], bool] = lambda _body: True,
) -> HttpResponse:
    """Answer 304 if the client has what ``versions`` stand for, else what ``render`` makes, with its ``ETag``.

    The versions must have been read before the rows that ``render`` shows. A body that is not to be ``tagged`` gets no
    ``ETag``: versions do not stand for all of it. Raises PreconditionFailed.
    """
    etag = _etag(request, versions)
    response = not_modified(request._request, etag)  # noqa: SLF001 (Django's own)
    if response is None:
        body = render()
        response, is_tagged = Response(body), tagged(body)
    else:
        is_tagged = True
    if is_tagged:
        response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ("Accept", "Accept-Language", "Authorization", "Cookie"))
    return response


def _etag(request: Request, versions: Iterable[object]) -> str:
    media_type = request.accepted_renderer.media_type
    seen_as = (request.user.pk, media_type, get_language(), request.get_full_path(), chat.__version__)
    parts = "\x1f".join(str(part) for part in (*seen_as, *versions))
    return f'W/"{hashlib.sha256(parts.encode()).hexdigest()[:32]}"'
