"""Polls, call logs, places and files in the shapes of the front ends."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from chat.choices import NumberKind
from chat.models import LegacyNumber
from chat.services.tombstones import message_delete
from tests.compat.astegni.conftest import PREFIX, Caller
from tests.files import samples

pytestmark = pytest.mark.django_db


def test_poll_is_asked_voted_in_and_ended(ada: Caller, ben: Caller) -> None:
    group = ada.group(ben)
    body = {
        "conversation_id": group,
        "question": "When?",
        "options": ["Mon", {"text": "Tue"}],
        "multiple_choice": False,
    }

    poll = ada.ok("post", "polls", body)["poll"]

    assert (poll["question"], poll["status"], poll["created_by"]["name"]) == ("When?", "active", "ada")
    address = f"polls/{poll['id']}"
    voted = ben.ok("post", f"{address}/vote", {"option_id": 2})["poll"]
    assert [(one["votes"], one["percentage"]) for one in voted["options"]] == [(0, 0), (1, 100)]
    assert ada.ok("post", f"{address}/vote", {"option_index": 0})["poll"]["user_votes"] == [1]
    assert ben.refused("post", f"{address}/vote", {"option_ids": [1, 2]}) == 400
    assert ada.ok("get", f"polls/conversation/{group}")["polls"][0]["total_votes"] == 2
    assert ben.page(group)[0]["poll_id"] == poll["id"]
    assert ada.ok("post", f"{address}/close")["poll"]["status"] == "ended"
    assert ben.refused("post", f"{address}/vote", {"option_id": 1}) == 409
    assert ben.refused("delete", address) == 403
    ada.ok("delete", address)
    assert ben.refused("get", address) == 404
    assert ben.ok("get", f"polls/conversation/{group}") == {"polls": []}


def logs(caller: Caller, method: str, address: str = "", body: Any = None) -> Any:
    response = caller.client.generic(
        method, f"/api/call-logs{address}", json.dumps(body), content_type="application/json"
    )
    assert response.status_code == 200, response.content
    return response.json()


def test_both_sides_log_the_one_call(ada: Caller, ben: Caller) -> None:
    conversation = ada.direct(ben)
    body = {"conversation_id": conversation, "call_type": "voice", "status": "initiated", "started_at": "whenever"}

    call = logs(ada, "POST", body=body | {"caller_user_id": ada.key})["call_log_id"]
    assert logs(ben, "POST", body=body | {"status": "answered", "caller_user_id": ben.key})["call_log_id"] == call
    for one in (ada, ben):
        logs(one, "PUT", f"/{call}", {"status": "ended", "duration_seconds": 7})

    [log] = logs(ben, "GET", f"/{conversation}")["call_logs"]
    assert (log["id"], log["status"], log["caller_user_id"], log["is_caller"]) == (call, "ended", ada.key, False)
    assert log["duration_seconds"] == 0
    assert logs(ada, "GET", f"?conversation_id={conversation}")["call_logs"][0]["is_caller"] is True


def test_missed_call_is_the_servers_to_say(ada: Caller, ben: Caller) -> None:
    conversation = ada.direct(ben)
    assert (
        ben.refused("post", "call-logs", {"conversation_id": conversation, "call_type": "voice", "status": "missed"})
        == 409
    )
    call = ada.ok("post", "calls", {"conversation_id": conversation, "call_type": "video"})["call_id"]

    ben.ok("post", "call-logs", {"conversation_id": conversation, "call_type": "video", "status": "missed"})

    assert ada.ok("get", "calls")["calls"][0]["status"] == "initiated"
    assert ben.refused("put", f"calls/{call}", "missed") == 409
    assert ben.refused("put", f"calls/{call}", {"status": "lost"}) == 400
    assert ben.ok("put", f"calls/{call}", {"status": "connected"})["call"]["status"] == "answered"


def test_place_is_sent_with_its_coordinates(ada: Caller, ben: Caller) -> None:
    conversation = ada.direct(ben)
    place = {"latitude": 9.03, "longitude": 38.74, "name": "Arat Kilo"}

    ada.send(conversation, "", message_type="location", media_metadata=place)

    [shown] = ben.page(conversation)
    assert (shown["message_type"], shown["content"], shown["media_metadata"]) == ("location", "Arat Kilo", place)
    body = {"message_type": "location", "media_metadata": {"latitude": 9}}
    assert ada.refused("post", f"conversations/{conversation}/messages", body) == 400
    for kind in ("system", "session_request", "poll", 7):
        assert (
            ada.refused("post", f"conversations/{conversation}/messages", {"content": "x", "message_type": kind}) == 400
        )


@pytest.mark.parametrize("absolute", [True, False])
def test_file_is_uploaded_sent_and_seen_by_the_others_alone(
    ada: Caller, ben: Caller, cleo: Caller, absolute: bool
) -> None:
    conversation = ada.direct(ben)
    uploaded = ada.client.post(f"{PREFIX}uploads", {"file": SimpleUploadedFile("me.png", samples.image())}).json()
    url = uploaded["media_url"] if absolute else uploaded["media_url"].removeprefix("http://testserver")
    assert ben.client.get(url).status_code == 404

    sent = ada.send(conversation, "", message_type="image", media_url=url)

    [shown] = ben.page(conversation)
    assert (shown["message_type"], shown["content"]) == ("image", "me.png")
    assert shown["media_metadata"] == sent["media_metadata"] == uploaded["media_metadata"]
    assert shown["media_metadata"]["mime_type"] == "image/png"
    for address in (shown["media_url"], shown["media_metadata"]["thumbnail_url"]):
        assert b"".join(ben.client.get(address).streaming_content)
        assert cleo.client.get(address).status_code == 404
    message_delete(acting_user=ada.user, message_id=row_of(shown["id"]))
    assert ben.client.get(url).status_code == 404
    assert ben.page(conversation)[0]["media_url"] is None
    assert ada.client.post(f"{PREFIX}uploads", {"other": "x"}).status_code == 400


def test_foreign_addresses_must_be_of_the_web(ada: Caller, ben: Caller) -> None:
    conversation = ada.direct(ben)

    for url in ("javascript:alert(1)", "//evil.example/x", "/etc/passwd", "data:text/html,x", "http://"):
        body = {"message_type": "image", "media_url": url}
        assert ada.refused("post", f"conversations/{conversation}/messages", body) == 400, url


def row_of(number: int) -> Any:
    return LegacyNumber.objects.new_id_of(NumberKind.MESSAGE, number)
