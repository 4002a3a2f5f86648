"""Polls, places and GIFs over the API."""

from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings

from chat.roles import GroupType, Role
from chat.services.polls import vote_set
from chat.services.tombstones import message_delete
from tests.api.conftest import Call
from tests.services.test_polls import ask
from tests.services.worlds import everything, make_world, small_group

pytestmark = pytest.mark.django_db

POLL = {"options": ["Tea", "Coffee"], "multiple": True}


def test_poll_is_sent_once_voted_in_and_closed(api: Call) -> None:
    world, owner, [member] = small_group()
    path = f"groups/{world.id}/messages/"
    body = {"message_text": "What?", "poll": POLL, "client_id": str(uuid4())}
    sent = api(owner).ok("post", path, body)
    again = api(owner).post(path, body)
    assert (again.status_code, again.json()) == (200, sent)
    assert (sent["message_type"], sent["poll"]["question"]) == ("poll", "What?")
    message = f"messages/{sent['id']}/"

    shown = api(member).ok("put", f"{message}vote/", {"option_ids": [2, 1]})["poll"]
    assert [(option["id"], option["votes"], option["mine"]) for option in shown["options"]] == [
        (1, 1, True),
        (2, 1, True),
    ]
    assert (shown["multiple"], shown["anonymous"], shown["closed_at"], shown["voters"]) == (True, False, None, 1)
    assert api(owner).ok("get", message)["poll"]["options"][0] == {"id": 1, "text": "Tea", "votes": 1, "mine": False}
    assert api(member).ok("delete", f"{message}vote/")["poll"]["voters"] == 0
    assert api(member).ok("put", f"{message}vote/", {"option_ids": []})["poll"]["voters"] == 0

    refused = api(member).post(f"{message}close/")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    closed = api(owner).ok("post", f"{message}close/")
    assert closed["poll"]["closed_at"] == closed["changed_at"]
    late = api(member).put(f"{message}vote/", {"option_ids": [1]})
    assert (late.status_code, late.json()["code"]) == (409, "poll_closed")


def test_who_chose_what_comes_in_pages_option_by_option(api: Call) -> None:
    world, owner, people = small_group(members=3)
    message = ask(world, owner, multiple=True)
    for person, chosen in zip(people, ([3, 1], [3], [1]), strict=True):
        vote_set(acting_user=person, message_id=message.pk, option_ids=chosen)
    page = api(owner).ok("get", f"messages/{message.pk}/votes/?limit=3")
    rows = page["results"] + api(owner).ok("get", page["next"])["results"]
    keys = [str(person.pk) for person in people]

    assert [(row["option_id"], row["user_id"]) for row in rows] == [
        (1, keys[0]),
        (1, keys[2]),
        (3, keys[0]),
        (3, keys[1]),
    ]
    assert {row["profile"]["id"] for row in rows} == set(keys)
    only = api(owner).ok("get", f"messages/{message.pk}/votes/?option=3")["results"]
    assert [row["user_id"] for row in only] == keys[:2]
    assert api(owner).ok("get", f"messages/{message.pk}/votes/?option=2")["results"] == []
    assert api(owner).ok("get", f"messages/{world.say(owner).pk}/votes/")["results"] == []


def test_nobody_is_told_who_voted_in_an_anonymous_poll(api: Call) -> None:
    world = make_world(GroupType.GROUP)
    voter = world.people[Role.MEMBER]
    message = ask(world, world.people[Role.OWNER], anonymous=True)
    vote_set(acting_user=voter, message_id=message.pk, option_ids=[2])

    for user in (*world.people.values(), *world.others.values()):
        for query in ("", "?option=2", "?option=1", "?option=2&limit=1"):
            response = api(user).get(f"messages/{message.pk}/votes/{query}")
            assert (response.status_code, response.json()["code"]) == (403, "anonymous_poll")
            assert set(response.json()) == {"detail", "code"}
        shown = api(user).ok("get", f"messages/{message.pk}/")["poll"]
        assert [option["votes"] for option in shown["options"]] == [0, 1, 0]
        assert [option["mine"] for option in shown["options"]] == [False, user == voter, False]
    for outsider in (world.stranger, world.former):
        assert api(outsider).get(f"messages/{message.pk}/votes/").status_code == 404


def test_votes_are_for_those_who_see_the_poll(api: Call) -> None:
    world = make_world(GroupType.GROUP)
    owner = world.people[Role.OWNER]
    message = ask(world, owner)
    vote_set(acting_user=owner, message_id=message.pk, option_ids=[1])
    before = everything()
    calls: list[tuple[str, str, Any]] = [
        ("get", "votes/", None),
        ("put", "vote/", {"option_ids": [1]}),
        ("delete", "vote/", None),
        ("post", "close/", None),
    ]

    for outsider in (world.stranger, world.former):
        for method, rest, body in calls:
            response = getattr(api(outsider), method)(f"messages/{message.pk}/{rest}", body)
            assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert everything() == before

    message_delete(acting_user=owner, message_id=message.pk)
    for method, rest, body in calls:
        response = getattr(api(owner), method)(f"messages/{message.pk}/{rest}", body)
        assert (response.status_code, response.json()["code"]) == (409, "message_gone")
    assert "Tea" not in str(api(owner).ok("get", f"groups/{world.id}/messages/"))


def test_place_is_sent_with_or_without_a_name(api: Call) -> None:
    world, owner, _ = small_group()
    path = f"groups/{world.id}/messages/"
    bare = api(owner).ok("post", path, {"location": {"latitude": -9, "longitude": 38.74}})
    named = api(owner).ok("post", path, {"location": {"latitude": 9.03, "longitude": 180, "name": "ፒያሳ"}})

    assert (bare["message_type"], bare["message_text"]) == ("location", None)
    assert bare["location"] == {"latitude": -9.0, "longitude": 38.74, "name": None}
    assert named["location"] == {"latitude": 9.03, "longitude": 180.0, "name": "ፒያሳ"}


def test_gif_is_found_and_sent(api: Call, settings: Settings) -> None:
    world, owner, [member] = small_group()
    path = f"groups/{world.id}/messages/"
    missing = api(owner).get("gifs/?q=cat")
    assert (missing.status_code, missing.json()["code"]) == (404, "no_gif_provider")
    refused = api(owner).post(path, {"gif": {"id": "cat"}})
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (400, "no_gif_provider", "gif")

    settings.CHAT = {"ADAPTER": "tests.services.test_contents.GifAdapter"}
    found = api(owner).ok("get", "gifs/?q=cat")["results"]
    assert [gif["id"] for gif in found] == ["cat", "bare"]
    api(owner).ok("post", path, {"gif": {"id": found[1]["id"]}})
    [sent] = api(member).ok("get", path)["messages"]
    assert {"id": "bare"} | sent["gif"] == found[1]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"poll": POLL, "location": {"latitude": 1, "longitude": 1}}, "location"),
        ({"location": {"latitude": 1, "longitude": 1}, "gif": {"id": "x"}}, "gif"),
        ({"gif": {"id": "x"}, "poll": POLL}, "gif"),
    ],
)
def test_two_kinds_at_once_are_refused_by_the_second(content: dict[str, Any], field: str, api: Call) -> None:
    world, owner, _ = small_group()

    response = api(owner).post(f"groups/{world.id}/messages/", {"message_text": "x"} | content)

    assert (response.status_code, response.json()["code"], response.json()["field"]) == (400, "exclusive", field)
