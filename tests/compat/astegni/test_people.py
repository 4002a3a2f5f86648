"""Presence, typing, read positions, contacts and requests, as far as people let each other know."""

from typing import Any

import pytest

from chat.adapter import ChatAdapter, get_adapter
from chat.services.people.presence import presence_beat
from tests.compat.astegni.conftest import Caller
from tests.compat.astegni.test_checklist import at, prefixed
from tests.services.people.worlds import connect, prefer

pytestmark = pytest.mark.django_db


def status(viewer: Caller, person: Caller) -> tuple[bool, bool]:
    """Return whether the viewer is told that somebody is online, and when they were last here."""
    told = viewer.ok("get", f"users/{at(person)}/status")
    name = "user_ids" if viewer.profile is None else "profile_ids"
    several = viewer.ok("get", "users/online-status", **{name: shorthand(person)})["statuses"]
    assert [one["is_online"] for one in several] == [told["is_online"]]
    assert told["user_id"] == person.key
    return told["online"], told["last_seen"] is not None


def shorthand(person: Caller) -> str:
    return str(person.key) if person.profile is None else "{}_{}".format(*person.profile)


def test_heartbeat_makes_a_person_online_for_those_who_may_know(ada: Caller, ben: Caller) -> None:
    conversation = ada.direct(ben)
    assert status(ada, ben) == (False, False)

    assert ben.ok("post", "users/status/update", is_online="true")["success"]

    assert status(ada, ben) == (True, True)
    assert ada.listed()[0]["other_user"]["online"] is True
    prefer(ben.user, last_seen_visibility="nobody")
    assert status(ada, ben) == (True, False)
    prefer(ben.user, online_status=False)
    assert status(ada, ben) == (False, False)
    assert ada.ok("get", f"conversations/{conversation}")["other_user"]["online"] is False


def test_presence_of_several_leaves_out_nobodies(ada: Caller, ben: Caller, cleo: Caller) -> None:
    presence_beat(acting_user=cleo.user)
    name, nobody = ("user_ids", "999999") if ada.profile is None else ("profile_ids", "pilot_1")

    told = ada.ok("get", "users/online-status", **{name: ",".join([shorthand(ben), nobody, shorthand(cleo)])})[
        "statuses"
    ]

    assert [(one["user_id"], one["online"]) for one in told if one["user_id"] != 999999] == [
        (ben.key, False),
        (cleo.key, True),
    ]
    assert ada.ok("get", "users/online-status")["statuses"] == []
    assert ada.refused("get", "users/online-status", user_ids=",".join("1" * 101)) == 400


def test_typing_is_told_to_the_others_while_both_have_it_on(ada: Caller, ben: Caller, cleo: Caller) -> None:
    group = ada.group(ben, cleo)
    address = f"conversations/{group}/typing"

    assert ada.ok("post", address, {"is_typing": True})["broadcasted"] is True

    assert [one["user_id"] for one in ben.ok("get", address)["typing_users"]] == [ada.key]
    assert ada.ok("get", address) == {"typing_users": [], "is_someone_typing": False}
    cleo.ok("post", "block", prefixed(ada, "blocked_"))
    assert cleo.ok("get", address)["typing_users"] == []
    prefer(ben.user, typing_indicators=False)
    assert ben.ok("get", address)["typing_users"] == []
    assert ben.ok("post", address, None, is_typing="true")["broadcasted"] is False
    assert ben.ok("get", f"{address}-allowed")["allowed"] is False
    assert ada.ok("get", f"{address}-allowed")["can_broadcast_typing"] is True
    ada.ok("post", address, False)
    prefer(ben.user, typing_indicators=True)
    assert ben.ok("get", address)["typing_users"] == []


def test_who_may_not_send_does_not_type(ada: Caller, ben: Caller) -> None:
    body = {"type": "channel", "name": "News", **ada.people(ben)}
    channel = ada.ok("post", "conversations", body)

    assert (channel["type"], ben.listed(filter_type="channels")[0]["id"]) == ("channel", channel["id"])
    assert ben.refused("post", f"conversations/{channel['id']}/typing", True) == 403
    assert ben.ok("get", f"conversations/{channel['id']}/typing-allowed")["allowed"] is False
    assert ben.refused("post", f"conversations/{channel['id']}/messages", {"content": "x"}) == 403


def test_read_positions_are_told_while_both_have_receipts_on(ada: Caller, ben: Caller) -> None:
    conversation = ada.direct(ben)
    message = ada.send(conversation)["id"]
    ben.page(conversation)

    assert read_by(ada, conversation) == [message]
    assert ada.page(conversation)[0]["status"] == "read"
    for one in (ada, ben):
        prefer(one.user, read_receipts=False)
        assert read_by(ada, conversation) == []
        assert ada.page(conversation)[0]["status"] == "sent"
        prefer(one.user, read_receipts=True)
    assert read_by(ada, conversation) == [message]
    ben.ok("post", "block", prefixed(ada, "blocked_"))
    assert read_by(ada, conversation) == []


