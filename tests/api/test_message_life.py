"""What becomes of messages over the API: replies, edits, hiding, pins, forwards, receipts, drafts, mentions."""

from typing import Any
from uuid import uuid4

import pytest

from chat.models import ChatMessage
from chat.roles import GroupType, Role
from chat.services.edits import message_edit
from chat.services.hiding import message_hide
from chat.services.pins import message_pin
from chat.services.reads import read_advance
from chat.services.states import history_clear
from chat.services.tombstones import message_delete
from tests.api.conftest import Call
from tests.api.test_budgets import SIZES, _statements, _warm
from tests.services.worlds import World, make_world, small_group

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world(GroupType.GROUP)


def test_reply_shows_its_quote_wherever_messages_are_shown(world: World, api: Call) -> None:
    owner, member = world.people[Role.OWNER], world.people[Role.MEMBER]
    target = world.say(owner, "Tea?")
    caller, path = api(member), f"groups/{world.id}/"
    sent = caller.send(world.id, "Yes", reply_to_id=str(target.pk)).json()
    assert (sent["reply_to_id"], sent["reply_to"]["message_text"]) == (str(target.pk), "Tea?")

    message_edit(acting_user=owner, message_id=target.pk, message_text="Coffee?")
    expected = sent["reply_to"] | {"message_text": "Coffee?"}
    known = f"?since={target.version}&state_since=0"
    shown = [
        caller.ok("get", f"{path}messages/")["messages"][-1],
        next(row for row in caller.ok("get", f"{path}changes/{known}")["messages"] if row["id"] == sent["id"]),
        caller.ok("get", "groups/")["results"][0]["last_message"],
        caller.ok("get", f"messages/{sent['id']}/"),
    ]
    for message in shown:
        assert message["reply_to"] | {"version": 0, "edited_at": None} == expected | {"version": 0}


def test_edit_and_its_revisions(world: World, api: Call) -> None:
    member, other = world.people[Role.MEMBER], world.others[Role.MEMBER]
    message = world.say(member, "first")
    path = f"messages/{message.pk}/"
    edited = api(member).ok("patch", path, {"message_text": "second"})
    assert (edited["message_text"], edited["edited_at"] is None) == ("second", False)
    api(member).ok("patch", path, {"message_text": "third"})

    for reader in (member, world.people[Role.ADMIN], world.people[Role.OWNER]):
        page = api(reader).ok("get", f"{path}revisions/?limit=1")
        assert [row["message_text"] for row in page["results"]] == ["second"]
        assert [row["message_text"] for row in api(reader).ok("get", page["next"])["results"]] == ["first"]
    response = api(other).get(f"{path}revisions/")
    assert (response.status_code, response.json()["code"]) == (403, "not_allowed")
    message_delete(acting_user=member, message_id=message.pk)
    for address in (f"{path}revisions/", f"{path}receipts/"):
        response = api(member).get(address)
        assert (response.status_code, response.json()["code"]) == (409, "message_gone")
        assert "first" not in response.content.decode()


def test_delete_and_restore_for_me(world: World, api: Call) -> None:
    owner, member = world.people[Role.OWNER], world.people[Role.MEMBER]
    message = world.say(owner)
    path = f"messages/{message.pk}/"
    caller = api(member)
    assert caller.delete(f"{path}?scope=me").status_code == 204
    assert caller.get(path).status_code == 404
    assert api(owner).ok("get", path)["deleted_at"] is None
    assert caller.ok("post", f"{path}restore/?scope=me")["id"] == str(message.pk)
    assert caller.ok("get", path)["message_text"] == "hello"
    assert api(owner).ok("delete", f"{path}?scope=everyone")["deleted_at"] is not None
    assert api(owner).ok("post", f"{path}restore/?scope=everyone")["deleted_at"] is None
    for call in (caller.delete, caller.post):
        response = call(f"{path}{'restore/' if call == caller.post else ''}?scope=nobody")
        assert (response.status_code, response.json()["field"]) == (400, "scope")


def test_pins_come_newest_first_and_show_what_the_caller_sees(world: World, api: Call) -> None:
    owner, member, other = world.people[Role.OWNER], world.people[Role.MEMBER], world.others[Role.MEMBER]
    messages = [world.say(member, f"text {number}") for number in range(4)]
    for number in (2, 0, 3):
        pinned = api(owner).ok("put", f"messages/{messages[number].pk}/pin/")
        assert pinned["pinned_by_user_id"] == str(owner.pk)
    path = f"groups/{world.id}/pins/"

    page = api(other).ok("get", f"{path}?limit=2")
    assert [row["message_text"] for row in page["results"]] == ["text 3", "text 0"]
    rest = api(other).ok("get", page["next"])
    assert ([row["message_text"] for row in rest["results"]], rest["next"]) == (["text 2"], None)
    message_hide(acting_user=member, message_id=messages[3].pk)
    message_delete(acting_user=member, message_id=messages[0].pk)
    assert [row["message_text"] for row in api(member).ok("get", path)["results"]] == ["text 2"]
    api(owner).ok("delete", f"messages/{messages[2].pk}/pin/")
    assert api(member).ok("get", path)["results"] == []
    history_clear(acting_user=other, group_id=world.id)
    assert api(other).ok("get", path)["results"] == []


