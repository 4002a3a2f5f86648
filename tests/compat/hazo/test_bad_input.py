"""Malformed requests: always 4xx in the envelope, and nothing changes."""

from typing import Any

import pytest
from django.db.models import Max

from chat.models import ChatGroup, ChatGroupUser, ChatMessage
from tests.compat.hazo.conftest import MESSAGES, Caller, send

pytestmark = [pytest.mark.django_db]

BODIES = {
    "empty": b"",
    "not JSON": b"{",
    "not an object": b"[1, 2]",
    "null": b"null",
    "text": b'"text"',
    "nested beyond measure": b"[" * 100_000 + b"]" * 100_000,
    "number beyond measure": b'{"chat_group_id": ' + b"9" * 5000 + b"}",
    "bad UTF-8": b'{"chat_group_id": "\xff"}',
    "NUL bytes": b"\x00\x00\x00\x00",
    "too large": b'{"message_text": "' + b"x" * 3_000_000 + b'"}',
}


def refused(response: Any) -> int:
    body = response.json()
    assert body["success"] is False
    assert body["error"]
    status: int = response.status_code
    assert 400 <= status < 500
    return status


@pytest.fixture(autouse=True)
def _nothing_changes(ada: Caller, group: ChatGroup) -> Any:
    send(ada, group, "Hello")
    before = state()
    yield
    assert state() == before


def state() -> tuple[Any, ...]:
    newest = ChatMessage.objects.aggregate(Max("version"))
    return ChatMessage.objects.count(), newest, list(ChatGroupUser.objects.order_by("pk").values())


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("address", [MESSAGES, "/api/hazo_auth/profiles"])
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/json; charset=hex"])
def test_body_of_another_form(ada: Caller, address: str, body: bytes, content_type: str) -> None:
    refused(ada.client.generic("POST", address, body, content_type=content_type))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("message_text", "with \x00 in it"),
        ("message_text", "half \ud800 a pair"),
        ("message_text", {"text": "Hello"}),
        ("reference_id", "with \x00 in it"),
        ("reference_id", "half \ud800 a pair"),
        ("reference_id", 7),
        ("reference_id", ["order-7"]),
        ("reference_type", "with \x00 in it"),
        ("reference_type", {"type": "chat"}),
        ("chat_group_id", "with \x00 in it"),
        ("chat_group_id", "half \ud800 a pair"),
        ("chat_group_id", True),
    ],
)
def test_field_of_another_form(ada: Caller, group: ChatGroup, field: str, value: Any) -> None:
    refused(ada.post(**{"chat_group_id": str(group.pk), "message_text": "Hello", field: value}))


@pytest.mark.parametrize(
    ("field", "raw", "code"),
    [
        ("reference_id", "%00", "INVALID_REFERENCE_ID"),
        ("reference_type", "%00", "INVALID_REFERENCE_TYPE"),
        ("reference_id", "%FF", "BAD_REQUEST"),
        ("reference_id", "%ED%A0%80", "BAD_REQUEST"),
        ("limit", "-1", "INVALID_LIMIT"),
        ("limit", "1.5", "INVALID_LIMIT"),
        ("limit", "ten", "INVALID_LIMIT"),
        ("limit", "1_0", "INVALID_LIMIT"),
        ("limit", "%EF%BC%91", "INVALID_LIMIT"),
        ("limit", "9" * 5000, "INVALID_LIMIT"),
        ("direction", "NEWER", "INVALID_DIRECTION"),
        ("direction", "%00", "INVALID_DIRECTION"),
        ("cursor", "yesterday", "INVALID_CURSOR"),
        ("cursor", "%00", "INVALID_CURSOR"),
        ("cursor", "2026-02-30T00:00:00Z", "INVALID_CURSOR"),
        ("cursor", "2026-01-01T00:00:00", "INVALID_CURSOR"),
        ("cursor", "2026-01-01", "INVALID_CURSOR"),
        ("cursor", "%2B275760-09-13T00:00:00.000Z", "INVALID_CURSOR"),
        ("cursor", "0001-01-01T00:00:00%2B12:00", "INVALID_CURSOR"),
        ("cursor", "9999-12-31T23:59:59-12:00", "INVALID_CURSOR"),
        ("cursor", "1; drop table", "INVALID_CURSOR"),
    ],
)
def test_query_of_another_form(ada: Caller, group: ChatGroup, field: str, raw: str, code: str) -> None:
    response = ada.client.get(f"{MESSAGES}?chat_group_id={group.pk}&{field}={raw}")
    assert refused(response) == 400
    assert response.json()["error_code"] == code


@pytest.mark.parametrize("cursor", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2026-01-01T00:00:00.1Z"])
@pytest.mark.parametrize("direction", ["older", "newer", ""])
def test_cursor_at_the_ends_of_time_is_a_time(ada: Caller, group: ChatGroup, cursor: str, direction: str) -> None:
    assert ada.page(group, cursor=cursor, direction=direction)["success"] is True


def test_query_of_very_many_fields(ada: Caller, group: ChatGroup) -> None:
    query = "&".join(f"f{number}=1" for number in range(2000))
    refused(ada.client.get(f"{MESSAGES}?chat_group_id={group.pk}&{query}"))


@pytest.mark.parametrize("user_ids", [None, "1", 7, {"id": 1}, list(range(501))])
def test_profiles_of_what_is_no_list(ada: Caller, user_ids: Any) -> None:
    response = ada.post("/api/hazo_auth/profiles", user_ids=user_ids)
    assert refused(response) == 400
    assert response.json()["error_code"] == "INVALID_USER_IDS"


def test_profiles_pass_over_what_is_no_id(ada: Caller) -> None:
    odd = [None, True, -1, 2**70, 1.5, "x", "\x00", "\ud800", "", [], {}, "optimistic-1"]
    response = ada.post("/api/hazo_auth/profiles", user_ids=[*odd, str(ada.user.pk)])
    assert [profile["id"] for profile in response.json()["profiles"]] == [str(ada.user.pk)]
