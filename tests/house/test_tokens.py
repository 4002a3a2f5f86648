from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import AuthenticationFailed

from tests.factories import PASSWORD


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    cache.clear()


@pytest.fixture
def credentials(make_user: Callable[..., Any]) -> dict[str, str]:
    user = make_user()
    return {user.USERNAME_FIELD: user.get_username(), "password": PASSWORD}


@pytest.mark.core
def test_refresh_token_works_once(client: Client, credentials: dict[str, str]) -> None:
    tokens = client.post("/api/token/", credentials).json()

    first = client.post("/api/token/refresh/", {"refresh": tokens["refresh"]})
    again = client.post("/api/token/refresh/", {"refresh": tokens["refresh"]})

    assert (first.status_code, again.status_code) == (200, 401)
    assert first.json()["refresh"] != tokens["refresh"]


@pytest.mark.parametrize("path", ["/api/token/", "/api/token/refresh/", "/api/token/blacklist/"])
@pytest.mark.parametrize("body", ["[" * 100_000, '{"refresh": NaN', "\ud800"])
def test_unreadable_request_is_refused(path: str, body: str, client: Client) -> None:
    client.raise_request_exception = False
    sent = body.encode("utf-8", "surrogatepass")
    refused = client.post(path, sent, content_type="application/json")
    assert (refused.status_code, list(refused.json())) == (400, ["detail"])


def test_blacklisted_token_cannot_be_refreshed(client: Client, credentials: dict[str, str]) -> None:
    refresh = {"refresh": client.post("/api/token/", credentials).json()["refresh"]}

    assert client.post("/api/token/blacklist/", refresh).status_code == 200
    assert client.post("/api/token/refresh/", refresh).status_code == 401


@pytest.mark.core
def test_changed_password_ends_old_tokens_and_what_they_refresh_to(
    client: Client, make_user: Callable[..., Any], rf: RequestFactory
) -> None:
    user = make_user()
    tokens = client.post("/api/token/", {user.USERNAME_FIELD: user.get_username(), "password": PASSWORD}).json()
    before = _bearer(rf, tokens["access"])
    assert JWTAuthentication().authenticate(before)[0] == user

    user.set_password("another")
    user.save()

    refreshed = client.post("/api/token/refresh/", {"refresh": tokens["refresh"]}).json()
    for request in (before, _bearer(rf, refreshed["access"])):
        with pytest.raises(AuthenticationFailed):
            JWTAuthentication().authenticate(request)


def test_guessing_passwords_is_throttled_whatever_header_is_sent(client: Client, credentials: dict[str, str]) -> None:
    wrong = credentials | {"password": "guess"}
    codes = [
        client.post("/api/token/", wrong, headers={"x-forwarded-for": f"10.0.0.{n}"}).status_code for n in range(61)
    ]

    assert (codes[0], codes[59], codes[60]) == (401, 401, 429)


def _bearer(rf: RequestFactory, token: str) -> Request:
    return Request(rf.get("/", headers={"authorization": f"Bearer {token}"}))
