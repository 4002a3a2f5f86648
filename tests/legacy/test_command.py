"""``manage.py chat_fold``, on an older hazo_chat of the first kind."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.db import IntegrityError, connection
from pytest_django import Settings

from chat.legacy.source import Source
from chat.management.commands import chat_fold
from chat.management.progress import ProgressBar
from chat.models import ChatGroup, ChatMessage, LegacyRow
from chat.services.messages import message_send
from tests.legacy.hazo.builder import OldHazo, Shape, at

pytestmark = pytest.mark.django_db


class Ours(Source):
    name = "ours"
    tables = {"ours": ("id",)}
    needed = ("ours",)


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def people(make_user: Callable[..., Any]) -> dict[str, Any]:
    return {name: make_user(name) for name in ("ada", "bob")}


@pytest.fixture
def old(people: dict[str, Any]) -> OldHazo:
    old = OldHazo(Shape.TWO).create()
    ada, bob = people["ada"].pk, people["bob"].pk
    old.say("m1", bob, ada, "hello", at(0), read_at=at(1))
    old.say("m2", ada, bob, "hi", at(2))
    old.say("m3", "nobody", "who", "?", at(3))
    return old


def run(*command: str, err: StringIO | None = None) -> str:
    out = StringIO()
    call_command("chat_fold", *command, stdout=out, stderr=err or StringIO())
    return out.getvalue().strip()


def refused(*command: str) -> str:
    with pytest.raises(CommandError) as caught:
        run(*command)
    return str(caught.value)


@pytest.mark.core
def test_older_chat_is_folded_and_reported(old: OldHazo, people: dict[str, Any], tmp_path: Path) -> None:
    before, file = old.snapshot(), tmp_path / "report.json"

    told = run("hazo2", "--report", str(file))

    group = ChatGroup.objects.get()
    assert {seat.user: seat.role for seat in group.memberships.all()} == {
        people["ada"]: "owner",
        people["bob"]: "member",
    }
    assert list(ChatMessage.objects.order_by("seq").values_list("message_text", flat=True)) == ["hello", "hi"]
    assert told.startswith("Folded hazo2 of the database 'default'.")
    assert "hazo_chat     3     2       0            1         0" in told
    assert str(tmp_path / "report.ids.csv") in told
    assert json.loads(file.read_text())["tables"]["hazo_chat"]["quarantined"] == 1
    assert old.snapshot() == before


def test_dry_run_tells_the_same_and_writes_nothing(old: OldHazo) -> None:
    dry = run("hazo2", "--dry-run")
    assert not LegacyRow.objects.exists()
    assert not ChatGroup.objects.exists()

    real = run("hazo2")

    assert dry.splitlines()[1:-2] == real.splitlines()[1:]
    assert dry.splitlines()[0] == "Would fold hazo2 of the database 'default'."
    assert dry.splitlines()[-1] == "Nothing was written."


def test_second_run_brings_what_came_since(old: OldHazo, people: dict[str, Any]) -> None:
    run("hazo2")
    old.say("m4", people["bob"].pk, people["ada"].pk, "still here", at(9))
    old.say("m5", people["ada"].pk, people["ada"].pk, "milk", at(4))

    run("hazo2", "--since", at(8).isoformat())
    assert ChatMessage.objects.filter(message_text="still here").exists()
    assert not ChatMessage.objects.filter(message_text="milk").exists()

    run("hazo2")
    assert ChatMessage.objects.filter(message_text="milk").exists()


def test_what_differs_is_listed_and_ends_with_1(old: OldHazo) -> None:
    run("hazo2")
    assert run("hazo2", "--verify") == "Every row is accounted for, and everybody sees what they saw."

    LegacyRow.objects.filter(old_id="m2").delete()
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("chat_fold", "hazo2", "--verify", stdout=out, stderr=StringIO())

    assert caught.value.returncode == 1
    assert "m2" in out.getvalue()


def test_undo_leaves_nothing_of_it(old: OldHazo) -> None:
    run("hazo2")

    assert run("hazo2", "--undo").startswith("Groups removed: 1\n")

    assert not ChatGroup.objects.exists()
    assert not LegacyRow.objects.exists()


def test_undo_stops_where_people_have_written_since(old: OldHazo, people: dict[str, Any]) -> None:
    run("hazo2")
    group = ChatGroup.objects.get()
    message_send(acting_user=people["ada"], group_id=group.pk, message_text="new")

    out = StringIO()
    with pytest.raises(CommandError, match="Nothing was undone"):
        call_command("chat_fold", "hazo2", "--undo", stdout=out, stderr=StringIO())
    assert str(group.pk) in out.getvalue()
    assert ChatGroup.objects.get() == group

    assert f"{group.pk} (changed here)" in run("hazo2", "--undo", "--keep-touched")
    assert ChatGroup.objects.get() == group


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["hazo4"], "There is no source 'hazo4', only: astegni, hazo2, hazo3, pairs."),
        (["hazo2", "--database", "other"], "There is no database 'other' in DATABASES, only default."),
        (["hazo2", "--timezone", "Addis"], "There is no time zone 'Addis'"),
        (["hazo2", "--call-timezone", "Europe/Nowhere"], "There is no time zone 'Europe/Nowhere'"),
        (["hazo2", "--call-shift", "99999999999999999"], "A clock is wrong by a day at most"),
        (["hazo2", "--since", "yesterday"], "--since 'yesterday' is no time"),
        (["hazo2", "--verify", "--undo"], "ask for one"),
        (["hazo2", "--verify", "--dry-run"], "--dry-run does not go with --verify."),
        (["hazo2", "--undo", "--since", "2026-01-01"], "--since does not go with --undo."),
        (["hazo2", "--undo", "--report", "x"], "--report does not go with --undo."),
        (["hazo2", "--keep-touched"], "--keep-touched is for --undo."),
        (["hazo2", "--batch-size", "0"], "must be a whole number above 0"),
        (["hazo2", "--report", "/nowhere/report.json"], "The report cannot be written"),
        (["hazo3"], "no table hazo_chat_group, hazo_chat_group_users, which hazo3 needs"),
        (["pairs"], "CHAT['FOLD_PAIRS'] does not say"),
    ],
)
def test_what_cannot_be_is_refused_with_a_hint(old: OldHazo, command: list[str], told: str) -> None:
    assert told in refused(*command)
    assert not LegacyRow.objects.exists()


def test_tables_of_another_version_are_refused(db: None) -> None:
    OldHazo(Shape.TEXT).create()

    assert "has the tables of hazo2, but not with the columns" in refused("hazo2")


def test_second_run_beside_a_first_is_told_to_wait(old: OldHazo, monkeypatch: pytest.MonkeyPatch) -> None:
    def beaten(*_args: Any, **_options: Any) -> None:
        raise IntegrityError("chat_legacy_once")

    monkeypatch.setattr(chat_fold, "fold", beaten)
    assert "run it again" in refused("hazo2")


def test_zone_says_what_times_without_one_mean(people: dict[str, Any]) -> None:
    old = OldHazo(Shape.TWO).create()
    old.say("m1", people["bob"].pk, people["ada"].pk, "noon", "2025-03-01 12:00:00")

    run("hazo2", "--timezone", "Africa/Addis_Ababa")

    assert ChatMessage.objects.get().created_at == at(0)


def test_bar_is_renewed_on_a_terminal_and_lines_are_written_elsewhere(old: OldHazo) -> None:
    terminal, log = Terminal(), StringIO()

    run("hazo2", "--dry-run", err=terminal)
    run("hazo2", "--dry-run", err=log)

    shown = [line.removesuffix("\x1b[K") for line in terminal.getvalue().split("\r") if line]
    assert shown[:2] == [f"[{'#' * 30}] conversations: 2 of 2", f"[{'#' * 30}] messages: 2 of 2"]
    assert shown[-1] == ""
    assert log.getvalue().splitlines() == ["conversations: 2 of 2", "messages: 2 of 2"]


def test_bar_tells_each_tenth_once_where_nobody_watches() -> None:
    log = StringIO()
    bar = ProgressBar(OutputWrapper(log))

    for done in range(101):
        bar("messages", done, 100)
    bar("rest", 5, 0)
    bar("rest", 6, 0)

    assert log.getvalue().splitlines() == [*(f"messages: {10 * tenth} of 100" for tenth in range(11)), "rest: 5"]


def test_sources_of_the_host_are_known(settings: Settings) -> None:
    settings.CHAT = {"FOLD_SOURCES": ["tests.legacy.test_command.Ours"]}

    assert "no table ours, which ours needs" in refused("ours")
    settings.CHAT = {"FOLD_SOURCES": ["tests.legacy.test_command.Gone"]}
    assert "Gone" in refused("ours")


def test_rows_without_a_key_are_refused_before_anything_is_done(people: dict[str, Any], settings: Settings) -> None:
    columns = {"id": "nr", "sender": "sent_by", "receiver": "sent_to", "text": "body", "time": "sent_at"}
    settings.CHAT = {"FOLD_PAIRS": {"table": "mail", **columns}}
    ada, ben = people["ada"].pk, people["bob"].pk
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE mail (nr text, sent_by text, sent_to text, body text, sent_at text)")
        rows = [(number, str(ada), str(ben), "hi", at(0).isoformat()) for number in ("1", None, "2")]
        cursor.executemany("INSERT INTO mail VALUES (%s, %s, %s, %s, %s)", rows)

        assert refused("pairs") == "Rows of mail in which nr is empty: 1. Give them one first."
        assert not LegacyRow.objects.exists()

        cursor.execute("UPDATE mail SET nr = '3' WHERE nr IS NULL")
    run("pairs")
    assert LegacyRow.objects.filter(table="mail", outcome="kept").count() == 3
