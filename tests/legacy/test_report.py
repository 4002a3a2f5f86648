"""What a person and a machine read of a fold."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from chat.legacy.models import Models
from chat.legacy.report import Report, report_read
from chat.legacy.telling import report_told
from chat.models import ChatGroup, LegacyRow
from tests.legacy.memory import MemorySource

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.fixture
def source(make_user: Callable[..., Any]) -> MemorySource:
    """Two directs of the same people, two messages of one time, and one of whom nobody knows."""
    ada, ben = make_user("ada"), make_user("ben")
    source = MemorySource()
    first, second, gone = source.talk(ada, ben), source.talk(ben, ada), source.talk(None)
    source.line(first, ada, "one", minutes=1)
    source.line(second, ben, "two", minutes=1)
    source.line(gone, None, "to nobody")
    return source


def reported(source: MemorySource, **how: Any) -> Report:
    run = LegacyRow.objects.order_by("pk").values_list("run", flat=True)[0]
    return report_read(source, Models(apps), run=run, started=NOW, finished=NOW, **how)


def test_run_is_reported_as_it_is_told_by_a_dry_one(source: MemorySource, tmp_path: Path) -> None:
    dry, run, again = (
        source.fold(dry_run=dry_run, report_file=tmp_path / f"{number}.json")
        for number, dry_run in enumerate((True, False, False))
    )

    first, second, third = (json.loads((tmp_path / f"{number}.json").read_text()) for number in range(3))
    for told, report in zip((first, second, third), (dry, run, again), strict=True):
        assert told.pop("run") == str(report.run)
        assert told.pop("started") <= told.pop("finished")
    assert first == second == third
    maps = [(tmp_path / f"{number}.ids.csv").read_text() for number in range(3)]
    assert maps[0] == maps[1] == maps[2]
    assert (dry.dry_run, run.dry_run) == (True, False)


def flagged(**flags: list[str]) -> None:
    for old_id, each in flags.items():
        LegacyRow.objects.filter(table="lines", old_id=old_id.strip("_")).update(flags=each)


def test_report_for_a_machine_accounts_for_every_row(source: MemorySource, tmp_path: Path) -> None:
    source.fold()
    report = reported(source, file=tmp_path / "report.json")

    told = json.loads((tmp_path / "report.json").read_text())

    nothing = {"merged": 0, "quarantined": 0, "reported": 0}
    assert told["tables"] == {
        "talks": {"rows": 3, "kept": 1, "merged": 1, "quarantined": 1, "reported": 0},
        "seats": {"rows": 5, "kept": 2, "merged": 2, "quarantined": 1, "reported": 0},
        "lines": {"rows": 3, "kept": 2} | nothing | {"quarantined": 1},
        **{name: {"rows": 0, "kept": 0} | nothing for name in ("smiles", "receipts", "pins")},
    }
    assert told["flags"]["time_moved"] == ["lines:2"]
    assert (told["source"], told["database"], told["run"]) == ("memory", "default", str(report.run))
    assert told["started"] == told["finished"] == "2026-11-28T00:00:00+00:00"
    assert (told["widened_blocks"], told["two_step"], told["unread_collapsed"]) == ([], [], 1)
    assert told["reasons"]["merged"] == {"same_conversation": 1, "same_person": 2}
    assert sum(told["reasons"]["quarantined"].values()) == 3


def test_flags_with_a_place_of_their_own_are_told_there(source: MemorySource, tmp_path: Path) -> None:
    source.fold()
    flagged(_1=["widened", "unread_collapsed:2"], _2=["two_step:7", "unread_collapsed:3"], _3=["two_step"])
    reported(source, file=tmp_path / "report.json")

    told = json.loads((tmp_path / "report.json").read_text())

    assert told["widened_blocks"] == ["lines:1"]
    assert told["two_step"] == ["7", "lines:3"]
    assert told["unread_collapsed"] == 5 + 1
    assert told["flags"]["unread_collapsed"][:2] == ["lines:1", "lines:2"]


def test_id_map_has_every_row(source: MemorySource, tmp_path: Path) -> None:
    source.fold()
    report = reported(source, file=tmp_path / "report.json")

    assert report.id_map == tmp_path / "report.ids.csv"
    with report.id_map.open(newline="") as file:
        rows = list(csv.DictReader(file))

    group = str(ChatGroup.objects.get().pk)
    assert len(rows) == LegacyRow.objects.count()
    found = {(row["table"], row["old_id"]): (row["outcome"], row["new_model"], row["new_id"]) for row in rows}
    assert found["talks", "1"] == ("kept", "ChatGroup", group)
    assert found["talks", "2"] == ("merged", "ChatGroup", group)
    assert found["talks", "3"] == ("quarantined", "", "")


def test_report_for_a_person_says_what_each_word_means(source: MemorySource) -> None:
    source.fold()
    flagged(_1=["unread_collapsed:2", *["widened"] * 25], _2=["two_step:7", "of_a_later_version"])
    lines = list(report_told(reported(source)))

    assert lines[0] == "Folded memory of the database 'default'."
    assert lines[2].split() == ["rows", "kept", "merged", "quarantined", "reported"]
    assert lines[3].split() == ["talks", "3", "1", "1", "1", "0"]
    text = "\n".join(lines)
    assert "2  nobody_known: Nobody here is any of the people in this conversation." in text
    assert "2  same_person: The person has another row there, and both became one membership." in text
    assert "1  of_a_later_version\n" in text
    assert "Blocks that now cover more than they did: 25\n  lines:1\n" in text
    assert "… and 5 more" in text
    assert "People who set up two-step sign-in again: 1\n  7" in text
    assert text.endswith("Unread messages that count as read now: 3")


def test_report_says_where_its_files_are(source: MemorySource, tmp_path: Path) -> None:
    source.fold()
    report = reported(source, file=tmp_path / "report.json", dry_run=True)
    first, *_, last = report_told(report)

    assert first.startswith("Would fold memory")
    assert f"{tmp_path / 'report.json'}, what each old id became in {tmp_path / 'report.ids.csv'}." in last


def test_rows_that_came_or_went_since_are_told(source: MemorySource) -> None:
    source.fold()
    del source.lines["1"]
    source.talk(None)

    text = "\n".join(report_told(reported(source)))

    assert "Rows that were folded and are no longer in lines: 1" in text
    assert "Rows of talks that came in meanwhile, so that it has to be run again: 1" in text
