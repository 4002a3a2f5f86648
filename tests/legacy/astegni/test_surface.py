"""The older surface after the fold: its clients go on with the numbers that they know."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from tests.compat.astegni.conftest import Caller
from tests.legacy.astegni.builder import Who
from tests.legacy.astegni.schema import PROFILES
from tests.legacy.astegni.world import World

pytestmark = pytest.mark.django_db

Enter = Callable[..., Caller]


@pytest.fixture(autouse=True)
def _served(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.compat.astegni.urls"
    settings.CHAT = {"PROFILES": PROFILES, "SYSTEM_MESSAGES": False, "FLOOD_RATE": None}
    cache.clear()


@pytest.fixture
def enter(world: World) -> Enter:
    """Let somebody use the newer front end, or the older one, as one of their profiles."""

    def enter(name: str, who: Who | None = None) -> Caller:
        pair = (str(who.kind), int(who.number or 0)) if who else None
        return Caller(world.cast.users[name], pair)

    return enter


def test_list_has_each_conversation_once_under_its_oldest_number(world: World, enter: Enter) -> None:
    for caller in (enter("ada"), enter("ada", world.cast.ada), enter("ada", world.cast.ada_mother)):
        rows = {row["id"]: row for row in caller.listed()}
        assert world["roles 1"] in rows
        assert not rows.keys() & {world["roles 2"], world["roles 3"], world["notes 2"]}
        assert rows[world["roles 1"]]["last_message"]["content"] == "six"
        assert rows[world["roles 1"]]["unread_count"] == 2
        assert rows[world["channel"]]["type"] == "channel"
    assert world["rejoined"] not in {row["id"] for row in enter("dan").listed()}, "he left"


def test_every_old_number_of_a_merged_conversation_leads_to_it(world: World, enter: Enter) -> None:
    ada, ben = enter("ada"), enter("ben", world.cast.ben_learning)
    for name in ("roles 1", "roles 2", "roles 3"):
        assert ada.ok("get", f"conversations/{world[name]}")["id"] == world["roles 1"]
        assert [one["content"] for one in ben.page(world[name])] == ["one", "two", "three", "five"]
    assert ada.ok("put", f"conversations/{world['roles 2']}/mute", {"muted": True})
    assert enter("cleo").refused("get", f"conversations/{world['roles 2']}") == 404


def test_messages_keep_their_numbers_and_page_by_them(world: World, enter: Enter) -> None:
    ada = enter("ada")
    page = ada.page(world["roles 1"])
    expected = [world[f"merged {text}"] for text in ("one", "three", "four", "five", "six")]
    assert [one["id"] for one in page] == expected
    before = ada.page(world["roles 3"], before_id=world["merged five"], limit=2)
    assert [one["id"] for one in before] == expected[1:3]
    assert enter("ben").refused("put", f"messages/{world['merged four']}", {"content": "x"}) == 404, "hidden from him"


def test_old_clients_see_the_profile_that_each_message_was_sent_under(world: World, enter: Enter) -> None:
    """Ada is a student, a tutor and a mother; whoever asks without a profile sees none of them."""
    by_profile = {
        one["content"]: (one["sender_profile_type"], one["sender_profile_id"])
        for one in enter("ada", world.cast.ada).page(world["roles 1"])
        if one["sender_user_id"] == world.cast.key("ada")
    }
    assert len(set(by_profile.values())) > 1
    assert set(by_profile.values()) <= {("student", 5), ("tutor", 9), ("parent", 3)}
    assert not [one for one in enter("ada").page(world["roles 1"]) if "sender_profile_id" in one]


def test_replies_reactions_and_media_are_shown_as_before(world: World, enter: Enter) -> None:
    ben = enter("ben")
    shown = {one["id"]: one for one in ben.page(world["quoting"])}
    assert shown[world["reply"]]["reply_to_id"] == world["origin"]
    [reacted] = ben.page(world["reacting"])
    assert {each["reaction"]: each["count"] for each in reacted["reactions"]} == {
        "heart": 1,
        "wow": 1,
        "🦄": 1,
        "thumbsup": 1,
    }
    shown = {one["id"]: one for one in enter("cleo").page(world["kinds"])}
    image = shown[world["image"]]
    assert (image["message_type"], image["media_url"]) == ("image", "https://files.example/tree.png")
    about = {"filename": "tree.png", "mime_type": "image/png", "size": 2048, "width": 10, "height": 20}
    assert image["media_metadata"] == about
    assert shown[world["gif"]]["media_url"] == "https://files.example/tree.png"
    assert shown[world["place"]]["media_metadata"]["name"] == "School"
    assert shown[world["request"]]["content"] == "Maths on Monday"
    assert shown[world["system"]]["content"] == "Cleo began to talk"
    assert shown[world["bad media"]]["media_url"] is None


def test_calls_answer_to_the_numbers_of_both_their_rows(world: World, enter: Enter) -> None:
    cleo, dan = enter("cleo"), enter("dan")
    listed = dan.ok("get", "calls", conversation_id=world["calling"])["calls"]
    numbers = [call["id"] for call in listed]
    assert world["both: caller"] in numbers
    assert world["both: callee"] not in numbers
    [shown] = [call for call in listed if call["id"] == world["both: caller"]]
    assert (shown["caller_user_id"], shown["status"], shown["duration_seconds"]) == (cleo.key, "ended", 168)
    assert world["alone"] in [call["id"] for call in cleo.ok("get", "calls")["calls"]], "she sees that he called"
    for name in ("both: caller", "both: callee"):
        assert dan.refused("put", f"calls/{world[name]}", {"status": "ended"}) == 409, "it is over"


def test_polls_answer_to_their_numbers_and_take_votes(world: World, enter: Enter) -> None:
    cleo = enter("cleo")
    polls = {poll["id"]: poll for poll in cleo.ok("get", f"polls/conversation/{world['polling']}")["polls"]}
    assert polls.keys() == {world["single"], world["many"], world["closed"]}
    single = polls[world["single"]]
    assert ([option["votes"] for option in single["options"]], single["user_votes"]) == ([1, 2], [2])
    assert polls[world["closed"]]["status"] == "ended"
    voted = cleo.ok("post", f"polls/{world['single']}/vote", {"option_index": 0})["poll"]
    assert [option["votes"] for option in voted["options"]] == [2, 1]
    shown = {one["id"]: one for one in cleo.page(world["polling"])}
    assert shown[world["poll's message"]]["poll_id"] == world["single"]


def test_what_is_new_is_numbered_above_everything_old(world: World, enter: Enter) -> None:
    ada, ben = enter("ada"), enter("ben")
    sent = ada.send(world["quoting"], "Hello again")
    assert sent["id"] > world["unseen"], "above what nobody was left to see, too"
    assert sent["id"] > world["bad"]
    assert ben.page(sent["conversation_id"])[-1]["id"] == sent["id"]


def test_connections_keep_their_numbers(world: World, enter: Enter) -> None:
    dan = enter("dan")
    requests = dan.ok("get", "connection-requests")
    assert [request["id"] for request in requests["incoming"]] == [world["waiting"]]
    dan.ok("post", f"connection-requests/{world['waiting']}/respond", {"action": "accept"})
    assert dan.ok("get", "connection-requests")["incoming"] == []


def test_blocks_and_settings_hold_at_once(world: World, enter: Enter) -> None:
    ada, ben = enter("ada"), enter("ben", world.cast.ben)
    assert ben.refused("post", "messages", {"conversation_id": world["roles 1"], "content": "?"}) == 403, "a block"
    assert [row["user_id"] for row in ada.ok("get", "blocked")["blocked"]] == [ben.key]
    assert ada.ok("get", "settings")["settings"]["who_can_message"] == "connections"
