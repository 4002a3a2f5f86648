"""The data migration: off unless a host switches it on, forward, again, and back."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from chat.checks import check_folds
from chat.legacy.migrating import found_fold, found_undo, run_of
from chat.models import ChatGroup, ChatMessage, LegacyRow
from chat.services.messages import message_send
from tests.legacy.hazo.builder import OldHazo, Shape, at

FOLD = ("chat", "0014_fold_older_chats")
BEFORE = ("chat", "0013_erasures_wait")
ON = {"FOLD_ON_MIGRATE": {"hazo2": {"batch_size": 2}}}


def chat(people: dict[str, Any], rows: int = 7) -> OldHazo:
    old = OldHazo(Shape.TWO).create()
    for number in range(rows):
        old.say(f"m{number}", people["bob"].pk, people["ada"].pk, str(number), at(number))
    return old


def migrate(target: tuple[str, str]) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([target])


@pytest.fixture
def people(make_user: Callable[..., Any]) -> dict[str, Any]:
    return {name: make_user(name) for name in ("ada", "bob")}


@pytest.mark.django_db
def test_it_costs_nothing_where_it_is_not_switched_on(
    people: dict[str, Any], django_assert_num_queries: Callable[..., Any]
) -> None:
    chat(people)
    with django_assert_num_queries(0):
        found_fold(apps, "default")
    with django_assert_num_queries(1):
        found_undo(apps, "default")

    assert not LegacyRow.objects.exists()


@pytest.mark.django_db
def test_it_looks_for_the_tables_and_no_further(settings: Settings) -> None:
    settings.CHAT = ON
    with CaptureQueriesContext(connection) as captured:
        found_fold(apps, "default")

    assert len(captured) <= 2


@pytest.mark.django_db
def test_going_back_removes_its_own_run_alone(people: dict[str, Any], settings: Settings) -> None:
    settings.CHAT = ON
    chat(people)
    found_fold(apps, "default")
    assert set(LegacyRow.objects.values_list("run", flat=True)) == {run_of("hazo2", "default")}
    LegacyRow.objects.create(
        source="ours",
        database="default",
        table="t",
        old_id="1",
        outcome="reported",
        run=run_of("ours", "x"),
        fingerprint="",
    )

    settings.CHAT = {}
    found_undo(apps, "default")

    assert LegacyRow.objects.get().source == "ours"
    assert not ChatGroup.objects.exists()


@pytest.mark.django_db
def test_going_back_stops_where_people_have_written_since(people: dict[str, Any], settings: Settings) -> None:
    settings.CHAT = ON
    chat(people)
    found_fold(apps, "default")
    group = ChatGroup.objects.get()
    message_send(acting_user=people["ada"], group_id=group.pk, message_text="new")

    with pytest.raises(IrreversibleError, match=str(group.pk)):
        found_undo(apps, "default")

    assert ChatMessage.objects.count() == 8


@pytest.mark.django_db
def test_host_that_switches_it_on_later_is_told_to_use_the_command(
    people: dict[str, Any], settings: Settings, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(0):
        assert check_folds(databases=["default"]) == []
    settings.CHAT = ON
    assert check_folds(databases=["default"]) == []
    chat(people)

    [late] = check_folds(databases=["default"])
    assert late.id == "chat.W005"
    assert late.hint is not None
    assert "chat_fold hazo2" in late.hint
    assert check_folds(databases=None) == []

    found_fold(apps, "default")
    assert check_folds(databases=["default"]) == []


@pytest.fixture
def old(transactional_db: None, people: dict[str, Any]) -> Iterator[OldHazo]:
    made = chat(people)
    try:
        yield made
    finally:
        made.drop()
        migrate(FOLD)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_migration_goes_forward_again_and_back(old: OldHazo, settings: Settings) -> None:
    before = old.snapshot()
    migrate(BEFORE)
    settings.CHAT = ON

    migrate(FOLD)
    texts = list(ChatMessage.objects.order_by("seq").values_list("message_text", flat=True))
    ids = set(ChatMessage.objects.values_list("pk", flat=True))
    assert texts == [str(number) for number in range(7)]
    assert LegacyRow.objects.filter(table="hazo_chat", outcome="kept").count() == 7

    migrate(BEFORE)
    assert not ChatGroup.objects.exists()
    assert not LegacyRow.objects.exists()

    migrate(FOLD)
    migrate(FOLD)
    assert set(ChatMessage.objects.values_list("pk", flat=True)) == ids
    assert old.snapshot() == before
