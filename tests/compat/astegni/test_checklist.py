"""The seed's checklist of 22, each with requests by user and by profile."""

from typing import Any

import pytest

from tests.compat.astegni.conftest import Caller

pytestmark = pytest.mark.django_db


def test_create_new_direct_conversation(ada: Caller, ben: Caller) -> None:
    started = ada.ok("post", "conversations", ada.people(ben))

    assert (started["type"], started["existing"], started["name"]) == ("direct", False, "ben")
    assert started["id"] == started["conversation_id"]
    again = ben.ok("post", "conversations", {key: people[1:] for key, people in ben.people(ada).items()})
    assert (again["id"], again["existing"], again["name"]) == (started["id"], True, "ada")
    assert [row["id"] for row in ben.listed()] == [started["id"]]


def test_send_text_message(ada: Caller, ben: Caller) -> None:
    conversation = ada.direct(ben)

    sent = ada.send(conversation, "Hello! a<b")

    assert (sent["content"], sent["sender_user_id"], sent["sender_name"]) == ("Hello! a<b", ada.key, "ada")
    [shown] = ben.page(conversation)
    assert (shown["id"], shown["content"], shown["is_mine"]) == (sent["id"], "Hello! a<b", False)
    [row] = ada.listed()
    assert (row["last_message"]["content"], row["last_message"]["id"]) == ("Hello! a<b", sent["id"])


@pytest.mark.parametrize(
    ("kind", "mime_type"), [("image", "image/jpeg"), ("video", "video/mp4"), ("audio", "audio/mp3")]
)
def test_send_media(ada: Caller, ben: Caller, kind: str, mime_type: str) -> None:
    conversation = ada.direct(ben)
    media = {"media_url": "https://files.example/one", "media_metadata": {"filename": "one", "mime_type": mime_type}}

    ada.send(conversation, "look", message_type=kind, **media)

    [shown] = ben.page(conversation)
    assert (shown["message_type"], shown["content"]) == (kind, "look")
    assert {name: shown[name] for name in media} == media


def test_react_to_message(ada: Caller, ben: Caller) -> None:
    conversation = ada.direct(ben)
    message = ada.send(conversation)["id"]

    ben.ok("post", f"messages/{message}/reactions", {"reaction": "heart"})
    ada.ok("post", f"messages/{message}/reactions", {"reaction": "🎉"})

    heart, party = ada.page(conversation)[0]["reactions"]
    assert (heart["reaction"], heart["count"], heart["user_ids"], heart["mine"]) == ("heart", 1, [ben.key], False)
    assert (party["reaction"], party["mine"]) == ("🎉", True)
    ben.ok("delete", f"messages/{message}/reactions/heart")
    assert [one["reaction"] for one in ada.page(conversation)[0]["reactions"]] == ["🎉"]


def test_reply_to_message(ada: Caller, ben: Caller) -> None:
    conversation = ada.direct(ben)
    first = ada.send(conversation, "When?")["id"]

    ben.send(conversation, "Now", reply_to_id=first)

    reply = ada.page(conversation)[1]
    assert reply["reply_to_id"] == first
    assert (reply["reply_to"]["content"], reply["reply_to"]["sender_user_id"]) == ("When?", ada.key)


def test_forward_message(ada: Caller, ben: Caller, cleo: Caller) -> None:
    message = ada.send(ada.direct(ben), "News")["id"]
    there = ben.direct(cleo)

    done = ben.ok("post", f"messages/{message}/forward", {"conversation_ids": [there]})

    [shown] = cleo.page(there)
    assert shown["id"] == done["messages"][0]["id"]
    assert (shown["content"], shown["is_forwarded"], shown["forwarded_from"]) == ("News", True, "ada")
    ben.send(there, "whatever", forwarded_from=message)
    assert [one["content"] for one in cleo.page(there)] == ["News", "News"]


def test_delete_message(ada: Caller, ben: Caller) -> None:
    conversation = ada.direct(ben)
    for_me, for_all = ada.send(conversation, "one")["id"], ada.send(conversation, "two")["id"]

    ada.ok("delete", f"messages/{for_me}")
    ada.ok("delete", f"messages/{for_all}", for_everyone="true")

    assert [(one["content"], one["is_deleted"]) for one in ben.page(conversation)] == [("one", False), (None, True)]
    assert [one["id"] for one in ada.page(conversation)] == [for_all]
    assert ben.refused("delete", f"messages/{for_me}", {"for_everyone": True}) == 403


