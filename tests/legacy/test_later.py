"""Later runs: what the old application has said and changed since is applied, where nobody has changed it here."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.legacy.rows import Kind, OldMember
from chat.models import ChatGroup, ChatMessage, LegacyRow, MessageHidden, MessageReaction, MessageRevision
from chat.services.groups import group_update, peer_start
from chat.services.messages import message_send
from chat.services.pins import message_pin
from chat.services.reads import read_advance
from chat.services.states import state_set
from tests.legacy.memory import MemorySource, at, message_of, person, row_of, seat_of, seen_by
from tests.legacy.test_visibility import unread_of

pytestmark = [pytest.mark.django_db]
Make = Callable[..., Any]


def member(user: Any, **more: Any) -> OldMember:
    return OldMember(person=person(user), **more)  # None: somebody unknown


def test_late_rows_get_the_next_numbers(make_user: Make) -> None:
    ada, ben, cy = make_user(), make_user(), make_user()
    source = MemorySource()
    talk = source.talk(ada, ben)
    source.line(talk, ada, minutes=1)
    source.line(talk, ada, minutes=9)
    source.fold()
    late = source.line(talk, ben, "late", minutes=5)
    newest = source.line(talk, ben, "newest", minutes=10)
    merged, other = source.talk(ben, ada, created_at=at(-5)), source.talk(cy, ada)
    source.line(merged, ada, minutes=11)
    source.fold()
    group = ChatGroup.objects.get(pk=row_of("talks", talk).new_id)
    rows = [message_of(old_id) for old_id in (late, newest)]
    assert [(row.seq, row.sent_at) for row in rows] == [(3, at(5)), (4, None)]
    assert [row_of("lines", old_id).flags for old_id in (late, newest)] == [["late"], []]
    assert (row_of("talks", merged).new_id, row_of("talks", merged).outcome) == (str(group.pk), "merged")
    assert group.last_seq == 5
    assert row_of("talks", talk).folded_version == row_of("talks", merged).folded_version == group.version
    assert ChatGroup.objects.count() == 2
    assert row_of("talks", other).outcome == "kept"


def test_what_changed_there_is_applied_once(make_user: Make) -> None:
    ada, ben = make_user(), make_user()
    source = MemorySource()
    talk = source.talk(ada, ben)
    edited, deleted, hidden, pinned, smiled = (source.line(talk, ada, text) for text in "abcde")
    source.smile(deleted, ben, "x")
    source.fold()
    source.edit(edited, text="A", edited_at=at(20), changed_at=at(20))
    source.edit(deleted, deleted=True, deleted_at=at(21))
    source.edit(hidden, hidden_for=[person(ben)])
    source.edit(pinned, pinned=True, pinned_at=at(22), pinned_by=person(ben))
    source.smile(smiled, ben, "y")
    source.smile(deleted, ada, "z")
    versions = {old_id: message_of(old_id).version for old_id in source.lines}
    for _ in range(2):
        source.fold()
    row = message_of(edited)
    assert (row.message_text, row.edited_at, row.changed_at) == ("A", at(20), at(20))
    assert [revision.message_text for revision in MessageRevision.objects.filter(message=row)] == ["a"]
    row = message_of(deleted)
    assert (row.message_text, row.deleted_at, row.counts, row.metadata) == (None, at(21), False, None)
    assert not MessageReaction.objects.filter(message=row).exists()
    assert (row_of("smiles", "3").outcome, row_of("smiles", "3").reason) == ("reported", "message_deleted")
    assert [row.message_id for row in MessageHidden.objects.filter(user=ben)] == [message_of(hidden).pk]
    assert (message_of(pinned).pinned_at, message_of(pinned).pinned_by) == (at(22), ben)
    assert message_of(smiled).metadata == {"reactions": [["y", 1]]}
    assert row_of("lines", edited).flags == ["changed_later"]
    changed = {old_id for old_id, version in versions.items() if message_of(old_id).version > version}
    assert changed == {edited, deleted, pinned, smiled}
    group = ChatGroup.objects.get()
    assert group.version == max(ChatMessage.objects.values_list("version", flat=True))
    assert row_of("lines", smiled).folded_version == message_of(smiled).version
    assert unread_of(talk, ben) == 3


def test_what_was_changed_here_stays(make_user: Make) -> None:
    ada, ben = make_user(), make_user()
    source = MemorySource()
    talk = source.talk(member(ada, role="admin"), ben, kind=Kind.GROUP, name="old")
    said = source.line(talk, ada, "a")
    source.fold()
    group_id = row_of("talks", talk).new_id
    message_pin(acting_user=ada, message_id=message_of(said).pk)
    group_update(acting_user=ada, group_id=group_id, name="here")
    state_set(acting_user=ben, group_id=group_id, pinned=True)
    source.edit(said, text="there")
    source.talk(
        member(ada, role="admin"),
        member(ben, muted=True),
        key=talk,
        kind=Kind.GROUP,
        name="there",
    )
    source.fold()
    group = ChatGroup.objects.get()
    assert (message_of(said).message_text, group.name, seat_of(talk, ben).muted_until) == ("a", "here", None)
    for table, old_id in (("lines", said), ("talks", talk), ("seats", f"{talk}-1")):
        assert row_of(table, old_id).flags == ["new_app_wins"]
    before = list(LegacyRow.objects.order_by("pk").values())
    source.fold()
    assert list(LegacyRow.objects.order_by("pk").values()) == before


def test_members_and_names_that_changed_there_are_applied(make_user: Make) -> None:
    ada, ben, cy, dan = (make_user() for _ in range(4))
    source = MemorySource()
    talk = source.talk(member(ada, role="admin"), ben, cy, kind=Kind.GROUP, name="old")
    said = [source.line(talk, ada, minutes=minute) for minute in (1, 2, 3)]
    source.fold()
    source.talk(
        member(ada, role="admin"),
        member(ben, active=False, left_at=at(30)),
        member(cy, role="admin", cleared_at=at(2), muted=True, read_at=at(4)),
        member(dan, joined_at=at(5), cleared_at=at(1)),
        key=talk,
        kind=Kind.GROUP,
        name="new",
        archived=True,
    )
    for _ in range(2):
        source.fold()
    group = ChatGroup.objects.get()
    assert group.name == "new"
    assert (seat_of(talk, ben).left_at, seat_of(talk, cy).role) == (at(30), "admin")
    assert seat_of(talk, cy).muted_until is not None
    assert (seen_by(ada), seen_by(ben), seen_by(cy), seen_by(dan)) == (said, [], said[2:], said[1:])
    assert [seat_of(talk, user).read_seq for user in (ada, cy, dan)] == [3, 3, 0]
    assert all(seat_of(talk, user).archived_at is not None for user in (ada, cy, dan))
    kept = row_of("seats", f"{talk}-2")
    assert kept.flags == ["changed_later"]
    assert kept.folded_version == seat_of(talk, cy).version + seat_of(talk, cy).state_version
    assert group.version == row_of("talks", talk).folded_version
    versions = sorted(group.memberships.values_list("version", flat=True))
    assert versions[-1] <= group.version
    assert len(set(versions)) == 4


def test_rows_of_nobody_are_tried_again(make_user: Make) -> None:
    ada, ben = make_user(), make_user()
    source = MemorySource()
    said = source.line("7", ada)
    source.fold()
    assert row_of("lines", said).reason == "parent_missing"
    source.talk(ada, ben, key="7")
    source.fold()
    assert row_of("lines", said).outcome == "kept"
    assert seen_by(ben) == [said]


def test_since_looks_at_what_happened_since_alone(make_user: Make) -> None:
    ada, ben, cy = make_user(), make_user(), make_user()
    source = MemorySource()
    talks = [source.talk(ada, ben), source.talk(ada, cy)]
    source.fold()
    late = [source.line(talk, ada) for talk in talks]
    source.changed = {talks[1]}
    source.fold(since=at(0))
    assert seen_by(cy) == [late[1]]
    assert seen_by(ben) == []
    assert not LegacyRow.objects.filter(table="lines", old_id=late[0]).exists()
    source.fold()
    assert seen_by(ben) == [late[0]]


def test_reading_here_and_there_meet(make_user: Make) -> None:
    ada, ben = make_user(), make_user()
    source = MemorySource()
    talk = source.talk(ada, ben)
    for minute in (1, 2, 3):
        source.line(talk, ada, minutes=minute)
    source.fold()
    group_id = row_of("talks", talk).new_id
    read_advance(acting_user=ben, group_id=group_id, read_seq=2)
    source.talk(ada, member(ben, read_at=at(1)), key=talk)
    source.fold()
    assert seat_of(talk, ben).read_seq == 2
    source.talk(ada, member(ben, read_at=at(3)), key=talk)
    source.fold()
    assert seat_of(talk, ben).read_seq == 3
    message_send(acting_user=ada, group_id=group_id, message_text="new")
    assert unread_of(talk, ben) == 1


def test_run_without_news_writes_nothing_and_asks_by_the_batch(make_user: Make) -> None:
    ada = make_user()
    source = MemorySource()

    def talks(number: int) -> None:
        for _ in range(number):
            ben = make_user()
            talk = source.talk(member(ada, read_at=at(9)), member(ben), member(None))
            said = source.line(talk, ben)
            source.smile(said, ada, "x")
            source.smile(said, None, "x")
            source.line("404", ada)

    def statements() -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            source.fold()
        return [query["sql"] for query in queries]

    talks(3)
    source.fold()
    few = statements()
    written = [sql for sql in few if sql.startswith(("INSERT", "DELETE", "COPY"))]
    assert written == []
    before = list(LegacyRow.objects.order_by("pk").values())
    talks(20)
    source.fold()
    assert len(statements()) == len(few)
    assert list(LegacyRow.objects.filter(pk__lte=before[-1]["id"]).order_by("pk").values()) == before


def test_conversation_that_was_begun_here_meanwhile_is_taken(make_user: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, ben = make_user(), make_user()
    source = MemorySource()
    talk = source.talk(ada, ben)
    said = source.line(talk, ada)
    messages = source.messages
    begun: list[Any] = []

    def started(old_ids: Any) -> Any:
        """Begin it between planning and writing."""
        if not begun:
            begun.append(peer_start(acting_user=ben, user_id=ada.pk).group)
        return messages(old_ids)

    monkeypatch.setattr(source, "messages", started)
    source.fold()
    assert ChatGroup.objects.get() == begun[0]
    assert message_of(said).group == begun[0]
    assert row_of("talks", talk).reason == "native_group"
