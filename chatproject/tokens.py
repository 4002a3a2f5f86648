"""Signing in by JWT, described for the API reference."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.throttling import AnonRateThrottle
from rest_framework_simplejwt.views import TokenBlacklistView, TokenObtainPairView, TokenRefreshView

from chat.api.parsers import PARSERS

REFRESH = "eyJhbGciOiJIUzI1NiJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCJ9.c2lnbmF0dXJl"
ACCESS = "eyJhbGciOiJIUzI1NiJ9.eyJ0b2tlbl90eXBlIjoiYWNjZXNzIn0.c2lnbmF0dXJl"


def _fields(name: str, *fields: str) -> Any:  # noqa: ANN401 (a serializer class)
    return inline_serializer(name, {field: serializers.CharField() for field in fields})


def _answer(description: str, shape: Any, value: dict[str, Any]) -> OpenApiResponse:  # noqa: ANN401 (a serializer class)
    return OpenApiResponse(shape, description=description, examples=[OpenApiExample("Answer", value)])


_TOKENS = _fields("Tokens", "access", "refresh")
_REFRESH = _fields("Refresh", "refresh")
_REFUSED = _fields("TokenRefused", "detail", "code")
_INCOMPLETE = inline_serializer(
    "TokenIncomplete", {"refresh": serializers.ListField(child=serializers.CharField(), required=False)}
)
_ERRORS = {
    400: _answer("A field is missing.", _INCOMPLETE, {"refresh": ["This field is required."]}),
    401: _answer(
        "The token, or the name and password, are not valid.",
        _REFUSED,
        {"detail": "Token is invalid", "code": "token_not_valid"},
    ),
}


@extend_schema(
    summary="Sign in with name and password",
    auth=[],
    request={"application/json": _fields("SignIn", "username", "password")},
    responses={200: _answer("Signed in.", _TOKENS, {"access": ACCESS, "refresh": REFRESH})} | _ERRORS,
    examples=[OpenApiExample("Request", {"username": "ada", "password": "demo"}, request_only=True)],
)
class SignInTokenView(TokenObtainPairView):
    """Answer an access token for ``Authorization: Bearer …`` and a refresh token."""

    parser_classes = PARSERS
    throttle_classes = (AnonRateThrottle,)


@extend_schema(
    summary="Get new tokens for a refresh token",
    auth=[],
    request={"application/json": _REFRESH},
    responses={200: _answer("The old refresh token ends.", _TOKENS, {"access": ACCESS, "refresh": REFRESH})} | _ERRORS,
    examples=[OpenApiExample("Request", {"refresh": REFRESH}, request_only=True)],
)
class FreshTokenView(TokenRefreshView):
    """Answer a new pair of tokens; each refresh token works once."""

    parser_classes = PARSERS


@extend_schema(
    summary="Sign out: end a refresh token",
    auth=[],
    request={"application/json": _REFRESH},
    responses={200: _answer("It is of no use from now on.", inline_serializer("Nothing", {}), {})} | _ERRORS,
    examples=[OpenApiExample("Request", {"refresh": REFRESH}, request_only=True)],
)
class SignOutTokenView(TokenBlacklistView):
    """End a refresh token."""

    parser_classes = PARSERS
