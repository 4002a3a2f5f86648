"""What all views share: who asks, in which of the two shapes, and how errors look."""

import json
from typing import Any

from django.core.exceptions import BadRequest, ValidationError
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from chat.adapter import get_adapter
from chat.compat.astegni.errors import error_answer
from chat.compat.astegni.identity import own_pairs, require_own
from chat.compat.astegni.parsing import Fields
from chat.compat.astegni.throttling import RATES
from chat.compat.base import CompatView
from chat.conf import chat_settings
from chat.exceptions import InvalidInput
from chat.identities import Pair


class AstegniView(CompatView):
    """A view that takes old and new requests, and answers in the shape in which it was asked."""

    http_method_names = ["get", "head", "post", "put", "delete"]
    rates = RATES
    throttle_scopes = {"GET": "astegni_read", "HEAD": "astegni_read", "": "astegni_write"}

    asked: dict[str, str]
    """The query."""
    said: Any = None
    """The body, whatever JSON it is; None where there is none."""
    claimed: set[Pair]
    """The profiles that the request calls the caller's own; it is answered in the old shape if there are any."""
    checks_claims = True
    """Whether ``initial`` looks them up; else the view does, with what it reads anyway."""

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Sign in as for the native API."""
        return [import_string(path)() for path in chat_settings.AUTHENTICATION_CLASSES]

    def perform_authentication(self, request: Request) -> None:
        """Sign in; a token with an id that no user of this host can have is not valid."""
        try:
            super().perform_authentication(request)
        except (TypeError, ValueError, OverflowError, ValidationError) as error:
            raise AuthenticationFailed from error

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Read the request, and refuse one in another person's name."""
        super().initial(request, *args, **kwargs)
        self.asked = self.read_query(request)
        self.said = self.read_said(request)
        sources = [self.asked, self.said] if isinstance(self.said, dict) else [self.asked]
        self.claimed = own_pairs(request.user, sources)
        if self.claimed and self.checks_claims:
            require_own(request.user, self.claimed, get_adapter().identities(pairs=self.claimed))

    def read_said(self, request: Request) -> Any:  # noqa: ANN401 (whatever JSON says)
        """Return the body; that of a request that only reads says nothing. Raises BadRequest."""
        if request.method in SAFE_METHODS:
            return None
        said = self.read_json(request)
        if b"\\ud" in request.body.lower():
            _require_unicode(said)
        return said

    @property
    def in_old_shape(self) -> bool:
        """Whether the client knows people by profiles."""
        return bool(self.claimed)

    @property
    def fields(self) -> Fields:
        """What the request says, by name: in the body, else in the query. Raises InvalidInput."""
        if self.said is not None and not isinstance(self.said, dict):
            raise InvalidInput(_("The body must be a JSON object."), field="body")
        return {**self.asked, **(self.said or {})}

    def said_as(self, *names: str) -> Any:  # noqa: ANN401 (whatever the request says)
        """Return a single value: the body itself, or the first of these names in body or query; None if nowhere."""
        if self.said is not None and not isinstance(self.said, dict):
            return self.said
        return next((self.fields[name] for name in names if self.fields.get(name) is not None), None)

    def error_answer(self, exc: Exception) -> tuple[int, dict[str, Any]]:
        """Return status and body for an error, 500 for one that nobody foresaw."""
        return error_answer(exc)


def _require_unicode(said: object) -> None:
    """Raise BadRequest for half a character: answers repeat whom a request named, and cannot be written with it."""
    try:
        json.dumps(said, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise BadRequest from None
