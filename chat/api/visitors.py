"""Visitors without an account: who they are stands in a signed cookie, and opens their own requests alone."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.crypto import constant_time_compare, salted_hmac
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from chat.adapter import User

COOKIE = "chat_visitor"
LIFETIME = 30 * 24 * 60 * 60
_SALT = "chat.visitor"


class VisitorAuthentication(BaseAuthentication):
    """Signs a visitor in by their cookie, for views that are for visitors; for all others nobody is signed in.

    To be named in AUTHENTICATION_CLASSES, last, by hosts whose adapter makes guests.
    """

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """Return the guest, or None. Raises PermissionDenied where a write lacks its CSRF token."""
        view: Any = request.parser_context.get("view")
        if getattr(view, "action", None) not in getattr(view, "for_visitors", ()):
            return None
        guest = visitor_of(request._request)  # noqa: SLF001 (Django's own, which DRF wraps)
        if guest is None:
            return None
        SessionAuthentication().enforce_csrf(request)
        return guest, None


def visitor_of(request: HttpRequest) -> User | None:
    """Return the guest whom the request's cookie names, if they are still there and may sign in."""
    try:
        key, password = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=LIFETIME)
        guest = get_user_model()._base_manager.filter(pk=key).first()
    except (signing.BadSignature, ValueError, ValidationError):
        return None
    if guest is None or not getattr(guest, "is_active", True):
        return None
    return guest if constant_time_compare(password, _password_mark(guest)) else None


def visitor_remember(request: HttpRequest, response: Response, guest: User) -> None:
    """Let the browser keep who the visitor is, where no script reads it, and the CSRF token for what they write."""
    value = signing.dumps([str(guest.pk), _password_mark(guest)], salt=_SALT)
    is_secure = request.is_secure()
    response.set_cookie(COOKIE, value, max_age=LIFETIME, httponly=True, samesite="Lax", secure=is_secure)
    get_token(request)  # Django's middleware sets its cookie for whoever asks for the token


def _password_mark(guest: User) -> str:
    """Return what a password leaves of itself in the cookie: who gives the guest one ends every cookie of before."""
    return salted_hmac(_SALT, getattr(guest, "password", ""), algorithm="sha256").hexdigest()


def visitor_forget(response: Response) -> None:
    """Let the browser forget it."""
    response.delete_cookie(COOKIE, samesite="Lax")
