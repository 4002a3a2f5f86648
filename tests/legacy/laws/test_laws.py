"""The laws of the fold, over generated older databases of every source.

Who could see what is known in plain Python (``worlds``); who sees what is what the app itself shows.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as host
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from chat.legacy.models import Models
from chat.legacy.naming import key_of
from chat.legacy.report import Report
from chat.legacy.run import fold
from chat.legacy.source import Options, Source
from chat.legacy.sources.astegni import Astegni
from chat.legacy.sources.hazo2 import Hazo2Source
from chat.legacy.sources.hazo3 import Hazo3Source
from chat.legacy.sources.pairs import PairsSource
from chat.legacy.undoing import undo
from chat.legacy.verifying import verify
from chat.models import ChatMessage, LegacyRow
from tests.factories import UserFactory
from tests.legacy.astegni.schema import PROFILES
from tests.legacy.checksums import tables
from tests.legacy.laws import astegni_world, hazo_worlds
from tests.legacy.laws.astegni_world import AstegniWorld
from tests.legacy.laws.hazo_worlds import PAIRS, HazoThreeWorld, HazoTwoWorld, PairsWorld
from tests.legacy.laws.worlds import CHANGED, Plan, Seen, World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PEOPLE = 4
SOURCES: dict[str, type[Source]] = {
    "astegni": Astegni,
    "hazo2": Hazo2Source,
    "hazo3": Hazo3Source,
    "pairs": PairsSource,
}
WORLDS: dict[str, tuple[type[World], Any, Any]] = {
    "astegni": (AstegniWorld, astegni_world.plans, astegni_world.changes),
    "hazo2": (HazoTwoWorld, hazo_worlds.two_plans, hazo_worlds.changes),
    "hazo3": (HazoThreeWorld, hazo_worlds.three_plans, hazo_worlds.changes),
    "pairs": (PairsWorld, hazo_worlds.two_plans, hazo_worlds.changes),
}
few = settings(max_examples=settings().max_examples // 12)
"""Each example folds several times; HYPOTHESIS_PROFILE=large tries many."""
by_source = pytest.mark.parametrize("name", list(WORLDS))
batch_sizes = st.integers(1, 7)


class Stopped(Exception):
    """The run was interrupted."""


@pytest.fixture(scope="module")
def people(shared_rows: None, django_db_blocker: DjangoDbBlocker) -> list[Any]:
    with django_db_blocker.unblock():
        return [UserFactory.create().pk for _ in range(PEOPLE)]


@contextmanager
def world_of(name: str, people: Sequence[Any], plan: Plan) -> Iterator[World]:
    """Build an older database, and take everything back afterwards."""
    with override_settings(CHAT=host.CHAT | {"PROFILES": PROFILES, "FOLD_PAIRS": PAIRS}), transaction.atomic():
        world = WORLDS[name][0](people, plan)
        world.build()
        yield world
        transaction.set_rollback(True)


def run(world: World, *, batch_size: int = 5, **options: Any) -> Report:
    return fold(source_of(world, batch_size), Models(apps), **options)


def source_of(world: World, batch_size: int = 5) -> Source:
    return SOURCES[world.name](Options(batch_size=batch_size))


def seen_now(people: Sequence[Any], table: str) -> Seen:
    """Return which old messages each person sees in the app."""
    old: dict[str, set[tuple[str, str]]] = defaultdict(set)
    told = LegacyRow.objects.filter(table=table, new_model="ChatMessage", outcome__in=("kept", "merged"))
    for new_id, old_id in told.values_list("new_id", "old_id"):
        old[new_id].add((table, old_id))
    found: Seen = {}
    for user in get_user_model()._default_manager.filter(pk__in=people):
        shown = ChatMessage.objects.visible_to(user).filter(deleted_at__isnull=True)
        found[user.pk] = {row for pk in shown.values_list("pk", flat=True) for row in old[str(pk)]}
    return found


def check_seen(world: World) -> None:
    """Assert the law of visibility, and that what verifies it finds nothing either."""
    before, after = world.seen(), seen_now(world.people, world.table)
    for person in world.people:
        assert after[person] == before.get(person, set()), person
    assert verify(source_of(world), Models(apps)) == []


def check_conserved(world: World) -> None:
    """Assert that every old row has one account, and what it became is there."""
    source = source_of(world)
    for table in source.present:
        told = LegacyRow.objects.filter(source=world.name, table=table)
        assert Counter(row.old_id for row in source.rows(table)) == Counter(told.values_list("old_id", flat=True))
    for row in LegacyRow.objects.filter(outcome__in=("kept", "merged")):
        name = row.new_model
        assert Models(apps).rows(name).filter(**{key_of(name): row.new_id}).exists(), row


def stop_after(calls: int) -> Callable[[str, int, int], None]:
    """Return a progress that interrupts the run at one of its batches."""
    left = iter(range(calls))

    def progress(_phase: str, _done: int, _total: int) -> None:
        if next(left, None) is None:
            raise Stopped

    return progress


def as_told(report: Report) -> dict[str, Any]:
    """Return what a report says beside when, and of which run."""
    left_out = {"run", "started", "finished", "dry_run"}
    return {name: value for name, value in asdict(report).items() if name not in left_out}


@by_source
@few
@given(data=st.data())
def test_every_row_is_accounted_for_and_everybody_sees_what_they_saw(
    people: list[Any], name: str, data: st.DataObject
) -> None:
    with world_of(name, people, data.draw(WORLDS[name][1])) as world:
        run(world, batch_size=data.draw(batch_sizes))

        check_conserved(world)
        check_seen(world)


@by_source
@few
@given(data=st.data())
def test_folding_again_changes_nothing_and_undoing_leaves_nothing(
    people: list[Any], name: str, data: st.DataObject
) -> None:
    with world_of(name, people, data.draw(WORLDS[name][1])) as world:
        old, empty = world.bytes(), tables()
        told = run(world, dry_run=True)
        assert tables() == empty, "a dry run writes nothing"

        assert as_told(run(world)) == as_told(told), "a dry run says the same"
        folded = tables()
        run(world, batch_size=data.draw(batch_sizes))
        assert tables() == folded

        undo(source_of(world), Models(apps))
        assert tables() == empty
        assert world.bytes() == old


@by_source
@few
@given(data=st.data())
def test_an_interrupted_run_ends_in_the_same(people: list[Any], name: str, data: st.DataObject) -> None:
    plan = data.draw(WORLDS[name][1])
    with world_of(name, people, plan) as world:
        run(world)
        whole = tables()
    with world_of(name, people, plan) as world:
        with suppress(Stopped):
            run(world, batch_size=data.draw(batch_sizes), progress=stop_after(data.draw(st.integers(0, 12))))
        run(world, batch_size=data.draw(batch_sizes))

        assert tables() == whole


@by_source
@few
@given(data=st.data())
def test_what_the_older_application_does_between_runs_is_picked_up(
    people: list[Any], name: str, data: st.DataObject
) -> None:
    plans, changes = WORLDS[name][1:]
    with world_of(name, people, data.draw(plans)) as world:
        run(world)
        drawn = data.draw(st.lists(changes, min_size=1, max_size=3))
        for change in drawn:
            world.change(change)
        run(world, since=CHANGED if data.draw(st.booleans()) and world.tells_when(drawn) else None)

        check_conserved(world)
        check_seen(world)
        folded = tables()
        run(world)
        assert tables() == folded
