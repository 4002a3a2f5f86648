"""What all views share: how a request is read, and that every answer is the JSON the client expects."""

import json
import math
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.signals import got_request_exception
from django.utils.log import log_response
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView, set_rollback

from chat.compat.hazo.authentication import authenticators
from chat.compat.hazo.errors import HazoError, as_hazo_error, bad_request
from chat.compat.hazo.throttling import HazoThrottle


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


class HazoView(APIView):
    """A view that answers everything, also what nobody foresaw, in the client's envelope."""

    schema = None
    versioning_class = None
    permission_classes = [IsAuthenticated]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = AlwaysJSON
    http_method_names = ["get", "head", "post", "patch", "delete"]
    throttle_scopes: ClassVar[dict[str, str]] = {
        "PATCH": "hazo_mark_read",
        "POST": "hazo_write",
        "DELETE": "hazo_write",
    }

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Sign in by token or by the session."""
        return authenticators()

    def get_throttles(self) -> list[BaseThrottle]:
        """Limit by what the method does."""
        return [HazoThrottle(self.throttle_scopes.get(self.request.method or "", "hazo_read"))]

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Keep the answer from other sites' pages and from caches."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response.setdefault("Cache-Control", "no-store")
        return response

    def handle_exception(self, exc: Exception) -> Response:
        """Answer an error in the envelope; one that nobody foresaw is reported as Django would."""
        set_rollback()
        error = as_hazo_error(exc) or HazoError(500, "INTERNAL_ERROR", HTTPStatus.INTERNAL_SERVER_ERROR.phrase)
        response = Response(self.error_body(error.code, str(error.text)), status=error.status)
        response.exception = True
        if error.status == HTTPStatus.UNAUTHORIZED and (scheme := self.get_authenticate_header(self.request)):
            response["WWW-Authenticate"] = scheme
        if wait := getattr(exc, "wait", None):
            response["Retry-After"] = str(math.ceil(wait))
        if error.status == HTTPStatus.INTERNAL_SERVER_ERROR:
            request = self.request._request  # noqa: SLF001 (receivers expect Django's request)
            got_request_exception.send(sender=type(self), request=request)
            log_response("%s: %s", error.text, request.path, response=response, request=request, exception=exc)
        return response

    def error_body(self, code: str, text: str) -> dict[str, Any]:
        """Return the envelope of an error."""
        return {"success": False, "error": text, "error_code": code}

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
            raise bad_request("BAD_REQUEST", _("The query cannot be read.")) from None
        return dict(reversed(pairs))

    def read_body(self, request: Request) -> dict[str, Any]:
        """Return the JSON object in the body; an empty body is an empty object."""
        try:
            body = json.loads(request.body or b"{}")
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise bad_request("INVALID_JSON", _("The body must be a JSON object."))
        return body
