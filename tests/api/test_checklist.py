"""The 22 lines of Astegni's own test list, over the native API; over its surface: tests/compat/astegni."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.conftest import Call, Caller
from tests.files import samples
from tests.services.worlds import make_person, quietly

pytestmark = pytest.mark.django_db

THUMB = "%F0%9F%91%8D"
MEDIA = {
    "image": ("a.png", samples.image),
    "video": ("a.mp4", lambda: samples.mp4(b"isom", b"vide")),
    "audio": ("a.mp3", samples.mp3),
}


class Pair:
    """Ada and Ben, a third person, and where they talk."""

    def __init__(self, api: Call) -> None:
        self.users = [make_person(name=name) for name in ("ada", "ben", "cleo")]
        self.ada, self.ben, self.cleo = (api(user) for user in self.users)
        self.keys = [str(user.pk) for user in self.users]

    def direct(self, by: Caller | None = None, key: int = 1) -> str:
        body = {"group_type": "peer", "member_ids": [self.keys[key]]}
        return str((by or self.ada).ok("post", "groups/", body)["id"])

    def group(self, *keys: int) -> str:
        body = {"group_type": "group", "name": "Maths", "member_ids": [self.keys[key] for key in keys]}
        return str(self.ada.ok("post", "groups/", body)["id"])

    def say(self, group: str, text: str = "Hello", **fields: Any) -> str:
        return str(self.ada.ok("post", f"groups/{group}/messages/", {"message_text": text} | fields)["id"])

    def page(self, caller: Caller, group: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = caller.ok("get", f"groups/{group}/messages/")["messages"]
        return found


@pytest.fixture
def pair(api: Call) -> Any:
    with quietly():
        yield Pair(api)


def test_create_new_direct_conversation(pair: Pair) -> None:
    group = pair.direct()

    assert pair.direct(pair.ben, 0) == group
    assert [row["other_user"]["name"] for row in pair.ben.ok("get", "groups/")["results"]] == ["ada"]


def test_send_text_message(pair: Pair) -> None:
    group = pair.direct()
    pair.say(group, "a<b")

    [shown] = pair.page(pair.ben, group)
    assert (shown["message_text"], shown["sender_user_id"]) == ("a<b", pair.keys[0])


@pytest.mark.parametrize("kind", MEDIA)
def test_send_media(kind: str, pair: Pair) -> None:
    group = pair.direct()
    name, content = MEDIA[kind]
    upload = pair.ada.ok("post", "uploads/", {"file": SimpleUploadedFile(name, content())}, format="multipart")

    pair.say(group, "look", attachment_ids=[upload["id"]])

    [shown] = pair.page(pair.ben, group)
    assert (shown["message_type"], shown["message_text"]) == (kind, "look")
    assert [file["name"] for file in shown["attachments"]] == [name]


def test_react_to_message(pair: Pair) -> None:
    group = pair.direct()
    message = pair.say(group)

    pair.ben.ok("put", f"messages/{message}/reactions/{THUMB}/")

    assert pair.page(pair.ada, group)[0]["reactions"] == [{"emoji": "👍", "count": 1, "mine": False}]
    pair.ben.ok("delete", f"messages/{message}/reactions/{THUMB}/")
    assert pair.page(pair.ada, group)[0]["reactions"] == []


def test_reply_to_message(pair: Pair) -> None:
    group = pair.direct()
    first = pair.say(group, "When?")

    pair.say(group, "Now", reply_to_id=first)

    assert pair.page(pair.ben, group)[1]["reply_to"]["message_text"] == "When?"


def test_forward_message(pair: Pair) -> None:
    message, there = pair.say(pair.direct(), "News"), pair.direct(pair.ben, 2)

    pair.ben.ok("post", f"messages/{message}/forward/", {"group_ids": [there]})

    [shown] = pair.page(pair.cleo, there)
    assert (shown["message_text"], shown["forwarded_from"]) == ("News", {"name": "ada"})


def test_delete_message(pair: Pair) -> None:
    group = pair.direct()
    for_me, for_all = pair.say(group, "one"), pair.say(group, "two")

    pair.ada.ok("delete", f"messages/{for_me}/?scope=me")
    pair.ada.ok("delete", f"messages/{for_all}/?scope=everyone")

    assert [one["message_text"] for one in pair.page(pair.ben, group)] == ["one", None]
    assert [one["id"] for one in pair.page(pair.ada, group)] == [for_all]


def test_edit_message(pair: Pair) -> None:
    group = pair.direct()
    message = pair.say(group, "Helo")

    pair.ada.ok("patch", f"messages/{message}/", {"message_text": "Hello"})

    assert pair.page(pair.ben, group)[0]["message_text"] == "Hello"
    assert pair.ben.patch(f"messages/{message}/", {"message_text": "mine"}).status_code == 403


def test_pin_message(pair: Pair) -> None:
    group = pair.direct()
    message = pair.say(group)

    pair.ben.ok("put", f"messages/{message}/pin/")

    assert [one["id"] for one in pair.ada.ok("get", f"groups/{group}/pins/")["results"]] == [message]


def test_create_group_chat(pair: Pair) -> None:
    group = pair.group(1, 2)

    members = pair.cleo.ok("get", f"groups/{group}/")["members"]
    assert sorted(member["role"] for member in members) == ["member", "member", "owner"]


def test_add_participants_to_group(pair: Pair) -> None:
    group = pair.group(1)
    body = {"user_id": pair.keys[2], "role": "member"}

    assert pair.ben.post(f"groups/{group}/members/", body).status_code == 403
    pair.ada.ok("post", f"groups/{group}/members/", body)

    assert pair.cleo.ok("get", f"groups/{group}/")["name"] == "Maths"


def test_remove_participant_from_group(pair: Pair) -> None:
    group = pair.group(1, 2)

    assert pair.ben.delete(f"groups/{group}/members/{pair.keys[2]}/").status_code == 403
    pair.ada.ok("delete", f"groups/{group}/members/{pair.keys[1]}/")

    assert pair.ben.get(f"groups/{group}/").status_code == 404


def test_block_user(pair: Pair) -> None:
    group = pair.direct()

    pair.ada.ok("put", f"blocks/{pair.keys[1]}/", {"reason": "Spam"})

    for caller in (pair.ada, pair.ben):
        assert caller.send(group).json()["code"] == "privacy"
    assert len(pair.ada.ok("get", "blocks/")["results"]) == 1
    assert pair.ben.ok("get", "blocks/")["results"] == []


def test_unblock_user(pair: Pair) -> None:
    group = pair.direct()
    pair.ada.ok("put", f"blocks/{pair.keys[1]}/", {})

    pair.ada.ok("delete", f"blocks/{pair.keys[1]}/")

    assert pair.ben.send(group).status_code == 201


def test_update_privacy_settings(pair: Pair) -> None:
    pair.ada.ok("patch", "settings/", {"who_can_message": "connections"})

    assert pair.ada.ok("get", "settings/")["who_can_message"] == "connections"
    refused = pair.ben.post("groups/", {"group_type": "peer", "member_ids": [pair.keys[0]]})
    assert (refused.status_code, refused.json()["code"]) == (403, "privacy")


@pytest.mark.parametrize("call_type", ["voice", "video"])
def test_make_call(call_type: str, pair: Pair) -> None:
    group = pair.direct()

    call = pair.ada.ok("post", f"groups/{group}/calls/", {"call_type": call_type})
    pair.ben.ok("patch", f"calls/{call['id']}/", {"state": "answered"})
    ended = pair.ada.ok("patch", f"calls/{call['id']}/", {"state": "ended"})

    assert (ended["state"], ended["call_type"]) == ("ended", call_type)
    assert [one["id"] for one in pair.ben.ok("get", "calls/")["results"]] == [call["id"]]


def test_search_messages(pair: Pair) -> None:
    message = pair.say(pair.direct(), "Homework for Monday")

    assert [hit["message"]["id"] for hit in pair.ben.ok("get", "search/?q=monday")["results"]] == [message]
    assert pair.cleo.ok("get", "search/?q=monday")["results"] == []


def test_view_conversation_history(pair: Pair) -> None:
    group = pair.direct()
    ids = [pair.say(group, str(number)) for number in range(7)]

    page = pair.ben.ok("get", f"groups/{group}/messages/?limit=3")
    older = pair.ben.ok("get", f"groups/{group}/messages/?limit=3&before={page['messages'][0]['seq']}")

    assert [one["id"] for one in older["messages"] + page["messages"]] == ids[1:]


def test_mark_messages_as_read(pair: Pair) -> None:
    group = pair.direct()
    pair.say(group)
    assert pair.ben.ok("get", "groups/?unread=true")["results"][0]["unread_count"] == 1

    pair.ben.ok("post", f"groups/{group}/read/", {"read_seq": 1})

    assert pair.ben.ok("get", "groups/?unread=true")["results"] == []


def test_archive_conversation(pair: Pair) -> None:
    group = pair.direct()

    pair.ada.ok("patch", f"groups/{group}/state/", {"archived": True})

    assert pair.ada.ok("get", "groups/")["results"] == []
    assert len(pair.ada.ok("get", "groups/?archived=true")["results"]) == 1
    assert len(pair.ben.ok("get", "groups/")["results"]) == 1


def test_mute_conversation(pair: Pair) -> None:
    group = pair.direct()

    pair.ada.ok("patch", f"groups/{group}/state/", {"muted_until": "2099-01-01T00:00:00Z"})

    assert pair.ada.ok("get", "groups/")["results"][0]["state"]["muted_until"] is not None
    assert pair.ben.ok("get", "groups/")["results"][0]["state"]["muted_until"] is None
