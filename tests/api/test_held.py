"""Messages that wait for a moderator, over HTTP and over both older surfaces."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from chat.models import ChatMessage, HeldMessage
from chat.roles import GroupType, Role
from chat.services.safety.held import held_approve
from tests.api.conftest import Call
from tests.services.safety.reviewing import REVIEWING, hold
from tests.services.worlds import World, make_person, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reviewing(settings: Settings) -> None:
    settings.CHAT = {"ADAPTER": REVIEWING}


@pytest.fixture
def world() -> World:
    return make_world(GroupType.GROUP)


def test_held_message_is_answered_listed_approved_and_gone(world: World, api: Call) -> None:
    member = world.people[Role.MEMBER]
    caller, address = api(member), f"groups/{world.id}/messages/"
    body = {"message_text": "hold this", "client_id": str(uuid4())}

    first, again = caller.post(address, body), caller.post(address, body)

    assert (first.status_code, again.status_code) == (202, 202)
    held = first.json()
    assert again.json() == held
    assert (held["message_text"], held["client_id"]) == ("hold this", body["client_id"])
    assert caller.ok("get", f"groups/{world.id}/held/") == {"next": None, "results": [held]}
    assert caller.post(address, body | {"message_text": "hold that"}).status_code == 422
    assert held_approve(acting_user=make_person(), held=HeldMessage.objects.get())
    sent = caller.post(address, body)
    assert (sent.status_code, sent["Idempotent-Replay"]) == (200, "true")
    assert caller.ok("get", f"groups/{world.id}/held/") == {"next": None, "results": []}


def test_refusal_has_its_code_and_the_hosts_reason(world: World, api: Call) -> None:
    caller = api(world.people[Role.MEMBER])
    response = caller.post(f"groups/{world.id}/messages/", {"message_text": "refuse this"})
    assert (response.status_code, response.json()) == (403, {"detail": "No such words.", "code": "review_refused"})
    message = world.say(world.people[Role.MEMBER])
    response = caller.patch(f"messages/{message.pk}/", {"message_text": "hold this"})
    assert (response.status_code, response.json()["code"]) == (403, "review_refused")


@pytest.mark.parametrize("who", ["owner", "other", "stranger", "former"])
def test_nobody_else_knows_of_it(who: str, world: World, api: Call) -> None:
    held = hold(world, world.people[Role.MEMBER])
    people = {"owner": world.people[Role.OWNER], "other": world.others[Role.MEMBER]}
    caller = api(people.get(who) or getattr(world, who))

    listed, unknown = caller.get(f"groups/{world.id}/held/"), caller.get(f"groups/{UUID(int=5)}/held/")
    if who in people:
        assert listed.json() == {"next": None, "results": []}
        assert "hold" not in str(caller.ok("get", f"groups/{world.id}/messages/"))
        assert "hold" not in str(caller.ok("get", f"groups/{world.id}/changes/?since=0&state_since=0"))
    else:
        assert (listed.status_code, listed.json()) == (404, unknown.json())
    for wanted in (held.pk, UUID(int=5), "x"):
        response = caller.delete(f"held/{wanted}/")
        assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert HeldMessage.objects.get() == held


def test_sender_withdraws_it_once(world: World, api: Call) -> None:
    held = hold(world, world.people[Role.MEMBER])
    caller = api(world.people[Role.MEMBER])
    assert caller.delete(f"held/{held.pk}/").status_code == 204
    assert caller.delete(f"held/{held.pk}/").status_code == 404
    assert not ChatMessage.objects.exists()


def test_list_is_walked_in_order_and_costs_the_same(world: World, api: Call) -> None:
    counts = []
    for person, rows in ((world.people[Role.MEMBER], 3), (world.others[Role.MEMBER], 30)):
        caller = api(person)
        texts = [f"hold {number}" for number in range(rows)]
        for text in texts:
            hold(world, person, text)
        with CaptureQueriesContext(connection) as queries:
            page = caller.ok("get", f"groups/{world.id}/held/?limit=100")
        counts.append(len(queries))
        assert [row["message_text"] for row in page["results"]] == texts
        first = caller.ok("get", f"groups/{world.id}/held/?limit=2")
        assert caller.ok("get", first["next"])["results"][0]["message_text"] == "hold 2"
    assert counts[0] == counts[1] <= 3


@pytest.mark.parametrize(("text", "status", "code"), [("hold", 409, "HELD_FOR_REVIEW"), ("refuse", 403, "FORBIDDEN")])
def test_older_client_is_told_in_its_envelope(
    text: str, status: int, code: str, world: World, settings: Settings, client: Client
) -> None:
    connection.settings_dict["ATOMIC_REQUESTS"] = True  # what is held outlives the error that tells of it
    try:
        client.force_login(world.people[Role.MEMBER])
        body: dict[str, Any] = {"chat_group_id": str(world.id), "message_text": f"{text} this"}
        response = client.post(
            "/api/hazo_chat/messages", body, content_type="application/json", headers={"Sec-Fetch-Site": "same-origin"}
        )
    finally:
        connection.settings_dict["ATOMIC_REQUESTS"] = False

    assert (response.status_code, response.json()["error_code"]) == (status, code)
    assert HeldMessage.objects.count() == (text == "hold")
    assert not ChatMessage.objects.exists()
