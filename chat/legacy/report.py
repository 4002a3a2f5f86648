"""Report: what became of every row of a source, read from ``LegacyRow`` in streams, so that size does not matter."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count

from chat.choices import Outcome
from chat.legacy.rows import IMPLIED
from chat.legacy.source import Source

if TYPE_CHECKING:
    from chat.legacy.models import Models

WIDENED, TWO_STEP, UNREAD = "widened", "two_step", "unread_collapsed"
"""Flags that have a place of their own in the report. What stands behind a colon is their detail."""
ID_MAP_HEAD = ("table", "old_id", "outcome", "reason", "new_model", "new_id")
_CHUNK = 2000


@dataclass
class Table:
    """What became of the rows of one old table."""

    rows: int
    kept: int = 0
    merged: int = 0
    quarantined: int = 0
    reported: int = 0

    @property
    def missing(self) -> int:
        """How many rows nobody accounts for; below 0, how many are accounted for that the table has no more."""
        return self.rows - self.kept - self.merged - self.quarantined - self.reported


@dataclass
class Report:
    """What became of every row, by this run and those before it. Which rows have a flag is in its file alone."""

    source: str
    database: str
    run: UUID
    started: datetime
    finished: datetime
    tables: dict[str, Table]
    reasons: dict[str, dict[str, int]]
    """Number of rows by outcome and reason."""
    dry_run: bool = False
    flags: Counter[str] = field(default_factory=Counter)
    widened_blocks: list[str] = field(default_factory=list)
    two_step: list[str] = field(default_factory=list)
    """Keys of users, or rows that name no known one."""
    unread_collapsed: int = 0
    file: Path | None = None
    """Where it was written."""

    @property
    def id_map(self) -> Path | None:
        """Where the map from old ids to new ones was written: beside the report."""
        return None if self.file is None else id_map_beside(self.file)


def id_map_beside(file: Path) -> Path:
    """Return the place of the id map of a report."""
    return file.with_name(f"{file.stem}.ids.csv")


def report_read(
    source: Source,
    models: "Models",
    *,
    run: UUID,
    started: datetime,
    finished: datetime,
    dry_run: bool = False,
    file: Path | None = None,
) -> Report:
    """Return what became of every row of ``source``; write it to ``file`` where one is given, and the id map beside it.

    Reads in the caller's transaction, so that a dry run is reported before it is rolled back.
    """
    rows = models.rows("LegacyRow").filter(source=source.name, database=source.options.database)
    tables, reasons = _counted(source, rows)
    report = Report(
        source.name, source.options.database, run, started, finished, tables, reasons, dry_run=dry_run, file=file
    )
    if file is None:
        for table, old_id, flags in _flagged(rows):
            _take(report, f"{table}:{old_id}", flags)
        return report
    with TemporaryDirectory(prefix="chat-fold-report-") as folder:
        _sort_by_flag(report, rows, Path(folder))
        with file.open("w", encoding="utf-8") as written:
            written.writelines(_json(report, Path(folder)))
    with id_map_beside(file).open("w", encoding="utf-8", newline="") as written:
        writer = csv.writer(written)
        writer.writerow(ID_MAP_HEAD)
        writer.writerows(rows.order_by("table", "old_id").values_list(*ID_MAP_HEAD).iterator(chunk_size=_CHUNK))
    return report


def _counted(source: Source, rows: Any) -> tuple[dict[str, Table], dict[str, dict[str, int]]]:  # noqa: ANN401 (a queryset)
    tables = {name: Table(source.count(name)) for name in source.tables if name in source.present}
    reasons: dict[str, Counter[str]] = {outcome: Counter() for outcome in Outcome.values}
    counted = rows.exclude(table=IMPLIED).order_by().values_list("table", "outcome", "reason")
    for table, outcome, reason, count in counted.annotate(count=Count("pk")):
        one = tables.setdefault(table, Table(0))
        setattr(one, outcome, getattr(one, outcome) + count)
        if reason:
            reasons[outcome][reason] += count
    return tables, {outcome: dict(sorted(each.items())) for outcome, each in reasons.items() if each}


def _flagged(rows: Any) -> Iterator[tuple[str, str, list[str]]]:  # noqa: ANN401 (a queryset)
    flagged = rows.exclude(flags=[]).order_by("table", "old_id")
    yield from flagged.values_list("table", "old_id", "flags").iterator(chunk_size=_CHUNK)


def _take(report: Report, row: str, flags: Iterable[str]) -> list[str]:
    """Count the flags of a row, and return them without their details."""
    codes = []
    for flag in flags:
        code, _, detail = flag.partition(":")
        codes.append(code)
        report.flags[code] += 1
        if code == WIDENED:
            report.widened_blocks.append(row)
        elif code == TWO_STEP:
            report.two_step.append(detail or row)
        elif code == UNREAD:
            report.unread_collapsed += int(detail or 0)
    return codes


def _sort_by_flag(report: Report, rows: Any, folder: Path) -> None:  # noqa: ANN401 (a queryset)
    """Count flags, and write which rows have them to a file for each."""
    files: dict[str, IO[str]] = {}
    with ExitStack() as opened:
        for table, old_id, flags in _flagged(rows):
            row = f"{table}:{old_id}"
            for code in _take(report, row, flags):
                if code not in files:
                    files[code] = opened.enter_context((folder / code).open("w", encoding="utf-8"))
                files[code].write(json.dumps(row) + "\n")


def _json(report: Report, folder: Path) -> Iterator[str]:
    counts = ("rows", "kept", "merged", "quarantined", "reported")
    head = {
        "source": report.source,
        "database": report.database,
        "run": str(report.run),
        "started": report.started.isoformat(),
        "finished": report.finished.isoformat(),
        "tables": {name: {each: getattr(table, each) for each in counts} for name, table in report.tables.items()},
        "reasons": report.reasons,
    }
    yield json.dumps(head, indent=2).removesuffix("\n}") + ',\n  "flags": {'
    for number, code in enumerate(sorted(report.flags)):
        yield f"{',' if number else ''}\n    {json.dumps(code)}: ["
        with (folder / code).open(encoding="utf-8") as lines:
            yield from (f"{',' if place else ''}\n      {line.rstrip()}" for place, line in enumerate(lines))
        yield "\n    ]"
    tail = {name: getattr(report, name) for name in ("widened_blocks", "two_step", "unread_collapsed")}
    yield "\n  },\n" + json.dumps(tail, indent=2).removeprefix("{\n") + "\n"
