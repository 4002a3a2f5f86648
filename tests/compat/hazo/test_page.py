"""GET messages: pages, cursors, references, and what a message looks like."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from chat.compat.hazo.shapes import MESSAGE_FIELDS, message_json
from chat.models import ChatGroup
from chat.services import message_writing
from chat.services.tombstones import message_delete
from tests.compat.hazo.conftest import Caller, send

pytestmark = pytest.mark.django_db


def texts(page: dict[str, Any]) -> list[str]:
    return [message["message_text"] for message in page["messages"]]


def walk(caller: Caller, group: ChatGroup, **query: Any) -> list[str]:
    """Page back to the beginning as the client does, and return all texts, oldest first."""
    page = caller.page(group, **query)
    found = texts(page)
    while page["pagination"]["has_more"]:
        cursor = page["pagination"]["next_cursor"]
        page = caller.page(group, cursor=cursor, direction="older", **query)
        assert page["messages"], "a page that was promised is empty"
        found = texts(page) + found
    return found


def test_times_are_utc_in_whatever_zone_the_database_answers() -> None:
    moment = datetime(2026, 3, 2, 8, 30, 0, 7, tzinfo=ZoneInfo("Asia/Kathmandu"))
    row = dict.fromkeys(MESSAGE_FIELDS) | {"created_at": moment}
    shown = message_json(row, moment)
    assert {shown["created_at"], shown["read_at"]} == {"2026-03-02T02:45:00.000007Z"}


def test_history_walked_back_is_complete_and_each_once(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    expected = [f"message {number}" for number in range(129)]
    for number, text in enumerate(expected):
        send(ben if number % 3 else ada, group, text)

    for limit in (20, 43, 50, 100):
        assert texts(ada.page(group, limit=limit)) == expected[-limit:], limit
        assert walk(ada, group, limit=limit) == expected, limit


def test_page_points_to_its_oldest_row_and_says_exactly_whether_there_is_more(ada: Caller, group: ChatGroup) -> None:
    send(ada, group, "one", "two", "three")

    full = ada.page(group, limit=3)
    assert texts(full) == ["one", "two", "three"]
    created = [message["created_at"] for message in full["messages"]]
    assert full["pagination"] == {
        "limit": 3,
        "has_more": False,
        "next_cursor": created[0],
        "prev_cursor": created[2],
    }
    assert ada.page(group, limit=2)["pagination"]["has_more"] is True
    before_all = ada.page(group, cursor=created[0], direction="older")
    assert before_all["messages"] == []
    assert before_all["pagination"]["has_more"] is False
    assert before_all["pagination"]["next_cursor"] is None


def test_empty_group_gives_an_empty_page(ada: Caller, group: ChatGroup) -> None:
    page = ada.page(group)
    assert page == {
        "success": True,
        "current_user_id": str(ada.user.pk),
        "messages": [],
        "pagination": {"limit": 50, "has_more": False, "next_cursor": None, "prev_cursor": None},
    }


def test_message_has_the_fields_of_the_contract(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    (sent,) = send(ben, group, "Hello", reference_id="order-7", reference_type="project")
    (message,) = ada.page(group)["messages"]
    assert message == {
        "id": str(sent.pk),
        "reference_id": "order-7",
        "reference_type": "project",
        "sender_user_id": str(ben.user.pk),
        "chat_group_id": str(group.pk),
        "message_text": "Hello",
        "reference_list": None,
        "read_at": None,
        "deleted_at": None,
        "created_at": f"{sent.created_at:%Y-%m-%dT%H:%M:%S.%f}Z",
        "changed_at": f"{sent.changed_at:%Y-%m-%dT%H:%M:%S.%f}Z",
    }


def test_reference_list_is_an_array_or_null(ada: Caller, group: ChatGroup) -> None:
    sent = send(ada, group, "none", "array", "text")
    item = {"id": "1", "type": "url", "scope": "chat", "name": "Site", "url": "https://example.org"}
    for message, stored in zip(sent, [None, [item], "[]"], strict=True):
        message.reference_list = stored
        message.save(update_fields=["reference_list"])
    assert [message["reference_list"] for message in ada.page(group)["messages"]] == [None, [item], None]


def test_deleted_message_is_sent_as_a_tombstone(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    kept, gone = send(ben, group, "kept", "secret")
    gone.reference_list = [{"id": "1", "name": "secret.pdf"}]
    gone.save(update_fields=["reference_list"])
    message_delete(acting_user=ben.user, message_id=gone.pk)

    response = ada.get(chat_group_id=str(group.pk))
    live, tombstone = response.json()["messages"]
    assert (live["id"], live["deleted_at"]) == (str(kept.pk), None)
    assert tombstone["id"] == str(gone.pk)
    assert tombstone["deleted_at"] is not None
    assert tombstone["message_text"] is None
    assert tombstone["reference_list"] is None
    assert b"secret" not in response.content


def test_newer_gives_what_came_after_the_cursor_oldest_first(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    send(ben, group, *"abcdef")
    created = [message["created_at"] for message in ada.page(group)["messages"]]

    page = ada.page(group, cursor=created[1], direction="newer", limit=2)
    assert texts(page) == ["c", "d"]
    assert page["pagination"]["has_more"] is True
    rest = ada.page(group, cursor=page["pagination"]["next_cursor"], direction="newer", limit=2)
    assert texts(rest) == ["e", "f"]
    assert rest["pagination"]["has_more"] is False
    assert ada.page(group, cursor=created[5], direction="newer")["messages"] == []


@pytest.mark.parametrize("hours", [-1, 1])
def test_newer_than_a_browsers_own_time_gives_the_newest(
    ada: Caller, ben: Caller, group: ChatGroup, hours: int
) -> None:
    send(ben, group, *"abcd")
    browsers = (timezone.now() + timedelta(hours=hours)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert texts(ada.page(group, cursor=browsers, direction="newer", limit=3)) == ["b", "c", "d"]


def test_older_than_a_browsers_own_time_gives_what_was_before(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    send(ben, group, *"abcd")
    ahead, behind = (timezone.now() + timedelta(hours=hours) for hours in (1, -1))
    assert texts(ada.page(group, cursor=ahead.isoformat(), direction="older", limit=3)) == ["b", "c", "d"]
    assert texts(ada.page(group, cursor=behind.isoformat(), direction="older")) == []


def test_newer_than_an_own_message_brings_what_was_unread_when_it_was_sent(
    ada: Caller, ben: Caller, group: ChatGroup
) -> None:
    """Ben writes, and Ada too before her next poll: her message is then the last she shows, his lies before it."""
    first, *_ = send(ben, group, "seen")
    ada.read(first.pk)
    send(ada, group, "an answer")
    send(ben, group, "overtaken")
    own, _ = send(ada, group, "sent meanwhile", "and at once again")
    send(ben, group, "later")

    cursor = f"{own.created_at:%Y-%m-%dT%H:%M:%S.%f}Z"
    page = ada.page(group, cursor=cursor, direction="newer", limit=50)
    assert texts(page) == ["overtaken", "and at once again", "later"]


def test_references_filter_and_page(ada: Caller, group: ChatGroup) -> None:
    for number in range(30):
        send(ada, group, f"chat {number}")
        send(ada, group, f"order {number}", reference_id="order-7", reference_type="project")
    send(ada, group, "support", reference_id="order-7", reference_type="support")

    orders = [f"order {number}" for number in range(30)]
    assert walk(ada, group, reference_type="project", reference_id="order-7", limit=7) == orders
    assert walk(ada, group, reference_id="order-7", limit=7) == [*orders, "support"]
    assert walk(ada, group, reference_type="chat", limit=7) == [f"chat {number}" for number in range(30)]
    assert walk(ada, group, reference_type="chat", reference_id="order-7") == []
    assert len(walk(ada, group, reference_type="", reference_id="")) == 61


def test_five_messages_of_one_instant_have_five_times(
    ada: Caller, ben: Caller, group: ChatGroup, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    original = message_writing._next_created_at
    monkeypatch.setattr(message_writing, "_next_created_at", lambda group, _now: original(group, now))
    send(ada, group, *"abcde")
    assert walk(ben, group, limit=2) == list("abcde")
    times = [message["created_at"] for message in ben.page(group)["messages"]]
    assert times == sorted(set(times))


def test_limit_is_fifty_by_default_and_a_hundred_at_most(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    send(ben, group, *(str(number) for number in range(101)))
    assert len(ada.page(group)["messages"]) == 50
    assert len(ada.page(group, limit=1000)["messages"]) == 100
    assert ada.page(group, limit=1000)["pagination"]["limit"] == 100
