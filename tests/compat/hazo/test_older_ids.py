"""Ids from before the fold: of a group that became part of another, and of rows whose id was no UUID."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from chat.choices import Outcome
from chat.compat.hazo.unread import unread_counts
from chat.models import ChatGroup, ChatMessage, LegacyRow
from tests.compat.hazo.conftest import Caller, send

pytestmark = pytest.mark.django_db


def folded(table: str, old_id: str, new: Any, *, source: str = "hazo3", outcome: str = Outcome.MERGED) -> LegacyRow:
    return LegacyRow.objects.create(
        source=source,
        database="default",
        table=table,
        old_id=old_id,
        outcome=outcome,
        new_model=f"chat.{type(new).__name__}" if new else "",
        new_id=str(new.pk) if new else "",
        run=uuid4(),
        fingerprint="x",
    )


@pytest.fixture(params=["uuid", "UUID", "text"])
def old_id(request: pytest.FixtureRequest, group: ChatGroup) -> str:
    """The id of a group that became part of ``group``, as its clients write it."""
    kept = str(uuid4()) if request.param != "text" else "old:7"
    folded("hazo_chat_group", kept, group)
    return kept.upper() if request.param == "UUID" else kept


def test_conversation_is_read_and_written_by_the_id_of_one_that_became_part_of_it(
    ada: Caller, ben: Caller, stranger: Caller, group: ChatGroup, old_id: str
) -> None:
    [message] = send(ben, group, "hello")

    sent = ada.post(chat_group_id=old_id, message_text="hi")

    assert sent.json()["message"]["chat_group_id"] == str(group.pk)
    answer = ada.get(chat_group_id=old_id).json()
    assert [each["message_text"] for each in answer["messages"]] == ["hello", "hi"]
    assert answer["messages"][0]["id"] == str(message.pk)
    assert ada.get(chat_group_id=old_id, limit="x").json()["error_code"] == "INVALID_LIMIT"
    for response in (
        stranger.get(chat_group_id=old_id),
        stranger.get(chat_group_id=old_id, limit="x"),
        stranger.post(chat_group_id=old_id, message_text="hi"),
    ):
        assert (response.status_code, response.json()["error_code"]) == (403, "FORBIDDEN")


def test_message_is_read_and_deleted_by_an_id_that_was_no_uuid(
    ada: Caller, ben: Caller, stranger: Caller, group: ChatGroup
) -> None:
    [message] = send(ben, group, "hello")
    folded("hazo_chat", "msg_1", message, source="hazo2", outcome=Outcome.KEPT)

    assert stranger.read("msg_1").status_code == 404
    assert ada.read("msg_1").json()["message"]["id"] == str(message.pk)
    assert ada.delete("msg_1").status_code == 403
    assert ben.delete("msg_1").status_code == 200
    assert ChatMessage.objects.get(pk=message.pk).deleted_at


@pytest.mark.parametrize("raw", ["msg_2", "optimistic-1732-abc", "x" * 300, "a%00b", "%ED%A0%80"])
def test_ids_that_nothing_had_are_not_found(ada: Caller, group: ChatGroup, raw: str) -> None:
    assert ada.read(raw).status_code == 404
    assert ada.get(chat_group_id=raw).status_code == 403


def test_rows_that_became_nothing_lead_nowhere(ada: Caller, group: ChatGroup) -> None:
    folded("hazo_chat_group", "gone", None, outcome=Outcome.QUARANTINED)
    folded("hazo_chat_group", "other", group, source="astegni")

    assert ada.get(chat_group_id="gone").status_code == 403
    assert ada.get(chat_group_id="other").status_code == 403


def test_unread_messages_are_counted_by_the_id_that_was_asked_for(
    ada: Caller, ben: Caller, stranger: Caller, group: ChatGroup, old_id: str
) -> None:
    send(ben, group, "hello", "again")
    both = [str(group.pk), old_id]

    assert unread_counts(ada.user, [old_id]) == [{"chat_group_id": old_id, "count": 2}]
    assert unread_counts(ada.user, both) == [{"chat_group_id": str(group.pk), "count": 2}]
    assert unread_counts(stranger.user, both) == []


def test_own_ids_cost_nothing_more(
    ada: Caller, ben: Caller, group: ChatGroup, django_assert_num_queries: Callable[..., Any]
) -> None:
    send(ben, group, "hello")
    with django_assert_num_queries(1):
        unread_counts(ada.user, [group.pk])
    with django_assert_num_queries(2):
        unread_counts(ada.user, [group.pk, "old:7"])
