"""Which renderer answers, found at once where a client says plainly what it wants."""

from collections.abc import Iterable
from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class PlainNegotiation(DefaultContentNegotiation):
    """DefaultContentNegotiation, which takes an ``Accept`` apart only where that names more than one type.

    Most clients ask for ``application/json``, or for anything.
    """

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> Any:  # noqa: ANN401 (as the stubs have it)
        """Return the renderer, and the media type that it is asked for. Raises NotAcceptable, Http404."""
        first, wanted = next(iter(renderers)), request.META.get("HTTP_ACCEPT", "*/*")
        asked_otherwise = format_suffix or (
            request.META.get("QUERY_STRING") and request.query_params.get(self.settings.URL_FORMAT_OVERRIDE)
        )
        if wanted in (first.media_type, "*/*") and not asked_otherwise:
            return first, first.media_type
        return super().select_renderer(request, renderers, format_suffix)
