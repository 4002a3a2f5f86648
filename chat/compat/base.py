"""What the views of every older surface share: how a request is read, and that every answer is JSON."""

import json
import math
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import BadRequest
from django.core.signals import got_request_exception
from django.utils.log import log_response
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView, set_rollback

from chat.compat.throttling import CompatThrottle
from chat.exceptions import HeldForReview


class AlwaysJSON(DefaultContentNegotiation):
    """Answer in JSON, whatever ``Accept`` says."""

    def select_renderer(
        self,
        request: Request,  # noqa: ARG002 (as in DRF)
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,  # noqa: ARG002 (as in DRF)
    ) -> tuple[BaseRenderer, str]:
        """Return the only renderer."""
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class CompatView(APIView):
    """A view that answers everything, also what nobody foresaw, in the envelope of its surface."""

    schema = None
    versioning_class = None
    permission_classes = [IsAuthenticated]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = AlwaysJSON
    rates: ClassVar[Mapping[str, str | None]]
    """Scope to rate."""
    throttle_scopes: ClassVar[Mapping[str, str]]
    """Method to scope; an empty key is for the others."""

    def error_answer(self, exc: Exception) -> tuple[int, dict[str, Any]]:
        """Return status and body for an error, 500 for one that nobody foresaw."""
        raise NotImplementedError

    def get_throttles(self) -> list[BaseThrottle]:
        """Limit by what the method does."""
        scope = self.throttle_scopes.get(self.request.method or "", self.throttle_scopes[""])
        return [CompatThrottle(scope, self.rates)]

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Keep the answer from other sites' pages and from caches."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response.setdefault("Cache-Control", "no-store")
        return response

    def handle_exception(self, exc: Exception) -> Response:
        """Answer an error in the envelope; one that nobody foresaw is reported as Django would."""
        if not isinstance(exc, HeldForReview):  # which is kept
            set_rollback()
        status, body = self.error_answer(exc)
        response = Response(body, status=status)
        response.exception = True
        if status == HTTPStatus.UNAUTHORIZED and (scheme := self.get_authenticate_header(self.request)):
            response["WWW-Authenticate"] = scheme
        if wait := getattr(exc, "wait", None):
            response["Retry-After"] = str(math.ceil(wait))
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            request = self.request._request  # noqa: SLF001 (receivers expect Django's request)
            got_request_exception.send(sender=type(self), request=request)
            log_response("Error: %s", request.path, response=response, request=request, exception=exc)
        return response

    def read_query(self, request: Request) -> dict[str, str]:
        """Return the query, which must be UTF-8; the first value counts where there are several."""
        try:
            pairs = parse_qsl(
                request.META.get("QUERY_STRING", ""),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=settings.DATA_UPLOAD_MAX_NUMBER_FIELDS,
            )
        except ValueError:
            raise BadRequest from None
        return dict(reversed(pairs))

    def read_json(self, request: Request) -> Any:  # noqa: ANN401 (whatever JSON says)
        """Return what the body says in JSON, None where it is empty. Raises BadRequest."""
        try:
            return json.loads(request.body) if request.body else None
        except (ValueError, RecursionError):
            raise BadRequest from None
