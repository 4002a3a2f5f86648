"""Statuses and codes, in the order in which the original checks."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from chat.models import ChatGroup, ChatMessage
from chat.roles import Posting
from chat.services.departures import user_depart
from chat.services.groups import group_delete, group_update, peer_start
from chat.services.members import member_leave
from tests.compat.hazo.conftest import MESSAGES, Caller, send

pytestmark = pytest.mark.django_db

LONG = {"reference_id": "x" * 256, "reference_type": "x" * 101}


def failure(response: Any) -> tuple[int, str]:
    body = response.json()
    assert body.keys() == {"success", "error", "error_code"}
    assert body["success"] is False
    assert body["error"]
    assert response["Content-Type"] == "application/json"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in response
    return response.status_code, body["error_code"]


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", MESSAGES),
        ("post", MESSAGES),
        ("patch", f"{MESSAGES}/1/read"),
        ("delete", f"{MESSAGES}/1"),
        ("get", "/api/hazo_auth/me"),
        ("post", "/api/hazo_auth/profiles"),
        ("get", "/api/hazo_chat/elsewhere"),
    ],
)
def test_nobody_signed_in_is_401_before_anything_else(method: str, address: str) -> None:
    response = getattr(Client(), method)(address)
    assert failure(response) == (401, "UNAUTHENTICATED")
    forged = Client(headers={"Cookie": "hazo_auth_user_id=1; user_id=1"})
    assert failure(getattr(forged, method)(address)) == (401, "UNAUTHENTICATED")


def test_get_checks_in_the_order_of_the_original(ada: Caller, stranger: Caller, group: ChatGroup) -> None:
    wrong = LONG | {"limit": "0", "cursor": "yesterday", "direction": "up"}
    assert failure(ada.get(**wrong)) == (400, "MISSING_CHAT_GROUP")
    assert failure(ada.get(chat_group_id="", **wrong)) == (400, "MISSING_CHAT_GROUP")
    for foreign in (str(uuid4()), "not-a-uuid", "\x00", "é"):
        assert failure(ada.get(chat_group_id=foreign, **wrong)) == (403, "FORBIDDEN")
    assert failure(stranger.get(chat_group_id=str(group.pk), **wrong)) == (403, "FORBIDDEN")

    expected = {
        "reference_id": "INVALID_REFERENCE_ID",
        "reference_type": "INVALID_REFERENCE_TYPE",
        "limit": "INVALID_LIMIT",
        "cursor": "INVALID_CURSOR",
        "direction": "INVALID_DIRECTION",
    }
    for name, code in expected.items():
        assert failure(ada.get(chat_group_id=str(group.pk), **wrong)) == (400, code)
        del wrong[name]
    assert ada.get(chat_group_id=str(group.pk), **wrong).status_code == 200


def test_post_checks_in_the_order_of_the_original(ada: Caller, stranger: Caller, group: ChatGroup) -> None:
    group_id = str(group.pk)
    assert failure(ada.post(body="not json")) == (400, "INVALID_JSON")
    assert failure(ada.post(message_text="", **LONG)) == (400, "MISSING_CHAT_GROUP")
    for foreign in (str(uuid4()), "not-a-uuid", 7, [group_id], {"id": group_id}, "\x00", "\ud800"):
        assert failure(ada.post(chat_group_id=foreign, **LONG)) == (403, "FORBIDDEN")
    for text in ({}, {"message_text": "Let me in"}):
        assert failure(stranger.post(chat_group_id=group_id, **text)) == (403, "FORBIDDEN")
    for missing in ({}, {"message_text": ""}, {"message_text": None}, {"message_text": 7}, {"message_text": ["a"]}):
        assert failure(ada.post(chat_group_id=group_id, **missing, **LONG)) == (400, "MISSING_MESSAGE")
    assert failure(ada.post(chat_group_id=group_id, message_text=" \n\t ", **LONG)) == (400, "EMPTY_MESSAGE")
    too_long = "x" * 5001
    assert failure(ada.post(chat_group_id=group_id, message_text=too_long, **LONG)) == (400, "MESSAGE_TOO_LONG")
    text = {"chat_group_id": group_id, "message_text": "Hello"}
    assert failure(ada.post(**text, **LONG)) == (400, "INVALID_REFERENCE_ID")
    assert failure(ada.post(**text, reference_type=LONG["reference_type"])) == (400, "INVALID_REFERENCE_TYPE")
    assert not ChatMessage.objects.exists()

    assert ada.post(**text).status_code == 200


def test_post_answers_the_whole_row_and_trims(ada: Caller, group: ChatGroup) -> None:
    text = "a<b & 👋\n" + "x" * 4990
    response = ada.post(
        chat_group_id=str(group.pk), message_text=f"  {text} \n", reference_id="order-7", reference_type="anything"
    )
    message = response.json()["message"]
    assert response.status_code == 200
    assert message == ada.page(group)["messages"][0]
    assert (message["message_text"], message["reference_id"], message["reference_type"]) == (
        text,
        "order-7",
        "anything",
    )


@pytest.mark.parametrize("reference", [{}, {"reference_id": "", "reference_type": ""}, {"reference_type": None}])
def test_post_without_a_reference_is_about_the_chat(ada: Caller, group: ChatGroup, reference: dict[str, Any]) -> None:
    message = ada.post(chat_group_id=str(group.pk), message_text="Hello", **reference).json()["message"]
    assert (message["reference_id"], message["reference_type"]) == ("", "chat")


def test_patch_and_delete_hide_messages_from_strangers(ada: Caller, stranger: Caller, group: ChatGroup) -> None:
    (message,) = send(ada, group, "Hello")
    unknown = [uuid4(), "optimistic-1732-abc", "%00", "%ED%A0%80", "%FF", "7"]
    for caller, message_id in [(stranger, message.pk), *((ada, raw) for raw in unknown)]:
        assert failure(caller.read(message_id)) == (404, "MESSAGE_NOT_FOUND")
        assert failure(caller.delete(message_id)) == (404, "MESSAGE_NOT_FOUND")
    message.refresh_from_db()
    assert message.deleted_at is None


def test_delete_is_for_the_sender_and_can_be_repeated(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    (message,) = send(ben, group, "Hello")
    assert failure(ada.delete(message.pk)) == (403, "UNAUTHORIZED")

    first = ben.delete(message.pk)
    again = ben.delete(message.pk)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert first.json()["message"]["deleted_at"] is not None
    assert first.json()["message"]["message_text"] is None


def test_former_member_is_a_stranger(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    own, other = *send(ben, group, "mine"), *send(ada, group, "theirs")
    member_leave(acting_user=ben.user, group_id=group.pk)
    assert failure(ben.get(chat_group_id=str(group.pk))) == (403, "FORBIDDEN")
    assert failure(ben.post(chat_group_id=str(group.pk), message_text="Hello")) == (403, "FORBIDDEN")
    assert failure(ben.read(other.pk)) == (404, "MESSAGE_NOT_FOUND")
    assert failure(ben.delete(own.pk)) == (404, "MESSAGE_NOT_FOUND")


def test_deleted_group_is_gone(ada: Caller, group: ChatGroup) -> None:
    (message,) = send(ada, group, "Hello")
    group_delete(acting_user=ada.user, group_id=group.pk)
    assert failure(ada.get(chat_group_id=str(group.pk))) == (403, "FORBIDDEN")
    assert failure(ada.delete(message.pk)) == (404, "MESSAGE_NOT_FOUND")


def test_member_who_may_not_post_is_refused(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    group_update(acting_user=ada.user, group_id=group.pk, posting=Posting.ADMINS)
    assert failure(ben.post(chat_group_id=str(group.pk), message_text="Hello")) == (403, "FORBIDDEN")
    assert ada.post(chat_group_id=str(group.pk), message_text="Hello").status_code == 200


def test_closed_conversation_can_be_read_only(ada: Caller, ben: Caller) -> None:
    peer = peer_start(acting_user=ada.user, user_id=ben.user.pk).group
    user_depart(user_id=ben.user.pk)
    assert failure(ada.post(chat_group_id=str(peer.pk), message_text="Hello")) == (409, "GROUP_CLOSED")
    assert [message["sender_user_id"] for message in ada.page(peer)["messages"]] == ["chat:system"]


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_refused_in_the_envelope(ada: Caller, method: str) -> None:
    response = getattr(ada.client, method)(MESSAGES)
    assert failure(response) == (405, "METHOD_NOT_ALLOWED")
    assert response["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("address", ["messages", "unread_count"])
def test_slash_at_the_end_makes_no_difference(ada: Caller, group: ChatGroup, address: str) -> None:
    query = {"chat_group_id": str(group.pk), "user_id": str(ada.user.pk)}
    for path in (f"/api/hazo_chat/{address}", f"/api/hazo_chat/{address}/"):
        assert ada.get(path, **query).status_code == 200


def test_unknown_addresses_are_404_in_the_envelope(ada: Caller) -> None:
    for address in ("downloads", "messages/1/2/3", "messages//read", ""):
        response = ada.client.get(f"/api/hazo_chat/{address}")
        assert failure(response) == (404, "NOT_FOUND")


def test_unforeseen_error_is_answered_in_the_envelope_and_reported(
    ada: Caller, group: ChatGroup, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object) -> None:
        msg = "secret detail"
        raise RuntimeError(msg)

    monkeypatch.setattr("chat.compat.hazo.views.read_page", fail)
    ada.client.raise_request_exception = False
    response = ada.get(chat_group_id=str(group.pk))
    assert failure(response) == (500, "INTERNAL_ERROR")
    assert b"secret" not in response.content
    assert "secret detail" in caplog.text


def test_html_is_never_sent(ada: Caller, group: ChatGroup) -> None:
    response = ada.client.get(
        MESSAGES, {"chat_group_id": str(group.pk), "format": "api"}, headers={"Accept": "text/html"}
    )
    assert response["Content-Type"] == "application/json"


def test_inactive_person_is_not_signed_in(ada: Caller, make_user: Callable[..., Any]) -> None:
    ada.user.is_active = False
    ada.user.save()
    assert failure(ada.get()) == (401, "UNAUTHENTICATED")
