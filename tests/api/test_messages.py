"""Sending, reading and deleting messages."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from chat.models import ChatMessage
from chat.roles import GroupType, Role
from tests.api.conftest import Call, Caller
from tests.services.worlds import everything, make_world, small_group

pytestmark = pytest.mark.django_db


def _seqs(page: dict[str, Any]) -> list[int]:
    return [message["seq"] for message in page["messages"]]


def _shown(page: dict[str, Any]) -> tuple[list[int], bool, bool]:
    return _seqs(page), page["has_older"], page["has_newer"]


@pytest.fixture
def talk(api: Call) -> tuple[Caller, str]:
    """Return a reader and the messages path of a group in which 1 to 10 were sent."""
    world, owner, (ben,) = small_group()
    for number in range(1, 11):
        world.say(owner, f"message {number}")
    return api(ben), f"groups/{world.id}/messages/"


@pytest.mark.parametrize(
    ("query", "seqs", "has_older", "has_newer"),
    [
        ("", range(1, 11), False, False),
        ("limit=3", [8, 9, 10], True, False),
        ("limit=10", range(1, 11), False, False),
        ("limit=3&before=8", [5, 6, 7], True, True),
        ("limit=3&before=4", [1, 2, 3], False, True),
        ("before=1", [], False, True),
        ("before=0", [], False, True),
        ("limit=3&before=99", [8, 9, 10], True, False),
        ("before=11", range(1, 11), False, False),
        ("limit=3&after=0", [1, 2, 3], False, True),
        ("limit=3&after=7", [8, 9, 10], True, False),
        ("after=10", [], True, False),
        ("after=99", [], True, False),
        (f"after={2**63 - 1}", [], True, False),
        (f"before={2**63 - 1}&limit=1", [10], True, False),
        ("limit=5&around=5", [3, 4, 5, 6, 7], True, True),
        ("limit=4&around=5", [3, 4, 5, 6], True, True),
        ("limit=1&around=5", [5], True, True),
        ("limit=5&around=1", [1, 2, 3, 4, 5], False, True),
        ("limit=5&around=10", [6, 7, 8, 9, 10], True, False),
        ("limit=5&around=99", [6, 7, 8, 9, 10], True, False),
        (f"limit=1&around={2**63 - 1}", [10], True, False),
        ("limit=5&around=0", [1, 2, 3, 4, 5], False, True),
        ("limit=20&around=5", range(1, 11), False, False),
    ],
)
def test_page_of_history(query: str, seqs: Any, has_older: bool, has_newer: bool, talk: tuple[Caller, str]) -> None:
    reader, path = talk
    assert _shown(reader.ok("get", f"{path}?{query}")) == (list(seqs), has_older, has_newer)


def test_page_about_a_reference(api: Call) -> None:
    world, owner, (ben,) = small_group()
    for number in range(1, 9):
        world.say(owner, reference_id="A" if number % 2 else "B", reference_type="field" if number < 7 else "chat")
    path = f"groups/{world.id}/messages/"
    reader = api(ben)
    assert _shown(reader.ok("get", f"{path}?reference_id=A&limit=2")) == ([5, 7], True, False)
    assert _shown(reader.ok("get", f"{path}?reference_id=A&before=7&limit=2")) == ([3, 5], True, True)
    assert _shown(reader.ok("get", f"{path}?reference_id=A&before=8&limit=9")) == ([1, 3, 5, 7], False, False)
    assert _shown(reader.ok("get", f"{path}?reference_id=A&reference_type=field")) == ([1, 3, 5], False, False)
    assert _shown(reader.ok("get", f"{path}?reference_type=chat")) == ([7, 8], False, False)
    assert _shown(reader.ok("get", f"{path}?reference_id=C")) == ([], False, False)


def test_history_begins_where_the_member_may_see_it(api: Call) -> None:
    world, owner, _ = small_group(history_visibility="joined")
    world.say(owner, "before")
    hidden = world.say(owner, "also before")
    newcomer = make_world(GroupType.PEER).people[Role.OWNER]
    api(owner).ok("post", f"groups/{world.id}/members/", {"user_id": str(newcomer.pk), "role": "member"})
    world.say(owner, "after")
    reader = api(newcomer)
    for query in ("", "?before=3", "?after=0", "?around=1"):
        page = reader.ok("get", f"groups/{world.id}/messages/{query}")
        assert 1 not in _seqs(page)
        assert 2 not in _seqs(page)
        assert not page["has_older"]
    assert reader.get(f"messages/{hidden.pk}/").status_code == 404


def test_sent_message_is_kept_as_written(api: Call) -> None:
    world, owner, (ben,) = small_group()
    text = "  a<b & \u202e\u0000c".replace("\u0000", "") + "\r\n\t👩‍👩‍👧 "
    body = {"message_text": text, "reference_id": " 17 ", "reference_type": "field", "client_id": str(uuid4())}
    sent = api(owner).ok("post", f"groups/{world.id}/messages/", body)
    assert (sent["seq"], sent["sender_user_id"], sent["client_id"]) == (1, str(owner.pk), body["client_id"])
    seen = api(ben).ok("get", f"messages/{sent['id']}/")
    assert seen == sent | {"client_id": None}
    assert (seen["message_text"], seen["reference_id"], seen["reference_type"]) == (text, " 17 ", "field")
    assert "read" not in "".join(seen)


def test_form_can_send_too(api: Call) -> None:
    world, owner, _ = small_group()
    for form in ("multipart", None):
        kind = {} if form else {"content_type": "application/x-www-form-urlencoded"}
        body: Any = {"message_text": " x ", "client_id": "", "reference_id": ""}
        if form is None:
            body = "message_text=+x+&client_id=&reference_id="
        response = api(owner).post(f"groups/{world.id}/messages/", body, format=form, **kind)
        assert (response.status_code, response.json()["message_text"]) == (201, " x ")


def test_retry_answers_the_first_message_whatever_became_of_it(api: Call) -> None:
    world, owner, _ = small_group()
    caller, client_id = api(owner), str(uuid4())
    first = caller.send(world.id, client_id=client_id)
    assert first.status_code == 201
    assert "Idempotent-Replay" not in first
    retry = caller.send(world.id, client_id=client_id)
    assert (retry.status_code, retry["Idempotent-Replay"], retry.json()) == (200, "true", first.json())
    caller.ok("delete", f"messages/{first.json()['id']}/")
    retry = caller.send(world.id, client_id=client_id)
    assert (retry.status_code, retry.json()["id"], retry.json()["message_text"]) == (200, first.json()["id"], None)


def test_same_client_id_of_two_people_makes_two_messages(api: Call) -> None:
    world, owner, (ben,) = small_group()
    client_id = str(uuid4())
    sent = [api(person).send(world.id, client_id=client_id) for person in (owner, ben)]
    assert [(response.status_code, response.json()["seq"]) for response in sent] == [(201, 1), (201, 2)]


def test_tombstone_shows_no_content_on_any_route_until_it_is_restored(api: Call) -> None:
    world, owner, (ben,) = small_group()
    message = world.say(owner, "secret")
    ChatMessage.objects.filter(pk=message.pk).update(reference_list=[{"id": "1", "type": "url"}])
    path = f"messages/{message.pk}/"
    deleted = api(owner).ok("delete", path)
    assert (deleted["message_text"], deleted["reference_list"]) == (None, None)
    assert deleted["deleted_by_user_id"] == str(owner.pk)
    reader = api(ben)
    everywhere = [
        reader.get(path),
        reader.get(f"groups/{world.id}/messages/"),
        reader.get("groups/"),
        reader.get(f"groups/{world.id}/changes/?since=0&state_since=0"),
        reader.get(f"groups/{world.id}/changes/?since={message.version}&state_since=0"),
        reader.post("sync/", {"groups": {str(world.id): [message.version, 0]}}),
        reader.post("sync/", {"groups": {}}),
    ]
    for response in everywhere:
        assert response.status_code == 200
        assert b"secret" not in response.content
        assert b'"url"' not in response.content
    assert api(owner).ok("delete", path) == deleted, "deleting again changes nothing"

    refused = api(ben).post(f"{path}restore/")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    restored = api(owner).ok("post", f"{path}restore/")
    assert (restored["message_text"], restored["deleted_at"]) == ("secret", None)
    assert reader.ok("get", path)["reference_list"] == [{"id": "1", "type": "url"}]


def test_undo_ends_with_its_window(api: Call) -> None:
    world, owner, _ = small_group()
    message = world.say(owner)
    api(owner).ok("delete", f"messages/{message.pk}/")
    ChatMessage.objects.filter(pk=message.pk).update(deleted_at=timezone.now() - timedelta(hours=1))
    before = everything()
    late = api(owner).post(f"messages/{message.pk}/restore/")
    assert (late.status_code, late.json()["code"]) == (409, "undo_window_over")
    assert everything() == before