def read_by(viewer: Caller, conversation: int) -> list[int]:
    """Return the last message that each of the others has read."""
    told = viewer.ok("get", f"conversations/{conversation}/read-status")
    if viewer.profile is None:
        return [one["last_read_message_id"] for one in told["read_status"]]
    assert told["hidden"] is (told["read_status"] is None)
    return [] if told["hidden"] else [told["read_status"]["last_read_message_id"]]


def test_readers_of_a_group(ada: Caller, ben: Caller, cleo: Caller) -> None:
    group = ada.group(ben, cleo)
    message = ada.send(group)["id"]
    ben.page(group)

    told = ada.ok("get", f"conversations/{group}/read-status")

    readers = told["read_status" if ada.profile is None else "readers"]
    assert {(one["user_id"], one["last_read_message_id"]) for one in readers} == {
        (ben.key, message),
        (cleo.key, None),
    }


def test_contacts_come_by_requests_that_are_answered(ada: Caller, ben: Caller, cleo: Caller) -> None:
    request = ada.ok("post", "connection-requests", prefixed(ben, "recipient_"))["connection_id"]
    cleo.ok("post", "connection-requests", prefixed(ben, "recipient_"))

    incoming = ben.ok("get", "connection-requests")
    assert [one["requester_name"] for one in incoming["incoming"]] == ["cleo", "ada"]
    assert [one["recipient_user_id"] for one in ada.ok("get", "connection-requests")["outgoing"]] == [ben.key]
    assert ada.refused("post", f"connection-requests/{request}/respond", action="accept") == 403
    assert ben.refused("post", f"connection-requests/{request}/respond", action="maybe") == 400
    assert ben.ok("post", f"connection-requests/{request}/respond", action="accept")["status"] == "accepted"
    other = incoming["incoming"][0]["connection_id"]
    assert ben.ok("post", f"connection-requests/{other}/respond", {"action": "reject"})["status"] == "rejected"

    conversation = ada.direct(ben)
    [contact] = ben.ok("get", "contacts", search="ad")["contacts"]
    assert (contact["user_id"], contact["name"], contact["conversation_id"]) == (ada.key, "ada", conversation)
    assert ben.ok("get", "contacts", search="cle")["contacts"] == []
    if ben.profile is not None:
        assert (contact["contact_profile_type"], contact["contact_profile_id"]) == ("student", 5)
    ben.ok("post", "block", prefixed(cleo, "blocked_"))
    assert cleo.refused("post", "connection-requests", prefixed(ben, "recipient_")) == 403


def test_privacy_settings_hold_on_this_surface(ada: Caller, ben: Caller, cleo: Caller) -> None:
    connect(ada.user, cleo.user)
    prefer(ada.user, who_can_message="connections", allow_group_adds="none", allow_calls_from="none")

    assert ben.refused("post", "conversations", ben.people(ada)) == 403
    assert cleo.direct(ada)
    group = ben.ok("post", "groups", {"name": "Maths", **ben.people(ada, cleo)})
    assert [one["reason"] for one in group["rejected_participants"]] == ["This person's settings do not allow this."]
    assert group["participant_count"] == 2
    direct = cleo.direct(ada)
    assert cleo.refused("post", "calls", {"conversation_id": direct, "call_type": "voice"}) == 403
    prefer(ada.user, disable_forwarding=True)
    message = ada.send(direct, "for you alone")["id"]
    assert cleo.refused("post", f"messages/{message}/forward", {"conversation_ids": [group["id"]]}) == 403


class Hiding(ChatAdapter):
    """A host that lets nobody find one person."""

    hidden: Any = None

    def findable_by(self, user: Any) -> Any:
        return super().findable_by(user).exclude(pk=self.hidden)


def test_several_never_tell_whose_profile_it_is_whom_one_may_not_find(
    ada: Caller, ben: Caller, cleo: Caller, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Hiding, "hidden", cleo.user.pk)
    settings.CHAT = settings.CHAT | {"ADAPTER": f"{__name__}.{Hiding.__qualname__}"}
    held = get_adapter().identities(user_ids=[ben.user.pk, cleo.user.pk])
    asked = ",".join(f"{identity.profile_type}_{identity.profile_id}" for identity in held)

    told = ada.ok("get", "users/online-status", profile_ids=asked)["statuses"]

    assert [status["user_id"] for status in told] == [ben.key]
