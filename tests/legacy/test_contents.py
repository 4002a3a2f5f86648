"""What a message keeps: edits, deletions, pins, reactions, replies, forwards, texts that no database keeps, times."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from chat.legacy.rows import Kind, OldPerson
from chat.models import (
    ChatGroup,
    ChatMessage,
    LegacyRow,
    MessageReaction,
    MessageRevision,
    Search,
    SearchProgress,
    messages_search,
)
from chat.models.message import MESSAGE_FIELDS
from chat.rendering import plain_text
from chat.serializers.messages import messages_json
from chat.services.search_entries import search_entries_fill
from tests.legacy.memory import MemorySource, at, message_of, person, row_of

pytestmark = [pytest.mark.django_db]
Make = Callable[..., Any]


def shown(old_id: str, viewer: Any) -> dict[str, Any]:
    row = ChatMessage.objects.filter(pk=message_of(old_id).pk).values(*MESSAGE_FIELDS).get()
    return messages_json([row], viewer.pk)[0]


def test_edit_keeps_what_was_said_before(make_user: Make) -> None:
    ada = make_user()
    source = MemorySource()
    talk = source.talk(ada, ada)
    edited = source.line(talk, ada, "new", minutes=1, original_text="old", edited_at=at(2), changed_at=at(3))
    untold = source.line(talk, ada, "new", minutes=4, edited_at=at(5))
    same = source.line(talk, ada, "same", minutes=6, original_text="same")
    source.fold()
    row = message_of(edited)
    assert (row.message_text, row.edited_at, row.changed_at) == ("new", at(2), at(3))
    revision = MessageRevision.objects.get()
    assert (revision.message, revision.message_text, revision.written_at) == (row, "old", at(1))
    assert (message_of(untold).edited_at, message_of(same).edited_at) == (at(5), None)


def test_deleted_message_keeps_nothing_of_what_it_said(make_user: Make) -> None:
    ada, ben = make_user(), make_user()
    source = MemorySource()
    talk = source.talk(ada, ben)
    gone = source.line(
        talk,
        ada,
        "secret",
        minutes=1,
        deleted=True,
        deleted_at=at(9),
        original_text="more secret",
        reference_id="r1",
        reference_list=[{"id": "1"}],
        legacy={"a": "b"},
        pinned=True,
    )
    source.smile(gone, ben, "x")
    source.pin(gone, ben, 2)
    source.receipt(gone, ben, 3)
    source.fold()
    row = message_of(gone)
    kept = (row.message_text, row.reference_list, row.metadata, row.pinned_at, row.counts)
    assert kept == (None, None, None, None, False)
    assert (row.deleted_at, row.purged_at, row.reference_id, row.sender) == (at(9), at(9), "r1", ada)
    assert not MessageRevision.objects.exists()
    for table in ("smiles", "pins"):
        assert (row_of(table, "1").outcome, row_of(table, "1").reason) == ("reported", "message_deleted")
    assert row_of("receipts", "1").outcome == "merged"


def test_reactions_of_one_person_with_one_emoji_become_one(make_user: Make) -> None:
    ada, ben, cy = make_user(), make_user(), make_user()
    source = MemorySource()
    talk = source.talk(ada, ben)
    said = source.line(talk, ada)
    for user, emoji, minutes in [(ben, "🎉", 5), (ben, "🎉", 3), (ben, "+1", 4), (cy, "🎉", 9), (None, "🎉", 1)]:
        source.smile(said, user, emoji, minutes)
    source.smile(said, ada, "e" * 70, 10)
    source.fold()
    assert message_of(said).metadata == {"reactions": [["🎉", 2], ["+1", 1], ["e" * 64, 1]]}
    rows = {(row.user_id, row.emoji, row.created_at) for row in MessageReaction.objects.all()}
    assert rows == {(ben.pk, "🎉", at(3)), (ben.pk, "+1", at(4)), (cy.pk, "🎉", at(9)), (ada.pk, "e" * 64, at(10))}
    outcomes = [row_of("smiles", str(number)).outcome for number in range(1, 7)]
    assert outcomes == ["merged", "kept", "kept", "kept", "quarantined", "kept"]
    assert [row_of("smiles", each).flags for each in "46"] == [["reactor_no_member"], ["value_cut"]]
    assert shown(said, ben)["reactions"][0] == {"emoji": "🎉", "count": 2, "mine": True}


def test_both_ways_to_pin_become_one_pin(make_user: Make) -> None:
    ada, ben = make_user(), make_user()
    source = MemorySource()
    talk = source.talk(ada, ben)
    both = source.line(talk, ada, pinned=True, pinned_at=at(5), pinned_by=person(ada))
    alone = source.line(talk, ada, pinned=True, pinned_by=OldPerson(), minutes=8)
    source.pin(both, ben, 4)
    source.pin(both, ada, 6)
    source.fold()
    assert (message_of(both).pinned_at, message_of(both).pinned_by) == (at(4), ben)
    assert [row_of("pins", each).outcome for each in "12"] == ["kept", "merged"]
    assert (message_of(alone).pinned_at, message_of(alone).pinned_by) == (at(8), None)
    assert row_of("lines", alone).flags == ["person_unknown"]


@pytest.mark.parametrize("batch_size", [1, 100])
def test_reply_stays_in_its_group(make_user: Make, batch_size: int) -> None:
    ada, ben, cy = make_user(), make_user(), make_user()
    source = MemorySource(batch_size=batch_size)
    talk, other = source.talk(ada, ben), source.talk(ada, cy)
    merged = source.talk(ben, ada)
    first, elsewhere = source.line(talk, ada, "first"), source.line(other, cy, "secret")
    answers = [source.line(merged, ben, reply_to=wanted) for wanted in (first, elsewhere, "404")]
    source.fold()
    assert [message_of(each).reply_to for each in answers] == [message_of(first), None, None]
    assert [row_of("lines", each).flags for each in answers] == [[], ["reply_elsewhere"], ["reply_missing"]]
    assert shown(answers[0], ada)["reply_to"]["message_text"] == "first"


@pytest.mark.parametrize("batch_size", [1, 100])
def test_forward_is_of_a_message_only_where_that_is_proved(make_user: Make, batch_size: int) -> None:
    ada, ben, cy = make_user(), make_user(), make_user("cy")
    source = MemorySource(batch_size=batch_size)
    here, there = source.talk(ada, ben), source.talk(ada, cy)
    first = source.line(there, cy, "news", minutes=1)
    copy = source.line(there, ada, "news", minutes=2, forwarded_from=first)
    again = source.line(here, ada, "news", minutes=3, forwarded_from=copy, forwarded_name="Cy then")
    other = source.line(here, ada, "other news", minutes=4, forwarded_from=first, forwarded_name="Somebody")
    newer = source.line(here, ada, "news", minutes=0, forwarded_from=first)
    by_user = source.line(here, ada, "said", minutes=6, forwarded_from=str(cy.pk))
    nobody = source.line(here, ada, "said", minutes=7, forwarded_from="987654321")
    source.fold()
    links = [message_of(each).forwarded_from for each in (copy, again, other, newer)]
    assert links == [message_of(first), message_of(first), None, None]
    assert (message_of(copy).metadata or {})["forwarded"] == {"user_id": str(cy.pk), "name": "cy"}
    assert (message_of(again).metadata or {})["forwarded"] == {"user_id": str(cy.pk), "name": "Cy then"}
    assert (message_of(other).metadata or {})["forwarded"]["name"] == "Somebody"
    assert (message_of(by_user).metadata or {})["forwarded"] == {"user_id": str(cy.pk), "name": "cy"}
    assert row_of("lines", nobody).flags == ["forward_unknown"]
    assert shown(again, ben)["forwarded_from"] == {"name": "Cy then"}
    assert "news" not in str(shown(other, ben)["reply_to"])


def test_texts_that_no_database_keeps_are_put_right(make_user: Make) -> None:
    ada = make_user()
    source = MemorySource()
    talk = source.talk(ada, ada)
    broken = source.line(
        talk,
        ada,
        "a\0b\ud83d",
        reference_id="r" * 300,
        reference_list=[{"name": "n\0", "size": float("nan")}],
        legacy={"old\0": "\udc00"},
    )
    odd = source.line(talk, ada, message_type="hologram", legacy={"type": "hologram"})
    source.fold()
    row = message_of(broken)
    assert (row.message_text, row.reference_id) == ("a\ufffdb\ufffd", "r" * 255)
    assert row.reference_list == [{"name": "n\ufffd", "size": None}]
    assert row.metadata["legacy"] == {
        "old\ufffd": "\ufffd",
        "reference_id": "r" * 300,
        "reference_type": "chat",
    }
    assert row_of("lines", broken).flags == ["text_cleaned", "value_cut"]
    assert (message_of(odd).message_type, row_of("lines", odd).flags) == ("text", ["type_unknown"])


def test_system_says_it_without_a_sender(make_user: Make) -> None:
    ada = make_user()
    source = MemorySource()
    talk = source.talk(ada, ada)
    said = [source.line(talk, "system", "joined"), source.line(talk, ada, "left", message_type="system")]
    source.fold()
    rows = [message_of(each) for each in said]
    assert [(row.message_type, row.sender, row.counts) for row in rows] == [("system", None, False)] * 2
    assert plain_text(shown(said[0], ada) | {"metadata": rows[0].metadata}) == "joined"


@pytest.mark.parametrize("batch_size", [2, 100])
def test_times_that_cannot_be_read_or_are_equal(make_user: Make, batch_size: int) -> None:
    ada, ben = make_user(), make_user()
    source = MemorySource(batch_size=batch_size)
    talk = source.talk(ada, ada, created_at=None)
    lost = source.talk(ada, ben, created_at=at(-7))
    when = {"9": None, "10": at(5), "11": None, "12": at(5), "13": at(1)}
    for old_id, time in when.items():
        source.line(talk, ada, old_id, old_id=old_id, created_at=time)
    source.line(lost, ada, old_id="20", created_at=None)
    source.fold()
    group = ChatGroup.objects.get(pk=row_of("talks", talk).new_id)
    rows = list(group.messages.order_by("seq"))
    assert [row.message_text for row in rows] == ["13", "9", "10", "11", "12"]
    assert [row.sent_at for row in rows] == [None, None, at(5), at(5), at(5)]
    assert all(one.created_at < other.created_at for one, other in itertools.pairwise(rows))
    assert (group.created_at, message_of("20").created_at) == (at(1), at(-7))
    flags = {old_id: row_of("lines", old_id).flags for old_id in (*when, "20")}
    assert flags == {
        "9": ["time_unreadable"],
        "10": ["time_moved"],
        "11": ["time_unreadable", "time_moved"],
        "12": ["time_moved"],
        "13": [],
        "20": ["time_unreadable"],
    }


def test_ids_follow_from_the_old_rows_alone(make_user: Make) -> None:
    ada = make_user()
    found = []
    for batch_size in (1, 100):
        source = MemorySource(batch_size=batch_size)
        talk = source.talk(ada, ada, created_at=datetime(2020, 1, 2, tzinfo=UTC))
        said = source.line(talk, ada, minutes=1)
        source.fold(dry_run=False)
        found.append((row_of("talks", talk).new_id, row_of("lines", said).new_id))
        ChatGroup.objects.all().delete()
        LegacyRow.objects.all().delete()
    assert found[0] == found[1]
    message_id = UUID(found[0][1])
    assert (message_id.version, message_id.variant) == (7, "specified in RFC 4122")
    assert message_id.int >> 80 == int(at(1).timestamp() * 1000)


def test_folded_messages_are_found(make_user: Make) -> None:
    ada, ben = make_user(), make_user()
    source = MemorySource()
    talk = source.talk(ada, ben, kind=Kind.GROUP)
    source.line(talk, ada, "where is the giraffe?")
    source.line(talk, ada, "a giraffe, deleted", deleted=True)
    source.fold()
    if connection.vendor == "postgresql":
        assert SearchProgress.objects.behind().count() == 1
    for is_filled in (False, True):
        if is_filled:
            list(search_entries_fill())
        found = messages_search(Search(ben, "giraffe"), limit=10)
        assert [row["message_text"] for row in found.messages] == ["where is the giraffe?"]