def test_edit_message(ada: Caller, ben: Caller) -> None:
    conversation = ada.direct(ben)
    message = ada.send(conversation, "Helo")["id"]

    ada.ok("put", f"messages/{message}", {"content": "Hello"})

    [shown] = ben.page(conversation)
    assert (shown["content"], shown["is_edited"]) == ("Hello", True)
    assert ben.refused("put", f"messages/{message}", {"content": "mine"}) == 403


def test_pin_message(ada: Caller, ben: Caller) -> None:
    conversation = ada.direct(ben)
    message = ada.send(conversation, "Keep")["id"]

    ben.ok("post", f"messages/{message}/pin")

    assert ada.page(conversation)[0]["is_pinned"]
    detail = ada.ok("get", f"conversations/{conversation}")
    assert [one["content"] for one in detail["pinned_messages"]] == ["Keep"]
    ben.ok("delete", f"messages/{message}/pin")
    assert not ada.page(conversation)[0]["is_pinned"]


@pytest.mark.parametrize("address", ["groups", "conversations"])
def test_create_group_chat(ada: Caller, ben: Caller, cleo: Caller, address: str) -> None:
    kind: dict[str, Any] = {"type": "group"} if address == "conversations" else {}

    group = ada.ok("post", address, {"name": "Maths", "description": "Tuesdays", **kind, **ada.people(ben, cleo)})

    assert (group["type"], group["name"], group["participant_count"]) == ("group", "Maths", 3)
    assert len(group["added_participants"]) == 2
    assert group["rejected_participants"] == []
    assert [one["role"] for one in group["participants"]] == ["admin", "member", "member"]
    assert cleo.listed(filter_type="groups")[0]["name"] == "Maths"


def test_add_participants_to_group(ada: Caller, ben: Caller, cleo: Caller) -> None:
    group = ada.group(ben)

    done = ada.ok("post", f"conversations/{group}/participants", ada.people(cleo, ben))

    assert len(done["added"]) == 1
    assert [one["reason"] for one in done["rejected"]] == ["This person is in the conversation already."] * 2
    assert ada.ok("get", f"conversations/{group}")["participant_count"] == 3
    assert ben.refused("post", f"conversations/{group}/participants", ben.people(cleo)) == 403


def test_remove_participant_from_group(ada: Caller, ben: Caller, cleo: Caller) -> None:
    group = ada.group(ben, cleo)
    address = f"conversations/{group}/participants/"

    assert ben.refused("delete", address + at(cleo)) == 403
    ada.ok("delete", address + at(ben))
    cleo.ok("delete", address + at(cleo))

    assert ada.ok("get", f"conversations/{group}")["participant_count"] == 1
    assert ben.refused("get", f"conversations/{group}") == 404


def test_search_messages(ada: Caller, ben: Caller, cleo: Caller) -> None:
    conversation = ada.direct(ben)
    message = ada.send(conversation, "Homework for Monday")["id"]

    found = ben.ok("get", "search", q="monday")

    assert [one["id"] for one in found["messages"]] == [message]
    assert ben.ok("get", "search", q="ada")["conversations"][0]["id"] == conversation
    assert cleo.ok("get", "search", q="monday") == {"messages": [], "conversations": [], "has_more": False}


def test_view_conversation_history(ada: Caller, ben: Caller) -> None:
    conversation = ada.direct(ben)
    ids = [ada.send(conversation, str(number))["id"] for number in range(7)]

    address = f"conversations/{conversation}/messages"
    newest = ben.ok("get", address, limit=3)
    older = ben.ok("get", address, limit=3, before_id=ids[4])
    after = ben.ok("get", address, limit=10000, after=ids[4])

    assert [([one["id"] for one in page["messages"]], page["has_more"]) for page in (newest, older, after)] == [
        (ids[4:], True),
        (ids[1:4], True),
        (ids[5:], False),
    ]


def test_mark_messages_as_read(ada: Caller, ben: Caller) -> None:
    conversation = ada.direct(ben)
    first, _ = ada.send(conversation)["id"], ada.send(conversation)
    assert ben.listed(filter_type="unread")[0]["unread_count"] == 2

    ben.ok("post", f"conversations/{conversation}/read", {"message_id": first})

    assert ben.listed()[0]["unread_count"] == 1
    assert [one["status"] for one in ada.page(conversation)] == ["read", "sent"]
    ben.page(conversation)
    assert ben.listed(filter_type="unread") == []
    assert [one["status"] for one in ada.page(conversation)] == ["read", "read"]


