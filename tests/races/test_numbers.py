"""Numbers for rows, given by many at once."""

from functools import partial
from uuid import uuid4

import pytest

from chat.choices import NumberKind
from chat.models import LegacyNumber
from chat.services.numbers import numbers_give
from tests.races.together import succeeded, together
from tests.services.legacies import folded

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

KIND = NumberKind.MESSAGE


def test_each_row_gets_one_number_and_each_number_one_row() -> None:
    old, rows = uuid4(), [uuid4() for _ in range(40)]
    folded(KIND, 1000, old)
    pages = [[*rows[start:], old, *rows[:start]] for start in range(0, 40, 5)]

    answers = succeeded(together([partial(numbers_give, {KIND: page}) for page in pages]))

    assert all(answer == answers[0] for answer in answers)
    numbers = answers[0][KIND]
    assert numbers.pop(old) == 1000
    assert len(set(numbers.values())) == 40
    assert min(numbers.values()) == 1001
    assert LegacyNumber.objects.count() == 41


def test_pages_without_a_row_in_common_do_not_share_a_number() -> None:
    pages = [[uuid4() for _ in range(10)] for _ in range(8)]

    answers = succeeded(together([partial(numbers_give, {KIND: page}) for page in pages]))

    assert len({number for answer in answers for number in answer[KIND].values()}) == 80
