"""What the system says, in words: made for each reader, from what happened and the names of now."""

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from chat.choices import CallState
from chat.models import ChatMessage
from chat.rendering import plain_text
from chat.roles import HistoryVisibility, MessageType, Posting, SystemKind
from chat.sentences import people_named, sentence
from chat.services.members import member_add
from tests.services.worlds import World, make_person, small_group

NAMES = {"1": "Ada", "2": "Ben"}


def _said(kind: str, value: str | None = None, *, actor: str | None = "1", user: str | None = "2") -> dict[str, Any]:
    said = {"kind": kind, "actor_user_id": actor, "user_id": user, "value": value}
    return said | ({"call": {"call_type": "video"}} if kind == "call" else {})


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (_said("member_added"), "Ada added Ben."),
        (_said("role_changed", "admin"), "Ada gave Ben the role Admin."),
        (_said("name_changed", "100 % {ours}"), "Ada named the conversation “100 % {ours}”."),
        (_said("name_changed"), "Ada took the conversation's name away."),
        (_said("lifetime_changed", "86400"), "Ada lets messages disappear after 1 day."),
        (_said("lifetime_changed", "5400"), "Ada lets messages disappear after 90 minutes."),
        (_said("lifetime_changed", "61"), "Ada lets messages disappear after 61 seconds."),
        (_said("lifetime_changed"), "Ada lets messages stay."),
        (_said("slow_mode_changed", "60"), "Ada lets everybody write once in 1 minute."),
        (_said("slow_mode_changed"), "Ada turned slow mode off."),
        (_said("member_silenced"), "Ada silenced Ben for a time."),
        (_said("member_unsilenced"), "Ada lets Ben write again."),
        (_said("posting_changed", "admins"), "Ada lets only owner and admins write."),
        (_said("call", "missed"), "Video call from Ada: missed."),
        (_said("member_joined", actor="2"), "Ben joined by invitation."),
        (_said("member_removed", actor="3", user="4"), "Somebody removed somebody."),
    ],
)
def test_sentence_says_what_happened(said: dict[str, Any], words: str) -> None:
    assert sentence(said, NAMES) == words


def test_every_kind_has_a_sentence() -> None:
    values: dict[str, list[str | None]] = {
        "posting_changed": list(Posting.values),
        "history_visibility_changed": list(HistoryVisibility.values),
        "role_changed": ["owner"],
        "call": list(CallState.values),
        "lifetime_changed": ["60", None],
        "slow_mode_changed": ["60", None],
        "desk_away": ["We are back on Monday."],
    }
    for kind in SystemKind.values:
        for value in values.get(kind, [None, "x"]):
            assert sentence(_said(kind, value), NAMES).endswith(".")


def test_row_without_words_says_nothing() -> None:
    row = {"message_type": MessageType.SYSTEM, "message_text": None, "metadata": None}

    assert (plain_text(row), people_named([row])) == (None, {})


@pytest.fixture
def added(db: None) -> tuple[World, Any, Any]:
    world, owner, _ = small_group()
    newcomer = make_person(first_name="Ben", last_name="Berg")
    member_add(acting_user=owner, group_id=world.id, user_id=newcomer.pk, role="member")
    return world, owner, newcomer


def test_names_are_those_of_now(added: tuple[World, Any, Any]) -> None:
    _, _, newcomer = added
    row = vars(ChatMessage.objects.get())
    newcomer.first_name = "Benjamin"
    newcomer.save()
    assert (plain_text(row, names=people_named([row])) or "").endswith("added Benjamin Berg.")
    newcomer.delete()
    with translation.override("en"):
        assert (plain_text(row, names=people_named([row])) or "").endswith("added Deleted account.")


def test_older_client_reads_a_sentence_of_the_system(added: tuple[World, Any, Any]) -> None:
    world, owner, _ = added
    client = Client(headers={"Sec-Fetch-Site": "same-origin"})
    client.force_login(owner)

    [message] = client.get("/api/hazo_chat/messages", {"chat_group_id": str(world.id)}).json()["messages"]

    assert (message["sender_user_id"], message["message_text"]) == (
        "chat:system",
        f"{owner.get_full_name() or owner.get_username()} added Ben Berg.",
    )


def test_moderator_reads_it_too(added: tuple[World, Any, Any]) -> None:
    moderator = make_person(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(moderator)
    message = ChatMessage.objects.get()

    for address in ("/admin/chat/chatmessage/", f"/admin/chat/chatmessage/{message.pk}/change/"):
        assert "added Ben Berg." in client.get(address).content.decode()
