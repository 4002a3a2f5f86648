from collections.abc import Callable
from typing import Any

import pytest

from chat.legacy.rows import Kind, OldPerson
from chat.legacy.source import Options
from chat.legacy.sources.hazo3 import Hazo3Source
from tests.legacy.hazo.builder import OldHazo, Shape, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(make_user: Callable[..., Any]) -> dict[str, str]:
    return {name: str(make_user(name).pk) for name in ("ada", "bob")}


def test_2_x_is_not_taken_for_it(db: None) -> None:
    OldHazo(Shape.TWO).create()

    assert not Hazo3Source(Options()).found


def test_3_0_knows_requests_alone(people: dict[str, str]) -> None:
    old = OldHazo(Shape.THREE).create()
    old.group("g1", "", at(0), people["ada"], client=[people["ada"]], staff=[people["bob"]])
    source = Hazo3Source(Options())

    found = next(source.conversations())

    assert source.found
    assert (found.kind, found.client, found.keep_id) == (Kind.SUPPORT, OldPerson(people["ada"]), None)


def test_type_that_nobody_knows_is_a_group(people: dict[str, str]) -> None:
    old = OldHazo(Shape.TEXT).create()
    old.group("g1", "broadcast", at(0), guest=[people["ada"]])

    found = next(Hazo3Source(Options()).conversations())

    assert (found.kind, found.flags, found.members[0].role) == (Kind.GROUP, ["group_type_unknown"], "member")
    assert found.members[0].flags == ("role_mapped",)


def test_groups_are_read_in_batches(people: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.legacy.sources.hazo3.GROUPS_AT_ONCE", 2)
    old = OldHazo(Shape.TEXT).create()
    for number in range(5):
        old.group(f"g{number}", "group", at(number), owner=[people["ada"]])

    found = list(Hazo3Source(Options()).conversations())

    assert [each.key for each in found] == [f"g{number}" for number in range(5)]
    assert [each.members[0].role for each in found] == ["owner"] * 5
