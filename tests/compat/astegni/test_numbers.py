"""Ids on this surface: old ones lead to what their rows became, and what is new is numbered above them."""

import pytest

from chat.choices import NumberKind, Outcome
from chat.models import ChatGroup, ChatMessage
from chat.services.groups import peer_start
from tests.compat.astegni.conftest import Caller
from tests.services.legacies import folded

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture
def shape() -> str:
    return "user"


def test_folded_conversation_answers_to_each_of_its_old_numbers(ada: Caller, ben: Caller) -> None:
    group = peer_start(acting_user=ada.user, user_id=ben.user.pk).group
    folded(NumberKind.CONVERSATION, 40, group.pk)
    folded(NumberKind.CONVERSATION, 57, group.pk, outcome=Outcome.MERGED)

    assert [row["id"] for row in ada.listed()] == [40]
    assert ada.ok("get", "conversations/57")["id"] == 40
    sent = ada.send(57, "Hello")
    assert sent["conversation_id"] == 40
    assert [one["id"] for one in ben.page(57)] == [sent["id"]]
    assert ada.group(ben) == 58, "above every old number"


def test_people_are_known_by_the_keys_of_the_host(ada: Caller, ben: Caller) -> None:
    conversation = ada.direct(ben)
    message = ada.send(conversation)["id"]
    ben.ok("post", f"messages/{message}/reactions", {"reaction": "heart"})

    [shown] = ben.page(conversation)
    assert (shown["sender_user_id"], shown["reactions"][0]["user_ids"]) == (ada.key, [ben.key])
    assert ada.listed()[0]["other_user"]["user_id"] == ben.key
    assert ada.ok("get", f"users/{ben.key}/status")["user_id"] == ben.key
    assert ada.refused("get", "conversations", user_id=ben.key) == 403
    assert ada.refused("get", "users/nobody/status") == 404


def test_folded_message_keeps_its_number(ada: Caller, ben: Caller) -> None:
    conversation = ada.direct(ben)
    first, second = ada.send(conversation, "one"), ada.send(conversation, "two")
    assert [first["id"], second["id"]] == [1, 2]
    messages = {row.message_text: row.pk for row in ChatMessage.objects.all()}
    folded(NumberKind.MESSAGE, 900, messages["one"])

    assert [one["id"] for one in ben.page(conversation)] == [1, 2], "what clients were told stays"
    assert ada.ok("put", "messages/900", {"content": "edited"})["id"] == 1


def test_number_of_a_deleted_group_is_404(ada: Caller, ben: Caller) -> None:
    group = ada.group(ben)
    ChatGroup.objects.update(deleted_at="2026-01-01T00:00Z")

    assert ada.refused("get", f"conversations/{group}") == 404
