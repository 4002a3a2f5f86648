"""Messages to come over the API: everybody's own, and nobody else's."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from chat.adapter import ChatAdapter, Gif
from chat.models import ScheduledMessage
from chat.roles import GroupType, Role
from chat.serializers import wire_time
from chat.services.scheduled import scheduled_create
from chat.services.scheduled_sending import scheduled_send_due
from tests.api.conftest import Call
from tests.services.worlds import World, make_world, small_group

pytestmark = pytest.mark.django_db


def _at(hours: float = 1) -> str:
    return str(wire_time(timezone.now() + timedelta(hours=hours)))


def _schedule(world: World, user: Any, **fields: Any) -> ScheduledMessage:
    at = timezone.now() + timedelta(hours=1)
    return scheduled_create(acting_user=user, group_id=world.id, **{"message_text": "secret", "send_at": at} | fields)


def test_message_is_scheduled_changed_listed_sent_and_gone(api: Call) -> None:
    world, owner, [member] = small_group()
    caller, at = api(owner), _at()
    body = {"message_text": "later", "send_at": at, "mention_ids": [str(member.pk)], "reference_id": "7"}

    made = caller.ok("post", f"groups/{world.id}/scheduled/", body)

    assert {name: made[name] for name in body} == body
    assert (made["state"], made["error_code"], made["chat_group_id"]) == ("waiting", None, str(world.id))
    address = f"scheduled/{made['id']}/"
    later = _at(2)
    changed = caller.ok("patch", address, {"send_at": later, "mention_ids": []})
    assert (changed["send_at"], changed["mention_ids"], changed["message_text"]) == (later, [], "later")
    assert caller.ok("get", address) == changed
    assert caller.ok("get", f"groups/{world.id}/scheduled/") == {"next": None, "results": [changed]}
    ScheduledMessage.objects.update(send_at=timezone.now())
    assert len(list(scheduled_send_due())) == 1
    assert caller.get(address).status_code == 404
    [message] = caller.ok("get", f"groups/{world.id}/messages/")["messages"]
    assert (message["client_id"], message["message_text"]) == (made["id"], "later")
    assert message["sent_at"] is not None


def test_poll_and_place_are_scheduled_as_they_are_sent(api: Call) -> None:
    world, owner, _ = small_group()
    caller = api(owner)
    address = f"groups/{world.id}/scheduled/"

    poll = {"options": ["Yes", "No"]}
    made = caller.ok("post", address, {"message_text": "Come?", "send_at": _at(), "poll": poll})
    place = caller.ok("post", address, {"send_at": _at(), "location": {"latitude": 9, "longitude": 38.7}})

    assert made["poll"] == {"options": ["Yes", "No"], "multiple": False, "anonymous": False}
    assert (place["location"]["longitude"], place["message_text"]) == (38.7, None)
    ScheduledMessage.objects.update(send_at=timezone.now())
    assert [attempt.error_code for attempt in scheduled_send_due()] == ["", ""]
    shown = caller.ok("get", f"groups/{world.id}/messages/")["messages"]
    assert {message["message_type"] for message in shown} == {"poll", "location"}


class Provider(ChatAdapter):
    gif_provider = "example"
    depths: set[int] = set()

    def gif(self, user: Any, gif_id: str) -> Gif | None:  # noqa: ARG002 (as the hook)
        self.depths.add(len(connection.savepoint_ids))
        return Gif(gif_id, f"https://gifs.example.org/{gif_id}.gif") if gif_id in ("cat", "dog") else None


def test_gif_is_asked_for_when_it_is_scheduled_and_sent_without_asking_again(api: Call, settings: Settings) -> None:
    world, owner, _ = small_group()
    caller, address = api(owner), f"groups/{world.id}/scheduled/"
    settings.CHAT = {"ADAPTER": f"{__name__}.Provider"}
    made = caller.ok("post", address, {"gif": {"id": "cat"}, "send_at": _at()})
    assert made["gif"]["url"] == "https://gifs.example.org/cat.gif"
    refused = caller.post(address, {"gif": {"id": "cow"}, "send_at": _at()})
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (400, "unknown_gif", "gif")
    changed = caller.ok("patch", f"scheduled/{made['id']}/", {"gif": {"id": "dog"}})
    assert caller.ok("patch", f"scheduled/{made['id']}/", {"send_at": _at(2)})["gif"] == changed["gif"]
    settings.CHAT = {}
    ScheduledMessage.objects.update(send_at=timezone.now())

    assert [attempt.error_code for attempt in scheduled_send_due()] == [""]

    [message] = caller.ok("get", f"groups/{world.id}/messages/")["messages"]
    assert (message["message_type"], message["gif"]) == ("gif", changed["gif"])
    assert Provider.depths == {len(connection.savepoint_ids)}  # never inside a transaction, where others wait


def test_failed_one_says_why(api: Call) -> None:
    world, owner, [member] = small_group()
    row = _schedule(world, member)
    api(owner).ok("patch", f"groups/{world.id}/", {"posting": "admins"})
    ScheduledMessage.objects.update(send_at=timezone.now())
    assert [attempt.error_code for attempt in scheduled_send_due()] == ["not_allowed"]

    shown = api(member).ok("get", f"scheduled/{row.pk}/")

    assert (shown["state"], shown["error_code"]) == ("failed", "not_allowed")
    refused = api(member).patch(f"scheduled/{row.pk}/", {"send_at": _at()})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")


@pytest.mark.parametrize("group_type", GroupType.values)
def test_nobody_else_meets_it_not_even_who_moderates(group_type: str, api: Call) -> None:
    world = make_world(group_type)
    author = world.people.get(Role.MEMBER) or world.people[Role.CLIENT]
    row = _schedule(world, author)
    others = {*world.people.values(), *world.others.values(), world.stranger, world.former} - {author, None}
    for other in others:
        caller = api(other)
        for method, body in (("get", None), ("patch", {"message_text": "x"}), ("delete", None)):
            response = getattr(caller, method)(f"scheduled/{row.pk}/", body)
            assert (response.status_code, response.json()["code"]) == (404, "not_found")
        listed = caller.get(f"groups/{world.id}/scheduled/")
        assert b"secret" not in listed.content
        assert listed.status_code == (404 if other in (world.stranger, world.former) else 200)
    assert ScheduledMessage.objects.get().content["message_text"] == "secret"


@pytest.mark.parametrize("address", ["scheduled/x/", "scheduled/5/", f"scheduled/{UUID(int=5)}/"])
def test_id_that_is_none_is_not_found(address: str, api: Call) -> None:
    _, owner, _ = small_group()
    assert api(owner).get(address).status_code == 404


@pytest.mark.parametrize(
    "send_at",
    [
        "",
        "soon",
        "2000-01-01T00:00:00Z",
        "2999-01-01T00:00:00",
        "2999-01-01T00:00:00Z",
        5,
        1e300,
        True,
        [],
        {},
        "a\x00",
    ],
)
def test_time_that_cannot_be_is_refused_by_its_name(send_at: Any, api: Call) -> None:
    world, owner, _ = small_group()
    row = _schedule(world, owner)
    caller = api(owner)
    for response in (
        caller.post(f"groups/{world.id}/scheduled/", {"message_text": "x", "send_at": send_at}),
        caller.patch(f"scheduled/{row.pk}/", {"send_at": send_at}),
    ):
        assert (response.status_code, response.json()["field"]) == (400, "send_at")


def test_own_page_is_walked_in_order_and_costs_the_same(api: Call) -> None:
    counts = []
    for rows in (3, 30):
        world, owner, _ = small_group()
        for hours in range(rows, 0, -1):
            _schedule(world, owner, message_text=f"{hours}", send_at=timezone.now() + timedelta(hours=hours))
        caller = api(owner)
        caller.ok("get", f"groups/{world.id}/scheduled/")
        with CaptureQueriesContext(connection) as queries:
            page = caller.ok("get", f"groups/{world.id}/scheduled/?limit=100")
        counts.append(len(queries))
        assert [row["message_text"] for row in page["results"]] == [f"{hours}" for hours in range(1, rows + 1)]
        first = caller.ok("get", f"groups/{world.id}/scheduled/?limit=2")
        assert caller.ok("get", first["next"])["results"][0]["message_text"] == "3"
    assert counts[0] == counts[1] <= 3


def test_lifetime_is_set_shown_and_taken_away(api: Call) -> None:
    world, owner, [member] = small_group()
    caller, address = api(owner), f"groups/{world.id}/"

    assert caller.ok("patch", address, {"message_lifetime": 3600})["message_lifetime"] == 3600
    assert caller.send(world.id).json()["expires_at"] is not None
    assert api(member).patch(address, {"message_lifetime": None}).status_code == 403
    for wrong in (0, 9, -1, 1.5, "x", True, 10**30, [], "a\x00"):
        response = caller.patch(address, {"message_lifetime": wrong})
        assert (response.status_code, response.json()["field"]) == (400, "message_lifetime")
    assert caller.ok("patch", address, {"message_lifetime": None})["message_lifetime"] is None


def test_group_is_started_with_a_lifetime_and_no_other_conversation_is(api: Call) -> None:
    _, owner, [member] = small_group()
    caller = api(owner)

    assert caller.ok("post", "groups/", {"group_type": "group", "message_lifetime": 60})["message_lifetime"] == 60
    assert caller.ok("post", "groups/", {"group_type": "group", "message_lifetime": None})["message_lifetime"] is None
    peer = {"group_type": "peer", "member_ids": [str(member.pk)]}
    for body in (peer, {"group_type": "support", "client_user_id": str(owner.pk)}):
        response = caller.post("groups/", body | {"message_lifetime": 60})
        assert (response.status_code, response.json()["field"]) == (400, "message_lifetime")
