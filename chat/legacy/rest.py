"""The rest: conversations that become nothing, and rows that nobody has accounted for."""

from collections.abc import Iterator
from itertools import islice

from django.db import transaction

from chat.legacy.context import Fold
from chat.legacy.rows import Row
from chat.legacy.words import Reason

_AT_ONCE = 2000


def unknown_quarantine(fold: Fold, rank: int) -> None:
    """Quarantine the conversations in which nobody is known, with their members, and messages (of this rank)."""
    for _, plan in fold.scratch.quarantined():
        rows = [(plan.row, Reason.NOBODY_KNOWN, plan.flags)]
        rows += [
            (member.row, Reason.PERSON_UNKNOWN, list(member.flags))
            for member in plan.old.members
            if member.row is not None
        ]
        _write(fold, rows)
    after = 0
    while entries := fold.scratch.entries_of_none(after, _AT_ONCE):
        after = entries[-1].place
        ids = [entry.id for entry in entries if entry.rank == rank]
        _write(fold, [(message.row, Reason.NOBODY_KNOWN, list(message.flags)) for message in fold.source.messages(ids)])


def rest_quarantine(fold: Fold) -> None:
    """Quarantine every row that nothing was said of: what it belongs to is not there.

    Tables of which as many rows are accounted for as there are, are not read.
    """
    source, ledger = fold.source, fold.ledger
    for table in source.tables:
        if table not in source.present or ledger.rows().filter(table=table).count() == source.count(table):
            continue
        rows = source.rows(table)
        while some := list(islice(rows, _AT_ONCE)):
            told = set()
            for start in range(0, len(some), 500):
                ids = [row.old_id for row in some[start : start + 500]]
                told.update(ledger.rows().filter(table=table, old_id__in=ids).values_list("old_id", flat=True))
            _write(fold, [(row, Reason.PARENT_MISSING, []) for row in some if row.old_id not in told])


def _write(fold: Fold, rows: list[tuple[Row, Reason, list[str]]]) -> None:
    """Account for rows, unless an earlier run has."""
    with transaction.atomic(using=fold.models.database):
        fold.begin_writing()
        by_table: dict[str, list[tuple[Row, Reason, list[str]]]] = {}
        for each in rows:
            by_table.setdefault(each[0].table, []).append(each)
        for table, each_of in by_table.items():
            known = set(_told(fold, table, [row.old_id for row, _, _ in each_of]))
            for row, reason, flags in each_of:
                if row.old_id not in known:
                    fold.ledger.quarantined(row, reason, flags)
        fold.writer.flush()


def _told(fold: Fold, table: str, old_ids: list[str]) -> Iterator[str]:
    for start in range(0, len(old_ids), 500):
        rows = fold.ledger.rows().filter(table=table, old_id__in=old_ids[start : start + 500])
        yield from rows.values_list("old_id", flat=True)
