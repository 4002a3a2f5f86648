"""Strangers, unknown numbers, malformed requests, and what is left out: a sentence and the right status, never 500."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from chat.compat.astegni.urls import urlpatterns
from tests.compat.astegni.conftest import PREFIX, Caller
from tests.services.worlds import everything

pytestmark = [pytest.mark.django_db]

ABOUT_A_CONVERSATION = [
    ("get", "conversations/{}", None),
    ("put", "conversations/{}", {"name": "x"}),
    ("post", "conversations/{}/participants", {"participant_user_ids": [1]}),
    ("delete", "conversations/{}/participants/1", None),
    ("delete", "conversations/{}/participants/1/tutor", None),
    ("put", "conversations/{}/mute", True),
    ("put", "conversations/{}/archive", True),
    ("put", "conversations/{}/pin", True),
    ("delete", "conversations/{}/history", None),
    ("post", "conversations/{}/read", None),
    ("get", "conversations/{}/read-status", None),
    ("get", "conversations/{}/typing", None),
    ("post", "conversations/{}/typing", {"is_typing": True}),
    ("get", "conversations/{}/typing-allowed", None),
    ("get", "conversations/{}/messages", None),
    ("post", "conversations/{}/messages", {"content": "x"}),
    ("get", "messages/{}", None),
    ("get", "polls/conversation/{}", None),
    ("get", "call-logs/{}", None),
]
ABOUT_A_MESSAGE = [
    ("put", "messages/{}", {"content": "x"}),
    ("delete", "messages/{}", None),
    ("post", "messages/{}/reactions", {"reaction": "heart"}),
    ("delete", "messages/{}/reactions/heart", None),
    ("post", "messages/{}/pin", None),
    ("delete", "messages/{}/pin", None),
    ("post", "messages/{}/forward", {"conversation_ids": [1]}),
]
ABOUT_ONE_THING = [
    ("get", "polls/{}", None),
    ("delete", "polls/{}", None),
    ("post", "polls/{}/vote", {"option_id": 1}),
    ("post", "polls/{}/close", None),
    ("put", "calls/{}", "ended"),
    ("put", "call-logs/{}", {"status": "ended"}),
    ("post", "connection-requests/{}/respond", {"action": "accept"}),
]
WRONG = [
    ("put", "messages/{message}", {}),
    ("put", "messages/{message}", {"content": "x" * 10_000}),
    ("delete", "messages/{message}", {"for_everyone": "perhaps"}),
    ("post", "messages/{message}/reactions", {}),
    ("post", "messages/{message}/reactions", {"reaction": "no emoji"}),
    ("post", "messages", {"conversation_id": "{own}", "content": "x", "reply_to_id": "{message}"}),
    ("post", "polls/{poll}/vote", {"option_ids": ["x"]}),
    ("post", "polls", {"conversation_id": "{conversation}", "question": "Lunch?", "options": "a"}),
    ("post", "calls", {"conversation_id": "{conversation}", "call_type": "x"}),
    ("post", "call-logs", {"conversation_id": "{conversation}"}),
    ("put", "calls/{call}", "x"),
]
"""Requests that are wrong, whatever they are about."""
NUMBERS = ["999", "0", "-1", "1.5", "x", "%00", "%F0%9F%91%8D", "9" * 30, "01a20426-04af-7442-8aa9-8abd543b519e"]


@pytest.fixture
def shape() -> str:
    return "user"


@pytest.mark.parametrize(("method", "address", "body"), WRONG)
def test_strangers_are_told_nothing_by_what_is_wrong_with_their_request(
    ada: Caller, ben: Caller, cleo: Caller, method: str, address: str, body: Any
) -> None:
    conversation, own = ada.direct(ben), cleo.direct(ben)
    numbers = {
        "conversation": conversation,
        "message": ada.send(conversation)["id"],
        "poll": ada.ok("post", "polls", {"conversation_id": conversation, "question": "?", "options": ["a", "b"]})[
            "poll"
        ]["id"],
        "call": ada.ok("post", "calls", {"conversation_id": conversation, "call_type": "voice"})["call_id"],
    }
    nobodys = dict.fromkeys(numbers, 987_654)

    def asked(caller: Caller, named: dict[str, Any]) -> tuple[int, Any]:
        told = named | {"own": own}
        filled = json.loads(re.sub(r'"\{(\w+)\}"', lambda found: str(told[found[1]]), json.dumps(body)))
        response = caller.call(method, address.format(**told), filled)
        return response.status_code, response.json()

    assert asked(cleo, numbers) == asked(cleo, nobodys)
    assert asked(cleo, numbers)[0] == 404
    if "{own}" not in json.dumps(body):
        assert asked(ada, numbers)[0] == 400


@pytest.mark.parametrize(("method", "address", "body"), ABOUT_A_CONVERSATION + ABOUT_A_MESSAGE)
def test_strangers_find_nothing(ada: Caller, ben: Caller, cleo: Caller, method: str, address: str, body: Any) -> None:
    conversation = ada.direct(ben)
    message = ada.send(conversation)["id"]
    number = message if (method, address, body) in ABOUT_A_MESSAGE else conversation
    before = everything()

    assert cleo.refused(method, address.format(number), body) == 404
    assert everything() == before


@pytest.mark.parametrize("number", NUMBERS)
def test_unknown_numbers_are_404(ada: Caller, number: str) -> None:
    for method, address, body in ABOUT_A_CONVERSATION + ABOUT_A_MESSAGE + ABOUT_ONE_THING:
        assert ada.refused(method, address.format(number), body) == 404, address


@pytest.mark.parametrize(("method", "address", "body"), ABOUT_A_CONVERSATION + ABOUT_A_MESSAGE + ABOUT_ONE_THING)
def test_nobody_signed_in_is_401(method: str, address: str, body: Any) -> None:
    for headers in ({}, {"Authorization": "Bearer nonsense"}):
        response = getattr(Client(headers=headers), method)(PREFIX + address.format(1))
        assert (response.status_code, list(response.json())) == (401, ["detail"])


def test_every_address_asks_who_it_is() -> None:
    client = Client()
    for pattern in urlpatterns:
        view = pattern.callback.view_class()
        assert [one.__name__ for one in view.permission_classes] == ["IsAuthenticated"], pattern
    assert client.get(f"{PREFIX}elsewhere").status_code == 401


@pytest.mark.parametrize(
    "address",
    ["sessions", "sessions/4", "sessions/register", "security/two-step", "security/two-step/enable", "data"],
)
def test_what_is_left_out_says_so(ada: Caller, address: str) -> None:
    for method in ("get", "post", "delete"):
        assert ada.refused(method, address) == 410


@pytest.mark.parametrize("address", ["elsewhere", "conversations/1/elsewhere", "turn-credentials", "", "messages//"])
def test_whatever_else_is_asked_for_is_404(ada: Caller, address: str) -> None:
    assert ada.refused("get", address) == 404
    assert ada.refused("post", address) == 404


def test_nothing_redirects(ada: Caller, ben: Caller) -> None:
    conversation = ada.direct(ben)

    sent = ada.ok("post", f"conversations/{conversation}/messages/", {"content": "Hello"})

    assert sent["content"] == "Hello"
    assert ada.refused("post", "conversations/1/elsewhere/") == 404
    assert ada.refused("delete", "conversations") == 405


BODIES = [
    b"{",
    b"\xff",
    b"[" * 100_000,
    b'{"content": ' + b"9" * 5000 + b"}",
    b"\x00",
    b'{"content": "\\ud800"}',
    b'{"type": "group", "name": "x", "participants": ["half \\uD800"]}',
]
WRITES = ["conversations", "groups", "messages", "block", "calls", "polls", "call-logs", "connection-requests"]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: str(body[:10]))
def test_bodies_of_another_form_change_nothing(ada: Caller, body: bytes) -> None:
    before = everything()
    for address in WRITES:
        response = ada.client.post(PREFIX + address, body, content_type="application/json")

        assert response.status_code == 400, (address, response.content)
        assert list(response.json()) == ["detail"]
    assert everything() == before


VALUES = [None, "", 7, -1, 1.5, True, [], {}, "x", "with \x00", "half \ud800", ["x"], [[1]], [None], 10**30, {"x": 1}]
FIELDS = {
    "conversations": ("participant_user_ids", "participants", "type", "name", "description"),
    "messages": ("content", "message_type", "media_url", "media_metadata", "reply_to_id", "forwarded_from"),
    "block": ("blocked_user_id", "blocked_profile_id", "reason"),
    "polls": ("question", "options", "multiple_choice", "anonymous"),
    "calls": ("conversation_id", "call_type"),
    "call-logs": ("conversation_id", "call_type", "status"),
}


@pytest.mark.parametrize(("address", "field"), [(address, name) for address, names in FIELDS.items() for name in names])
def test_values_of_another_form_are_refused_or_understood(ada: Caller, ben: Caller, address: str, field: str) -> None:
    conversation = ada.direct(ben)
    good = {
        "conversations": {"type": "group", "name": "x", "participant_user_ids": [ben.key]},
        "messages": {"conversation_id": conversation, "content": "x", "message_type": "text"},
        "polls": {"conversation_id": conversation, "question": "x?", "options": ["a", "b"]},
        "calls": {"conversation_id": conversation, "call_type": "voice"},
        "call-logs": {"conversation_id": conversation, "call_type": "voice", "status": "initiated"},
    }
    for value in VALUES:
        response = ada.call("post", address, good.get(address, {}) | {field: value})
        assert response.status_code in (200, 400, 403, 404, 409), (value, response.content)
        assert response.status_code == 200 or list(response.json()) == ["detail"]


@pytest.mark.parametrize(
    "query", ["limit=x", "limit=-1", "limit=%EF%BC%91", "offset=x", "filter_type=x", "filter_type=%FF"]
)
def test_queries_of_another_form_are_400(ada: Caller, query: str) -> None:
    response = ada.client.get(f"{PREFIX}conversations?{query}")

    assert (response.status_code, list(response.json())) == (400, ["detail"])
