"""Folding what stands between people, kind by kind."""

from contextlib import closing

from chat.legacy.context import Fold
from chat.legacy.people.batches import write_in_batches
from chat.legacy.people.blocks import Blocks
from chat.legacy.people.connections import Connections
from chat.legacy.people.merging import fold_kind
from chat.legacy.people.reports import fold_reports
from chat.legacy.people.settings import Settings
from chat.legacy.rows import OldOther


def fold_people(fold: Fold) -> None:
    """Fold settings, blocks, connections and reports, and say of the rest that it is only reported.

    After the conversations, as blocks and reports look at them. What an earlier run did is not done again; what changed
    since is applied where nobody changed the new row meanwhile. Rows that were made here are left as they are.
    """
    fold_kind(fold, Settings(fold), fold.source.settings())
    with closing(Blocks(fold)) as blocks:
        fold_kind(fold, blocks, fold.source.blocks())
    fold_kind(fold, Connections(fold), fold.source.connections())
    fold_reports(fold)
    write_in_batches(fold, "others", fold.source.others(), lambda others: _report(fold, others))


def _report(fold: Fold, others: list[OldOther]) -> None:
    by_table: dict[str, list[OldOther]] = {}
    for other in others:
        by_table.setdefault(other.row.table, []).append(other)
    for table, rows in by_table.items():
        fold.ledger.known(table, [other.row.old_id for other in rows])  # what an earlier run said is said anew
        for other in rows:
            fold.ledger.reported(other.row, other.reason)