def test_forward_answers_for_each_group(world: World, api: Call) -> None:
    member = world.people[Role.MEMBER]
    message = world.say(world.people[Role.OWNER], "news")
    unknown, key = str(uuid4()), str(uuid4())
    body = {"group_ids": [unknown, str(world.id)], "client_id": key}
    for _ in range(2):
        refused, sent = api(member).ok("post", f"messages/{message.pk}/forward/", body)["results"]
        assert (refused["chat_group_id"], refused["message"]) == (unknown, None)
        assert refused["error"]["code"] == "not_found"
        assert (sent["error"], sent["message"]["message_text"], sent["message"]["client_id"]) == (None, "news", key)
        assert sent["message"]["forwarded_from"]["name"]
    assert ChatMessage.objects.filter(group_id=world.id, message_text="news").count() == 2


def test_receipts_name_who_read_and_who_received(api: Call) -> None:
    world, owner, [ben, eva] = small_group(2)
    message = world.say(owner)
    read_advance(acting_user=ben, group_id=world.id, read_seq=message.seq)
    read_advance(acting_user=eva, group_id=world.id, delivered_seq=message.seq)
    path = f"messages/{message.pk}/receipts/"

    first = api(eva).ok("get", f"{path}?limit=1")
    second = api(eva).ok("get", first["next"])
    of_ben, of_eva = first["results"] + second["results"]
    assert (of_ben["user_id"], of_ben["delivered_at"]) == (str(ben.pk), of_ben["read_at"])
    assert (of_eva["read_at"], of_eva["delivered_at"] is None) == (None, False)
    assert of_ben["profile"]["id"] == str(ben.pk)
    history_clear(acting_user=ben, group_id=world.id)
    assert api(ben).get(path).status_code == 404


def test_draft_is_in_the_state(world: World, api: Call) -> None:
    member = world.people[Role.MEMBER]
    message = world.say(world.people[Role.OWNER])
    path = f"groups/{world.id}/draft/"
    kept = api(member).ok("put", path, {"message_text": "And ", "reply_to_id": str(message.pk)})
    assert kept["draft"]["message_text"] == "And "
    assert kept["draft"]["reply_to_id"] == str(message.pk)
    assert api(member).ok("get", f"groups/{world.id}/state/") == kept
    assert "And " not in api(world.people[Role.OWNER]).get(f"groups/{world.id}/").content.decode()
    assert api(member).ok("delete", path)["draft"] is None
    assert api(member).ok("put", path, {})["draft"] is None


def test_unread_mentions_are_counted_apart(world: World, api: Call) -> None:
    owner, member = world.people[Role.OWNER], world.people[Role.MEMBER]
    elsewhere, other, _ = small_group()
    for mention_ids in ([], [member.pk], [owner.pk]):
        world.say(owner, mention_ids=mention_ids)
    sent = api(owner).send(world.id, "you", mention_ids=[str(member.pk), str(member.pk)]).json()
    assert sent["mentions"] == [str(member.pk)]
    elsewhere.say(other)

    unread = api(member).ok("get", "unread/")
    assert unread["groups"] == [{"chat_group_id": str(world.id), "count": 4, "mention_count": 2}]
    assert (unread["total"], unread["mention_total"]) == (4, 2)
    assert api(member).ok("get", f"groups/{world.id}/")["unread_mention_count"] == 2
    api(member).ok("post", f"groups/{world.id}/read/", {"read_seq": sent["seq"]})
    assert api(member).ok("get", "unread/")["mention_total"] == 0


def test_secrets_are_told_to_no_outsider(world: World, api: Call) -> None:
    owner = world.people[Role.OWNER]
    message = world.say(owner, "planted secret")
    message_pin(acting_user=owner, message_id=message.pk)
    message_edit(acting_user=owner, message_id=message.pk, message_text="planted words")
    hider, clearer = world.people[Role.MEMBER], world.others[Role.MEMBER]
    reply = world.say(owner, "yes", reply_to_id=message.pk)
    message_hide(acting_user=hider, message_id=message.pk)
    history_clear(acting_user=clearer, group_id=world.id)
    of_message = [f"messages/{message.pk}/{part}" for part in ("", "revisions/", "receipts/")]
    of_group = [f"groups/{world.id}/{part}" for part in ("pins/", "messages/", "changes/?since=0&state_since=0")]
    for person in (world.stranger, world.former, hider, clearer, None):
        caller = api(person)
        for path in (*of_message, *of_group, f"messages/{reply.pk}/", "groups/", "unread/"):
            assert "planted" not in caller.get(path).content.decode()
        for method, path in (("patch", ""), ("put", "pin/"), ("delete", "pin/"), ("post", "forward/")):
            body: dict[str, Any] = {"message_text": "x", "group_ids": [str(world.id)]}
            response = getattr(caller, method)(f"messages/{message.pk}/{path}", body)
            assert response.status_code == (401 if person is None else 404)


@SIZES
@pytest.mark.parametrize(
    ("path", "budget"),
    [
        ("groups/{group}/pins/?limit=40", 3),
        ("messages/{message}/receipts/?limit=40", 5),
        ("messages/{message}/revisions/?limit=40", 4),
    ],
)
def test_lists_take_the_same_statements_at_3_and_30(rows: int, path: str, budget: int, api: Call) -> None:
    world, owner, people = small_group(members=rows)
    message = world.say(owner)
    for number in range(rows):
        pinned = world.say(owner, reply_to_id=None)
        message_pin(acting_user=owner, message_id=pinned.pk)
        message_edit(acting_user=owner, message_id=message.pk, message_text=f"text {number}")
        read_advance(acting_user=people[number], group_id=world.id, read_seq=pinned.seq)
    address = path.format(group=world.id, message=message.pk)
    caller = api(owner)
    assert len(caller.ok("get", address)["results"]) == rows
    assert _statements(_warm(caller, address)) == budget
