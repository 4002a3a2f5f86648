"""How far everybody has read, by whatever says so."""

from collections.abc import Callable
from typing import Any

import pytest

from chat.legacy.rows import Kind, OldMember, OldPerson
from chat.models import ReadMark
from tests.legacy.memory import MemorySource, at, message_of, person, row_of, seat_of
from tests.legacy.test_visibility import unread_of

pytestmark = [pytest.mark.django_db]
Make = Callable[..., Any]


def member(user: Any, **more: Any) -> OldMember:
    return OldMember(person=person(user), **more)


@pytest.mark.parametrize("batch_size", [2, 100])
def test_position_is_the_newest_that_anything_says(make_user: Make, batch_size: int) -> None:
    by_time, by_message, by_own, by_receipt, silent = (make_user() for _ in range(5))
    source = MemorySource(batch_size=batch_size)
    talk = source.talk(
        member(by_time, read_at=at(2)),
        member(by_message, read_at=at(1), read_message="3"),
        member(by_own, read_at=at(1)),
        by_receipt,
        silent,
        kind=Kind.GROUP,
    )
    for minute in (1, 2, 3):
        source.line(talk, OldPerson(), minutes=minute)
    source.line(talk, by_own, minutes=4)
    last = source.line(talk, "system", minutes=5)
    source.receipt("2", by_receipt, minutes=9)
    source.receipt("1", by_receipt, minutes=8)
    source.receipt("1", None, minutes=8)
    source.fold()
    people = (by_time, by_message, by_own, by_receipt, silent)
    assert [seat_of(talk, user).read_seq for user in people] == [2, 3, 4, 2, 0]
    assert [unread_of(talk, user) for user in people] == [2, 1, 0, 2, 4]
    assert {(mark.user_id, mark.seq, mark.at) for mark in ReadMark.objects.all()} == {
        (by_time.pk, 2, at(2)),
        (by_message.pk, 3, at(3)),
        (by_own.pk, 4, at(4)),
        (by_receipt.pk, 2, at(9)),
    }
    assert [row_of("receipts", each).outcome for each in "123"] == ["merged", "merged", "quarantined"]
    assert row_of("seats", f"{talk}-2").flags == ["unread_collapsed:2"]
    assert row_of("seats", f"{talk}-0").flags == []
    assert not message_of(last).counts


@pytest.mark.parametrize("batch_size", [2, 100])
def test_what_another_conversation_called_unread_is_counted(make_user: Make, batch_size: int) -> None:
    ada, ben = make_user(), make_user()
    source = MemorySource(batch_size=batch_size)
    read, unread = source.talk(member(ada, read_at=at(9)), ben), source.talk(member(ada, read_at=at(1)), ben)
    for minute, talk in enumerate([unread, read, unread, unread, read, unread], 1):
        source.line(talk, ben, minutes=minute)
    source.fold()
    assert seat_of(read, ada).read_seq == 5
    assert unread_of(read, ada) == 1
    assert row_of("seats", f"{read}-0").flags == ["unread_collapsed:2"]


def test_time_in_the_message_is_that_of_the_other_of_two(make_user: Make) -> None:
    ada, ben, cy = make_user(), make_user(), make_user()
    source = MemorySource()
    two = source.talk(ada, ben)
    many = source.talk(ada, ben, cy, kind=Kind.GROUP)
    for talk in (two, many):
        source.line(talk, ada, minutes=1)
        source.line(talk, ada, minutes=2, read_at=at(6))
        source.line(talk, ada, minutes=3)
    source.fold()
    assert (seat_of(two, ben).read_seq, seat_of(many, ben).read_seq) == (2, 0)
    assert seat_of(two, ben).read_changed_at == at(6)
    assert message_of("2").read_at == message_of("5").read_at == at(6)
    assert row_of("seats", f"{two}-1").flags == ["unread_collapsed:1"]
