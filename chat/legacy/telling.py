"""Telling: a report in words, for the person who ran the fold."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from chat.choices import Outcome
from chat.legacy.meanings import FLAGS, REASONS
from chat.legacy.report import Report

if TYPE_CHECKING:
    from chat.legacy.touched import TouchedGroup
    from chat.legacy.undoing import Undone

LISTED_MAX = 20
"""Most rows of one kind that are listed; all of them are in the file."""
_HEAD = ("", "rows", "kept", "merged", "quarantined", "reported")


def report_told(report: Report) -> Iterator[str]:
    """Yield the lines of a report."""
    what = "Would fold" if report.dry_run else "Folded"
    yield f"{what} {report.source} of the database {report.database!r}."
    yield ""
    yield from _table(report)
    for outcome in (Outcome.QUARANTINED, Outcome.REPORTED, Outcome.MERGED):
        yield from _reasons(report, outcome)
    yield from _flags(report)
    yield from _listed("Blocks that now cover more than they did", report.widened_blocks)
    yield from _listed("People who set up two-step sign-in again", report.two_step)
    if report.unread_collapsed:
        yield ""
        yield f"Unread messages that count as read now: {report.unread_collapsed}"
    if report.dry_run:
        yield ""
        yield "Nothing was written."
    if report.file is not None:
        yield ""
        yield f"Which rows these are is in {report.file}, what each old id became in {report.id_map}."


def undone_told(undone: "Undone") -> Iterator[str]:
    """Yield the lines that say what was undone, and what stays."""
    yield f"Groups removed: {undone.groups}"
    yield f"Groups that stay without what was folded into them: {undone.tails}"
    yield f"Settings, blocks, connections and reports removed: {undone.people}"
    if undone.kept:
        yield ""
        yield from touched_told(undone.kept)


def touched_told(groups: "Sequence[TouchedGroup]") -> Iterator[str]:
    """Yield the lines that list groups in which people have written since."""
    yield f"Folded groups in which people have written since: {len(groups)}"
    yield from (f"  {group.group_id} ({group.why})" for group in groups)


def _table(report: Report) -> Iterator[str]:
    rows = [
        (name, *map(str, (table.rows, table.kept, table.merged, table.quarantined, table.reported)))
        for name, table in report.tables.items()
    ]
    widths = [max(len(row[column]) for row in (_HEAD, *rows)) for column in range(len(_HEAD))]
    for name, *numbers in (_HEAD, *rows):
        cells = [name.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(numbers, widths[1:], strict=True))]
        yield "  ".join(cells).rstrip()
    for name, table in report.tables.items():
        if table.missing > 0:
            yield f"Rows of {name} that came in meanwhile, so that it has to be run again: {table.missing}"
        elif table.missing < 0:
            yield f"Rows that were folded and are no longer in {name}: {-table.missing}"


def _reasons(report: Report, outcome: Outcome) -> Iterator[str]:
    counted = report.reasons.get(outcome, {})
    if counted:
        yield ""
        yield f"{outcome.label}:"
    yield from _words(counted, REASONS)


def _flags(report: Report) -> Iterator[str]:
    if report.flags:
        yield ""
        yield "Flags:"
    yield from _words(report.flags, FLAGS)


def _words(counted: Mapping[str, int], meanings: Mapping[str, str]) -> Iterator[str]:
    for word, count in sorted(counted.items()):
        yield f"{count:>8}  {word}: {meanings.get(word, '')}".rstrip(": ")


def _listed(head: str, rows: Sequence[str]) -> Iterator[str]:
    if rows:
        yield ""
        yield f"{head}: {len(rows)}"
        yield from (f"  {row}" for row in rows[:LISTED_MAX])
    if len(rows) > LISTED_MAX:
        yield f"  … and {len(rows) - LISTED_MAX} more, which are in the file of --report."