@pytest.mark.parametrize(
    ("body", "query"), [({"archived": True}, {}), (True, {}), (None, {"archived": "true"}), ("true", {}), (None, {})]
)
def test_archive_conversation(ada: Caller, ben: Caller, body: Any, query: dict[str, str]) -> None:
    conversation = ada.direct(ben)

    assert ada.ok("put", f"conversations/{conversation}/archive", body, **query)["archived"] is True

    assert ada.listed() == []
    assert ada.listed(filter_type="archived")[0]["is_archived"]
    assert len(ben.listed()) == 1, "for oneself alone"
    ada.ok("put", f"conversations/{conversation}/archive", {"is_archived": False})
    assert len(ada.listed()) == 1


@pytest.mark.parametrize(
    ("body", "query"), [({"muted": True}, {}), ({"is_muted": 1}, {}), (True, {}), (None, {"muted": "true"}), ("on", {})]
)
def test_mute_conversation(ada: Caller, ben: Caller, body: Any, query: dict[str, str]) -> None:
    conversation = ada.direct(ben)

    assert ada.ok("put", f"conversations/{conversation}/mute", body, **query)["muted"] is True

    assert ada.listed()[0]["is_muted"]
    assert not ben.listed()[0]["is_muted"]
    assert ada.ok("put", f"conversations/{conversation}/mute", False)["muted"] is False
    assert not ada.listed()[0]["is_muted"]


def at(person: Caller) -> str:
    """Return how an address names somebody."""
    return str(person.key) if person.profile is None else f"{person.profile[1]}/{person.profile[0]}"


def test_block_user(ada: Caller, ben: Caller) -> None:
    conversation = ada.direct(ben)

    done = ada.ok("post", "block", {**prefixed(ben, "blocked_"), "reason": "Spam"})

    assert done == {"success": True, "message": "User blocked successfully"}
    [blocked] = ada.ok("get", "blocked")["blocked_contacts"]
    assert (blocked["user_id"], blocked["reason"]) == (ben.key, "Spam")
    assert ben.ok("get", "blocked")["blocked"] == []
    for one in (ada, ben):
        body = {"content": "Hello?", "conversation_id": conversation}
        assert one.refused("post", "messages", body) == 403


def test_unblock_user(ada: Caller, ben: Caller) -> None:
    conversation = ada.direct(ben)
    ada.ok("post", "block", prefixed(ben, "blocked_"))

    ada.ok("delete", "block/" + at(ben))

    assert ada.ok("get", "blocked")["blocked"] == []
    assert ben.send(conversation)["content"] == "Hello!"


def test_update_privacy_settings(ada: Caller, ben: Caller) -> None:
    assert ada.ok("get", "settings")["settings"]["who_can_message"] == "everyone"

    told = ada.ok(
        "put", "settings", {"who_can_message": "connections", "bubble_style": "square", "two_step_email": "x"}
    )

    assert told["settings"]["who_can_message"] == "connections"
    assert ben.refused("post", "conversations", ben.people(ada)) == 403
    nested = {**ada.own, "settings": {"who_can_message": "everyone", "read_receipts": "false"}}
    now = ada.ok("put", "settings", nested)["settings"]
    assert (now["who_can_message"], now["read_receipts"], now["bubble_style"]) == ("everyone", False, "square")
    assert ben.direct(ada)


@pytest.mark.parametrize("call_type", ["voice", "video", "audio"])
def test_make_call(ada: Caller, ben: Caller, call_type: str) -> None:
    conversation = ada.direct(ben)

    called = ada.ok("post", "calls", {"conversation_id": conversation, "call_type": call_type})
    call = called["call_id"]
    ben.ok("put", f"calls/{call}", "answered")
    ended = ada.ok("put", f"calls/{call}", {"status": "ended"})["call"]

    assert (ended["status"], ended["call_type"]) == ("ended", "voice" if call_type == "audio" else call_type)
    [shown] = ben.ok("get", "calls")["calls"]
    assert (shown["id"], shown["is_caller"], shown["caller_user_id"]) == (call, False, ada.key)
    assert [one["message_type"] for one in ben.page(conversation)] == ["system"]
    assert ben.refused("put", f"calls/{call}", "answered") == 409


def prefixed(person: Caller, before: str) -> dict[str, Any]:
    """Return how a body names somebody."""
    return {f"{before}{name}": value for name, value in person.own.items()}
