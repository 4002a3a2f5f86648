"""The ledger: what became of every old row, in ``LegacyRow``, and what an earlier run said of it."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar
from uuid import UUID

from chat.choices import Outcome
from chat.legacy.models import Models
from chat.legacy.rows import IMPLIED, Row
from chat.legacy.writing import Writer

COLUMNS = (
    "source",
    "database",
    "table",
    "old_id",
    "outcome",
    "reason",
    "flags",
    "new_model",
    "new_id",
    "run",
    "fingerprint",
    "folded_version",
)
_AT_ONCE = 500
_FOLDED = (Outcome.KEPT, Outcome.MERGED)


class HasRow(Protocol):
    """What is of one old row."""

    @property
    def row(self) -> Row:
        """Return which one."""


R = TypeVar("R", bound=HasRow)


class Known(NamedTuple):
    """What an earlier run made of an old row."""

    pk: int
    outcome: str
    fingerprint: str
    new_id: str
    folded_version: int | None
    flags: list[str]
    reason: str


class Ledger:
    """Reads and adds rows of one source in one database. What is added is written with the writer's other rows."""

    def __init__(self, models: Models, writer: Writer, source: str, database: str, run: UUID) -> None:
        self._models, self._source, self._database, self._run = models, source, database, run
        self._added = writer.table("LegacyRow", COLUMNS)
        self._stale: dict[tuple[str, str], Known] = {}
        self.is_empty = not self.rows().exists()
        """Whether nothing was folded from there before this run began."""

    def rows(self) -> Any:  # noqa: ANN401 (a queryset)
        """Return all rows of this source and database."""
        return self._models.rows("LegacyRow").filter(source=self._source, database=self._database)

    def add(
        self,
        row: Row,
        outcome: str,
        *,
        reason: str = "",
        flags: Sequence[str] = (),
        new_model: str = "",
        new_id: str = "",
        version: int | None = None,
    ) -> None:
        """Say what became of a row. An earlier answer that it became nothing is replaced."""
        self._added.append(
            (
                self._source,
                self._database,
                row.table,
                row.old_id,
                outcome,
                reason,
                list(flags),
                new_model,
                new_id,
                self._run,
                row.fingerprint,
                version,
            )
        )

    def kept(self, row: Row, model: str, new_id: str, version: int | None = None, flags: Sequence[str] = ()) -> None:
        """Say that a row became a row of its own. ``version``: the group's, that was stamped on it."""
        self.add(row, Outcome.KEPT, flags=flags, new_model=model, new_id=new_id, version=version)

    def merged(self, row: Row, model: str, new_id: str, reason: str, flags: Sequence[str] = ()) -> None:
        """Say into what a row went."""
        self.add(row, Outcome.MERGED, reason=reason, flags=flags, new_model=model, new_id=new_id)

    def quarantined(self, row: Row, reason: str, flags: Sequence[str] = ()) -> None:
        """Say why a row became nothing."""
        self.add(row, Outcome.QUARANTINED, reason=reason, flags=flags)

    def reported(self, row: Row, reason: str, flags: Sequence[str] = ()) -> None:
        """Say why a row is read and does not fold."""
        self.add(row, Outcome.REPORTED, reason=reason, flags=flags)

    def known(self, table: str, old_ids: Iterable[str]) -> dict[str, Known]:
        """Return what earlier runs kept or merged of these rows. What they did not is tried again."""
        return {} if self.is_empty else self.found(table, old_ids)

    def found(self, table: str, old_ids: Iterable[str]) -> dict[str, Known]:
        """Return what was kept or merged of these rows, by this run, too."""
        known: dict[str, Known] = {}
        wanted = list(old_ids)
        for start in range(0, len(wanted), _AT_ONCE):
            # Index: chat_legacy_once.
            rows = self.rows().filter(table=table, old_id__in=wanted[start : start + _AT_ONCE])
            for old_id, *values in rows.values_list("old_id", *_KNOWN_FIELDS):
                entry = Known(*values)
                if entry.outcome in _FOLDED:
                    known[old_id] = entry
                else:
                    self._stale[table, old_id] = entry
        return known

    def new(self, rows: Iterable[R]) -> Iterable[R]:
        """Return those of these things whose rows no earlier run kept or merged."""
        if self.is_empty:
            return rows
        wanted = list(rows)
        by_table: dict[str, list[str]] = {}
        for each in wanted:
            by_table.setdefault(each.row.table, []).append(each.row.old_id)
        known = {table: self.known(table, old_ids) for table, old_ids in by_table.items()}
        return [each for each in wanted if each.row.old_id not in known[each.row.table]]

    def was_refused(self, row: Row) -> bool:
        """Return whether an earlier run said of this very row that it became nothing; ``known`` was asked before."""
        before = self._stale.get((row.table, row.old_id))
        return before is not None and before.fingerprint == row.fingerprint

    def prepare(self) -> None:
        """Settle, before the writer flushes, what is said again of rows that became nothing before.

        The same again is left out; something else takes the place of what was said.
        """
        if not self._stale:
            return
        replaced, kept = [], []
        for values in self._added:
            before = self._stale.pop((values[_TABLE], values[_OLD_ID]), None)
            if before is None or not _is_said(before, values):
                kept.append(values)
                replaced += [] if before is None else [before.pk]
        self._added[:] = kept
        if replaced:
            self._models.rows("LegacyRow").filter(pk__in=replaced).delete()

    def flag_added(self, row: Row, flag: str) -> None:
        """Add a flag to what this batch says of a row."""
        for values in reversed(self._added):
            if (values[_TABLE], values[_OLD_ID]) == (row.table, row.old_id):
                values[_FLAGS].append(flag)
                break

    def flag(self, row: Row, flag: str) -> None:
        """Add a flag to what was said of a row, in an earlier batch."""
        for known in self.found(row.table, [row.old_id]).values():
            self.update(known.pk, flags=sorted({*known.flags, flag}))

    def update(self, pk: int, **values: object) -> None:
        """Change what is said of one row."""
        self._models.rows("LegacyRow").filter(pk=pk).update(**values)


_KNOWN_FIELDS = ("pk", "outcome", "fingerprint", "new_id", "folded_version", "flags", "reason")
_TABLE, _OLD_ID, _FLAGS = (COLUMNS.index(name) for name in ("table", "old_id", "flags"))


def _is_said(before: Known, values: tuple[Any, ...]) -> bool:
    """Return whether a row says what is known already."""
    said = dict(zip(COLUMNS, values, strict=True))
    return all(said[name] == getattr(before, name) for name in ("outcome", "reason", "fingerprint", "flags"))


def implied(key: str) -> Row:
    """Return the row that stands for a conversation that has none."""
    return Row(IMPLIED, key, "")
