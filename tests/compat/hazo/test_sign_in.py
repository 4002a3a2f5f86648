"""The session without a CSRF token, tokens, and what other sites' pages are refused."""

from typing import Any

import pytest
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken

from chat.models import ChatGroup
from tests.compat.hazo.conftest import MESSAGES, Caller

pytestmark = [pytest.mark.django_db, pytest.mark.core]

OWN = "http://testserver"


def post(caller: Caller, group: ChatGroup, headers: dict[str, str], **extra: Any) -> int:
    client = Client(enforce_csrf_checks=True)
    client.cookies = caller.client.cookies
    body = {"chat_group_id": str(group.pk), "message_text": "Hello"}
    response = client.post(MESSAGES, body, content_type="application/json", headers=headers, **extra)
    if response.status_code == 403:
        assert response.json()["error_code"] == "CROSS_SITE_REQUEST"
    return int(response.status_code)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": OWN}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://behind-a-proxy.example"}, 200),
        ({"Origin": "https://app.example.org", "Sec-Fetch-Site": "cross-site"}, 200),
        ({"Origin": "https://one.apps.example.org"}, 200),
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://testserver"}, 403),
        ({"Origin": "http://testserver.evil.example"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Referer": f"{OWN}/"}, 403),
    ],
)
def test_session_needs_a_sign_that_an_own_page_sends(
    ada: Caller, group: ChatGroup, settings: Any, headers: dict[str, str], status: int
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://app.example.org", "https://*.apps.example.org"]
    assert post(ada, group, headers) == status


def test_origin_is_compared_as_the_proxy_sees_it(ada: Caller, group: ChatGroup, settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.USE_X_FORWARDED_HOST = True
    settings.ALLOWED_HOSTS = ["chat.example.org"]
    proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "chat.example.org"}
    assert post(ada, group, proxied | {"Origin": "https://chat.example.org"}) == 200
    assert post(ada, group, proxied | {"Origin": "http://chat.example.org"}) == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": OWN}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
    ],
)
def test_reading_is_refused_only_when_a_header_says_cross_site(
    ada: Caller, headers: dict[str, str], status: int
) -> None:
    client = Client()
    client.cookies = ada.client.cookies
    assert client.get("/api/hazo_auth/me", headers=headers).status_code == status


def test_token_signs_in_without_any_of_this(ada: Caller, group: ChatGroup) -> None:
    token = {"Authorization": f"Bearer {AccessToken.for_user(ada.user)}", "Sec-Fetch-Site": "cross-site"}
    body = {"chat_group_id": str(group.pk), "message_text": "Hello"}
    assert Client().post(MESSAGES, body, content_type="application/json", headers=token).status_code == 200


def test_bad_token_is_401(group: ChatGroup) -> None:
    response = Client().get(MESSAGES, headers={"Authorization": "Bearer nonsense"})
    assert response.status_code == 401
    assert response.json()["error_code"] == "UNAUTHENTICATED"
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_limits_are_generous_and_the_hosts_to_change(ada: Caller, ben: Caller, group: ChatGroup, settings: Any) -> None:
    for _ in range(200):
        assert ada.get("/api/hazo_auth/me").status_code == 200
    settings.CHAT = {"THROTTLE_RATES": {"hazo_read": "2/min"}}
    statuses = [ada.get("/api/hazo_auth/me").status_code for _ in range(3)]
    assert 429 in statuses
    refused = ada.get("/api/hazo_auth/me")
    assert refused.json()["error_code"] == "RATE_LIMITED"
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert ben.get("/api/hazo_auth/me").status_code == 200
    assert ada.post(chat_group_id=str(group.pk), message_text="Hello").status_code == 200

    settings.CHAT = {"THROTTLE_RATES": {"hazo_read": None}}
    assert ada.get("/api/hazo_auth/me").status_code == 200
