"""What all views share: how a request is read, and that every answer is the JSON the client expects."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from chat.compat.base import CompatView
from chat.compat.hazo.authentication import authenticators
from chat.compat.hazo.errors import HazoError, as_hazo_error, bad_request
from chat.compat.hazo.throttling import RATES


class HazoView(CompatView):
    """A view that answers everything, also what nobody foresaw, in the client's envelope."""

    http_method_names = ["get", "head", "post", "patch", "delete"]
    rates = RATES
    throttle_scopes = {"PATCH": "hazo_mark_read", "POST": "hazo_write", "DELETE": "hazo_write", "": "hazo_read"}

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Sign in by token or by the session."""
        return authenticators()

    def error_answer(self, exc: Exception) -> tuple[int, dict[str, Any]]:
        """Return status and envelope for an error, 500 for one that nobody foresaw."""
        error = as_hazo_error(exc) or HazoError(500, "INTERNAL_ERROR", HTTPStatus.INTERNAL_SERVER_ERROR.phrase)
        return error.status, self.error_body(error.code, str(error.text))

    def error_body(self, code: str, text: str) -> dict[str, Any]:
        """Return the envelope of an error."""
        return {"success": False, "error": text, "error_code": code}

    def read_body(self, request: Request) -> dict[str, Any]:
        """Return the JSON object in the body; an empty body is an empty object."""
        try:
            body = self.read_json(request)
        except BadRequest:
            body = ()
        if body is None and not request.body:
            body = {}
        if not isinstance(body, dict):
            raise bad_request("INVALID_JSON", _("The body must be a JSON object."))
        return body
