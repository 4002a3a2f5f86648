"""Shelf: rows that must be looked up or put together, in a temporary file that goes with it."""

import pickle
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class Shelf(Generic[T]):
    """Things by a key that several may share. Use it as a context, or close it."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)  # no name: a file of its own, gone when closed
        self._db.execute("CREATE TABLE thing (key TEXT NOT NULL, data BLOB NOT NULL)")
        self._db.execute("CREATE INDEX thing_key ON thing (key)")
        self._db.execute("BEGIN")
        self._is_empty = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of it all."""
        self._db.close()

    def add(self, things: Iterable[tuple[str, T]]) -> None:
        """Keep things under their keys."""
        self._is_empty = False
        rows = ((key, pickle.dumps(thing, protocol=pickle.HIGHEST_PROTOCOL)) for key, thing in things)
        self._db.executemany("INSERT INTO thing (key, data) VALUES (?, ?)", rows)

    def of(self, keys: Sequence[str]) -> dict[str, list[T]]:
        """Return what is kept under these keys, first kept first."""
        found: dict[str, list[T]] = {}
        if self._is_empty:
            return found
        for start in range(0, len(keys), 500):
            some = keys[start : start + 500]
            marks = ", ".join("?" * len(some))
            query = f"SELECT key, data FROM thing WHERE key IN ({marks}) ORDER BY rowid"  # noqa: S608
            for key, data in self._db.execute(query, some):
                found.setdefault(key, []).append(pickle.loads(data))  # noqa: S301 (written above)
        return found

    def together(self) -> Iterator[tuple[str, list[T]]]:
        """Yield the keys in their order, each with what is kept under it."""
        rows = self._db.execute("SELECT key, data FROM thing ORDER BY key, rowid")
        for key, group in groupby(rows, key=itemgetter(0)):
            yield key, [pickle.loads(data) for _, data in group]  # noqa: S301 (written above)
