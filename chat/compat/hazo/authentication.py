"""Signing in as for the native API, but without a CSRF token, which the client does not send.

A browser tells in headers that no page can forge whether a request comes from the site's own pages.
"""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from chat.compat.hazo.errors import HazoError
from chat.conf import chat_settings


class SameOriginSession(SessionAuthentication):
    """Django's session, for requests of the host's own pages and of CSRF_TRUSTED_ORIGINS."""

    def enforce_csrf(self, request: Request) -> None:
        """Refuse what another site made the browser send."""
        if not comes_from_own_pages(request._request):  # noqa: SLF001 (the authenticator's own request)
            raise HazoError(403, "CROSS_SITE_REQUEST", _("Requests from other sites are refused."))


def authenticators() -> list[BaseAuthentication]:
    """Return those of the setting AUTHENTICATION_CLASSES, the session's replaced by the one above."""
    classes = (import_string(path) for path in chat_settings.AUTHENTICATION_CLASSES)
    return [SameOriginSession() if issubclass(cls, SessionAuthentication) else cls() for cls in classes]


def comes_from_own_pages(request: HttpRequest) -> bool:
    """Return whether the headers say so; a read passes unless they say otherwise.

    Over plain http a browser sends neither header with a read.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if "Origin" in request.headers and _Origins().are_good(request):
        return True
    if request.method in SAFE_METHODS:
        return site != "cross-site" and (site == "same-origin" or "Origin" not in request.headers)
    return site == "same-origin"


class _Origins(CsrfViewMiddleware):
    def __init__(self) -> None:
        super().__init__(lambda _request: HttpResponse())

    def are_good(self, request: HttpRequest) -> bool:
        """Return whether ``Origin`` is the host's, as seen through its proxy, or trusted: Django's own rule."""
        return bool(self._origin_verified(request))  # type: ignore[attr-defined]
