"""Integers for rows: the old ones where rows were folded, new ones above those for the rest."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from chat.choices import NumberKind, Outcome
from chat.models import LegacyNumber
from chat.services.numbers import numbers_give
from tests.services.legacies import folded

pytestmark = [pytest.mark.django_db, pytest.mark.core]

MESSAGE, CONVERSATION = NumberKind.MESSAGE, NumberKind.CONVERSATION


def give(*new_ids: UUID, kind: NumberKind = MESSAGE) -> list[int]:
    numbers = numbers_give({kind: new_ids})[kind]
    return [numbers[new_id] for new_id in new_ids]


def test_numbers_follow_the_order_and_stay() -> None:
    first, second, third = uuid4(), uuid4(), uuid4()

    assert give(second, first) == [1, 2]
    assert give(first, third, second, first) == [2, 3, 1, 2]
    assert give(third, kind=CONVERSATION) == [1], "each kind counts for itself"
    assert give() == []


def test_folded_row_keeps_its_old_id_and_others_get_numbers_above_all_old_ones() -> None:
    kept, new = uuid4(), uuid4()
    folded(MESSAGE, 9, kept)
    folded(MESSAGE, 101, None, outcome=Outcome.QUARANTINED)
    folded(MESSAGE, 98, uuid4())
    folded(CONVERSATION, 5000, uuid4())

    assert give(new, kept) == [102, 9]


def test_every_old_id_leads_to_what_its_row_became() -> None:
    group = uuid4()
    folded(CONVERSATION, 3, group)
    folded(CONVERSATION, 7, group, outcome=Outcome.MERGED)
    folded(CONVERSATION, 8, None, outcome=Outcome.QUARANTINED)

    assert give(group, kind=CONVERSATION) == [3], "a merged conversation is known by its oldest"
    found = [LegacyNumber.objects.new_id_of(CONVERSATION, number) for number in (3, 7, 8, 9)]
    assert found == [group, group, None, None]


def test_number_that_was_given_out_before_an_old_row_came_stays_where_it_is() -> None:
    early, late = uuid4(), uuid4()
    assert give(early) == [1]
    folded(MESSAGE, 1, late)

    assert give(late) == [2]
    assert LegacyNumber.objects.new_id_of(MESSAGE, 1) == early


def test_two_old_databases_with_the_same_id_get_different_numbers() -> None:
    one, other = uuid4(), uuid4()
    folded(MESSAGE, 4, one, database="a")
    folded(MESSAGE, 4, other, database="b")

    assert give(one) == [4]
    assert give(other) == [5]


@pytest.mark.parametrize("size", [3, 30])
def test_page_takes_as_many_statements_at_any_size(size: int, django_assert_num_queries: Callable[..., Any]) -> None:
    page = [uuid4() for _ in range(size)]
    old = [uuid4() for _ in range(size)]
    for number, new_id in enumerate(old, start=1):
        folded(MESSAGE, number, new_id)
    with django_assert_num_queries(9):  # known; old, taken, two highest, savepoint, insert; known
        give(*page, *old)
    with django_assert_num_queries(1):
        numbers_give({MESSAGE: [*page, *old], CONVERSATION: []})
