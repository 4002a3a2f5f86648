"""Who read and received a message, and when."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from chat.models import ChatMessage, ReadMark, receipts_of
from chat.roles import MarkKind
from chat.services.members import member_remove
from chat.services.reads import read_advance
from chat.services.states import history_clear
from tests.services.worlds import World, join, small_group

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("send_path")]


def _receipts(message: ChatMessage) -> dict[Any, tuple[Any, Any]]:
    return {row["user_id"]: (row["read_at"], row["delivered_at"]) for row in receipts_of(message)}


def _advance(world: World, user: Any, **seqs: int) -> None:
    read_advance(acting_user=user, group_id=world.id, **seqs)


def _at(user: Any, kind: MarkKind, seq: int) -> Any:
    return ReadMark.objects.get(user=user, kind=kind, seq=seq).at


def test_times_are_those_of_the_first_mark_that_covers_the_message() -> None:
    world, owner, [ben, eva, dan] = small_group(3)
    first, second, third = (world.say(owner) for _ in range(3))
    _advance(world, ben, delivered_seq=2)
    _advance(world, ben, delivered_seq=3)
    _advance(world, ben, read_seq=1)
    _advance(world, eva, read_seq=3)

    received = [_at(ben, MarkKind.DELIVERED, seq) for seq in (2, 3)]
    all_read = _at(eva, MarkKind.READ, 3)
    assert _receipts(first) == {
        ben.pk: (_at(ben, MarkKind.READ, 1), received[0]),
        eva.pk: (all_read, None),
        dan.pk: (None, None),
    }
    assert _receipts(second)[ben.pk] == (None, received[0])
    assert _receipts(third)[ben.pk] == (None, received[1])
    assert _receipts(third)[eva.pk] == (all_read, None)


def test_receiving_is_marked_once_and_not_where_reading_says_it() -> None:
    world, owner, [ben] = small_group()
    for _ in range(3):
        world.say(owner)
    for seqs in (
        {"delivered_seq": 2},
        {"delivered_seq": 2},
        {"delivered_seq": 1},
        {"read_seq": 3},
        {"delivered_seq": 3},
    ):
        _advance(world, ben, **seqs)

    marks = ReadMark.objects.filter(user=ben).order_by("seq").values_list("kind", "seq")
    assert list(marks) == [("delivered", 2), ("read", 3)]


def test_who_answers_has_read() -> None:
    world, owner, [ben, eva] = small_group(2)
    message = world.say(owner)
    answer = world.say(ben)

    assert _receipts(message) == {ben.pk: (answer.created_at, None), eva.pk: (None, None)}
    assert _receipts(answer) == {owner.pk: (None, None), eva.pk: (None, None)}


def test_only_members_of_now_who_see_the_message_are_named() -> None:
    world, owner, [ben, eva, dan] = small_group(3, history_visibility="joined")
    message = world.say(owner)
    newcomer = join(world, owner)
    member_remove(acting_user=owner, group_id=world.id, user_id=ben.pk)
    history_clear(acting_user=dan, group_id=world.id)
    _advance(world, newcomer, read_seq=9)

    assert set(_receipts(message)) == {eva.pk}


def test_message_of_nobody_has_receipts_of_everybody() -> None:
    world, owner, [ben] = small_group()
    message = world.say(owner)
    message.sender = None

    assert set(_receipts(message)) == {owner.pk, ben.pk}


@pytest.mark.parametrize("rows", [3, 30])
def test_receipts_are_one_statement(rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    world, owner, people = small_group(rows)
    message = world.say(owner)
    for person in people:
        _advance(world, person, read_seq=1)
    with django_assert_num_queries(1):
        assert len(_receipts(message)) == rows
