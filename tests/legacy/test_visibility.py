"""What nobody may gain or lose: cleared chats, left conversations, messages that somebody deleted for themselves."""

from collections.abc import Callable
from typing import Any

import pytest

from chat.legacy.rows import Kind, OldMember, OldPerson
from chat.models import ChatGroupUser, MessageHidden
from tests.legacy.memory import MemorySource, at, message_of, person, row_of, seat_of, seen_by

pytestmark = [pytest.mark.django_db]
Make = Callable[..., Any]


def member(user: Any, **more: Any) -> OldMember:
    return OldMember(person=person(user), **more)


def unread_of(talk: str, user: Any) -> int:
    seats = ChatGroupUser.objects.filter(group=row_of("talks", talk).new_id, user=user)
    return seats.with_unread().get().unread


def test_cleared_chat_hides_what_was_said_until_then_in_that_conversation(make_user: Make) -> None:
    ada, ben = make_user(), make_user()
    source = MemorySource(batch_size=2)
    first = source.talk(member(ada, cleared_at=at(3)), ben)
    second = source.talk(member(ada), ben)
    said = [source.line(talk, ben, minutes=minute) for minute, talk in enumerate([first, first, second, first], 1)]
    said.append(source.line(first, ben, minutes=5))
    source.fold()
    assert seen_by(ada) == [said[2], said[3], said[4]]
    assert seat_of(first, ada).visible_from_seq == 3
    assert not MessageHidden.objects.exists()
    assert unread_of(first, ada) == 3
    assert len(seen_by(ben)) == 5


def test_clearing_in_the_middle_hides_message_by_message(make_user: Make) -> None:
    ada, ben = make_user(), make_user()
    source = MemorySource(batch_size=2)
    first = source.talk(member(ada, cleared_at=at(4)), ben)
    second = source.talk(ada, ben)
    said = [source.line(talk, ben, minutes=minute) for minute, talk in enumerate([second, first, second, first], 1)]
    deleted = source.line(first, ben, minutes=3.5, deleted=True)
    said.append(source.line(second, ben, minutes=5))
    source.fold()
    assert seen_by(ada) == [said[0], said[2], said[4]]
    hidden = MessageHidden.objects.filter(user=ada).order_by("seq")
    assert [(row.seq, row.counts) for row in hidden] == [(2, True), (4, False), (5, True)]
    seat = seat_of(first, ada)
    assert {row.state_version for row in hidden} <= set(range(1, seat.state_version + 1))
    assert message_of(deleted).deleted_at is not None
    assert unread_of(first, ada) == 3


def test_only_what_every_active_row_had_cleared_is_hidden(make_user: Make) -> None:
    ada, ben, cy = make_user(), make_user(), make_user()
    source = MemorySource()
    talk = source.talk(
        member(ada, cleared_at=at(3)),
        member(ada, cleared_at=at(1)),
        member(ada, active=False),
        member(ben, cleared_at=at(9)),
        member(ben),
        member(cy, cleared_at=at(2)),
        kind=Kind.GROUP,
    )
    said = [source.line(talk, ben, minutes=minute) for minute in (1, 2, 3)]
    source.fold()
    assert (seen_by(ada), seen_by(ben), seen_by(cy)) == (said[1:], said, said[2:])


def test_who_left_a_direct_finds_it_archived_and_empty(make_user: Make) -> None:
    ada, ben = make_user(), make_user()
    source = MemorySource()
    left = source.talk(member(ada, active=False, left_at=at(1)), ben)
    alive = source.talk(ada, member(ben, active=False))
    said = [source.line(talk, ben, minutes=minute) for minute, talk in enumerate([alive, left, alive], 1)]
    source.fold()
    assert (seen_by(ada), seen_by(ben)) == ([said[0], said[2]], [said[1]])
    assert seat_of(left, ada).archived_at is None
    alone = MemorySource()
    cy = make_user()
    talk = alone.talk(member(ada, active=False), cy, key="only")
    alone.line(talk, cy, old_id=50)
    alone.fold()
    seat = seat_of("only", ada)
    assert (seat.left_at, seat.archived_at is None, seat.visible_from_seq) == (None, False, 2)
    assert unread_of("only", ada) == 0


def test_message_deleted_for_some_is_hidden_for_them(make_user: Make) -> None:
    ada, ben, cy = make_user(), make_user(), make_user()
    source = MemorySource()
    talk = source.talk(ada, member(ben, cleared_at=at(1)), kind=Kind.GROUP)
    people = [person(ada), person(ben), person(cy), OldPerson()]
    said = [source.line(talk, ada, minutes=minute, hidden_for=people) for minute in (1, 2)]
    kept = source.line(talk, ada)
    source.fold()
    assert seen_by(ada) == seen_by(ben) == [kept]
    rows = {(row.user_id, row.seq, row.counts) for row in MessageHidden.objects.all()}
    assert rows == {(ada.pk, 1, False), (ada.pk, 2, False), (ben.pk, 2, True)}
    assert unread_of(talk, ben) == 1
    assert message_of(said[0]).counts


def test_hiding_goes_on_over_the_parts_of_a_large_group(make_user: Make) -> None:
    ada, ben = make_user(), make_user()
    source = MemorySource(batch_size=2)
    talk = source.talk(member(ada, cleared_at=at(5)), ben, kind=Kind.GROUP)
    said = [source.line(talk, ben, minutes=minute) for minute in range(1, 8)]
    source.fold()
    assert seen_by(ada) == said[5:]
    assert seat_of(talk, ada).visible_from_seq == 6
    assert not MessageHidden.objects.exists()
