"""Reading request bodies, whatever the host's own API is set to."""

from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from rest_framework import parsers
from rest_framework.exceptions import ParseError

from chat.api.errors import BodyTooLarge

if TYPE_CHECKING:
    from collections.abc import Mapping


class StrictJSONParser(parsers.JSONParser):
    """JSON in UTF-8 without NaN, no larger than Django's DATA_UPLOAD_MAX_MEMORY_SIZE."""

    strict = True

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: "Mapping[str, Any] | None" = None
    ) -> dict[str, Any]:
        """Return what the body says. Raises ParseError and BodyTooLarge."""
        limit: int | None = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        request: Any = (parser_context or {}).get("request")
        if request and limit is not None and int(request.META.get("CONTENT_LENGTH") or 0) > limit:
            raise BodyTooLarge
        try:
            body: dict[str, Any] = super().parse(stream, media_type, {"encoding": "utf-8"})
        except RecursionError as error:
            msg = "JSON parse error - nested too deep"
            raise ParseError(msg) from error
        return body


PARSERS = (StrictJSONParser, parsers.FormParser, parsers.MultiPartParser)
"""Forms are what the browsable API sends."""
