"""Scratch: what the fold must sort and look up, in a temporary file, so that its memory does not grow with the chat.

Conversations get a number each, and a *target*: the number of the oldest one of those that become one group. The
timeline has everything that is said there, in the order in which it gets its numbers.
"""

import pickle
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, NamedTuple, Self

OldId = int | str
"""A number where the old id is one, so that it sorts as one; numbers come before texts."""

_TABLES = """
CREATE TABLE conversation (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, time INTEGER, old_id, joint TEXT, target INTEGER,
    wanted INTEGER NOT NULL, data BLOB NOT NULL
);
CREATE TABLE entry (key TEXT NOT NULL, rank INTEGER NOT NULL, id, time INTEGER);
CREATE TABLE timeline (
    place INTEGER PRIMARY KEY, target INTEGER, conversation INTEGER NOT NULL, time INTEGER NOT NULL,
    rank INTEGER NOT NULL, id, repaired INTEGER NOT NULL
);
CREATE TABLE target (number INTEGER PRIMARY KEY, first INTEGER, rows INTEGER NOT NULL);
CREATE TABLE forward (message TEXT NOT NULL, origin TEXT NOT NULL);
"""
# An unreadable time is that of the nearest earlier row by old id, else of the nearest later, else the conversation's.
_REPAIRED = """
COALESCE(
    e.time,
    (SELECT n.time FROM entry n WHERE n.key = e.key AND n.rank = e.rank AND n.time IS NOT NULL AND n.id < e.id
     ORDER BY n.id DESC LIMIT 1),
    (SELECT n.time FROM entry n WHERE n.key = e.key AND n.rank = e.rank AND n.time IS NOT NULL AND n.id > e.id
     ORDER BY n.id LIMIT 1),
    c.time, 0
)
"""
_ENTRIES = "SELECT target, conversation, time, rank, CAST(id AS TEXT), repaired, place FROM timeline"
_CACHE_KIB = 8192


class Entry(NamedTuple):
    """One thing in the timeline: what it is (``rank`` says of which kind), where it was said, and when."""

    target: int | None
    conversation: int
    time: int
    rank: int
    id: str
    repaired: int
    place: int


class Slice(NamedTuple):
    """Consecutive entries of one target: the places from ``first`` to before ``end``, and whether it has more."""

    target: int
    first: int
    end: int
    begins: bool
    ends: bool


class Scratch:
    """The temporary file. Use it as a context: it is gone afterwards."""

    def __enter__(self) -> Self:
        self._db = sqlite3.connect("", isolation_level=None)  # no name: gone with its connection, however that ends
        for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{_CACHE_KIB}", "temp_store = FILE"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(_TABLES)
        self._indexed: set[str] = set()
        self._db.execute("BEGIN")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._db.close()

    # Filling.

    def conversation_add(self, *, key: str, time: int | None, joint: str | None, wanted: bool, data: object) -> None:
        """Keep a conversation. Those with the same ``joint`` become one group; None: it becomes nothing."""
        blob = pickle.dumps(data, protocol=pickle.HIGHEST_PROTOCOL)
        row = (_text(key), time, old_id(key), joint, wanted, blob)
        self._db.execute(
            "INSERT INTO conversation (key, time, old_id, joint, wanted, data) VALUES (?, ?, ?, ?, ?, ?)", row
        )

    def entries_add(self, rank: int, rows: Iterable[tuple[str, str, int | None]]) -> None:
        """Keep what was said: conversation's key, old id, time."""
        values = ((key, rank, int(raw) if _is_number(raw) else raw, time) for key, raw, time in rows)
        self._db.executemany("INSERT INTO entry (key, rank, id, time) VALUES (?, ?, ?, ?)", values)

    def arrange(self) -> None:
        """Give every conversation its target, and every entry its place. Called once, when all were added."""
        run = self._db.execute
        if run("SELECT EXISTS (SELECT 1 FROM entry WHERE time IS NULL)").fetchone()[0]:
            run("CREATE INDEX entry_near ON entry (key, rank, id)")
        # A conversation without a time began with what was said first.
        run(
            "UPDATE conversation SET time = (SELECT MIN(time) FROM entry WHERE entry.key = conversation.key)"
            " WHERE time IS NULL"
        )
        run(
            "CREATE TABLE oldest AS SELECT joint, number FROM (SELECT joint, number, ROW_NUMBER() OVER"
            " (PARTITION BY joint ORDER BY time IS NULL, time, old_id, number) AS nth FROM conversation"
            " WHERE joint IS NOT NULL) WHERE nth = 1"
        )
        run("CREATE UNIQUE INDEX oldest_joint ON oldest (joint)")
        run("UPDATE conversation SET target = (SELECT number FROM oldest WHERE oldest.joint = conversation.joint)")
        run("CREATE INDEX conversation_target ON conversation (target, time, old_id)")
        run(
            "UPDATE conversation SET wanted = 1 WHERE wanted = 0"
            " AND target IN (SELECT target FROM conversation WHERE wanted = 1)"
        )
        run(
            "INSERT INTO timeline (target, conversation, time, rank, id, repaired)"  # noqa: S608 (our own words)
            f" SELECT c.target, c.number, {_REPAIRED} AS at, e.rank, e.id, e.time IS NULL FROM entry e"
            " JOIN conversation c ON c.key = e.key WHERE c.wanted ORDER BY c.target, at, e.rank, e.id"
        )
        run("DROP TABLE entry")
        run("INSERT INTO target SELECT number, NULL, 0 FROM conversation WHERE wanted AND target = number")
        run(
            "INSERT OR REPLACE INTO target SELECT target, MIN(place), COUNT(*) FROM timeline"
            " WHERE target IS NOT NULL GROUP BY target"
        )

    # Reading.

    def count(self) -> int:
        """Return how many entries of the timeline have a target."""
        found: int = self._db.execute("SELECT COALESCE(SUM(rows), 0) FROM target").fetchone()[0]
        return found

    def batches(self, size: int) -> Iterator[list[Slice]]:
        """Yield the targets in order, so many that their entries are about ``size``; larger ones in several parts."""
        batch: list[Slice] = []
        room = size
        for number, first, rows in self._targets():
            begin, end = first or 0, (first or 0) + rows
            while True:
                until = min(end, begin + room)
                batch.append(Slice(number, begin, until, begins=begin == (first or 0), ends=until == end))
                room -= max(until - begin, 1)
                begin = until
                if room <= 0:
                    yield batch
                    batch, room = [], size
                if begin == end:
                    break
        if batch:
            yield batch

    def conversations(self, targets: Sequence[int]) -> dict[int, list[tuple[int, Any]]]:
        """Return the conversations of targets, oldest first: their numbers and what was kept of them."""
        found: dict[int, list[tuple[int, Any]]] = {}
        query = (
            "SELECT target, number, data FROM conversation WHERE target BETWEEN ? AND ? AND wanted"
            " ORDER BY target, time IS NULL, time, old_id, number"
        )
        for target, number, data in self._db.execute(query, (targets[0], targets[-1])):
            found.setdefault(target, []).append((number, pickle.loads(data)))  # noqa: S301 (written above)
        return found

    def planned(self) -> Iterator[Any]:
        """Yield what was kept of every conversation."""
        for (data,) in self._db.execute("SELECT data FROM conversation ORDER BY number"):
            yield pickle.loads(data)  # noqa: S301 (written above)

    def entries_of(self, rank: int) -> Iterator[Entry]:
        """Yield the entries of one kind that have a target, in the order of the timeline."""
        query = f"{_ENTRIES} WHERE rank = ? AND target IS NOT NULL ORDER BY place"
        yield from map(Entry._make, self._db.execute(query, (rank,)))

    def times(self, targets: Sequence[int]) -> dict[int, int]:
        """Return when the conversations of targets began, by number, as far as anything says so."""
        query = "SELECT number, time FROM conversation WHERE target BETWEEN ? AND ? AND wanted AND time IS NOT NULL"
        return dict(self._db.execute(query, (targets[0], targets[-1])))

    def quarantined(self) -> Iterator[tuple[int, Any]]:
        """Yield the conversations that become nothing: their numbers and what was kept of them."""
        after = 0
        query = (
            "SELECT number, data FROM conversation WHERE target IS NULL AND wanted AND number > ?"
            " ORDER BY number LIMIT 500"
        )
        while rows := self._db.execute(query, (after,)).fetchall():
            for number, data in rows:
                yield number, pickle.loads(data)  # noqa: S301 (written above)
            after = rows[-1][0]

    def entries_in(self, slices: Sequence[Slice]) -> list[Entry]:
        """Return the entries of consecutive slices."""
        full = [part for part in slices if part.end > part.first]
        first, end = (full[0].first, full[-1].end) if full else (0, 0)
        query = f"{_ENTRIES} WHERE place >= ? AND place < ? ORDER BY place"
        return list(map(Entry._make, self._db.execute(query, (first, end))))

    def entries_of_none(self, after: int, limit: int) -> list[Entry]:
        """Return entries of conversations that become nothing, behind the place ``after``."""
        query = f"{_ENTRIES} WHERE target IS NULL AND place > ? ORDER BY place LIMIT ?"
        return list(map(Entry._make, self._db.execute(query, (after, limit))))

    def places_of(self, rank: int, old_ids: Sequence[str]) -> dict[str, Entry]:
        """Return the entries with these old ids."""
        self._index("timeline_id", "timeline (id)")
        marks = ", ".join("?" * len(old_ids))
        query = f"{_ENTRIES} WHERE id IN ({marks}) AND rank = ?"
        return {row[4]: Entry._make(row) for row in self._db.execute(query, (*map(old_id, old_ids), rank))}

    # What is linked when every message is there.

    def forwards_add(self, rows: Iterable[tuple[str, str]]) -> None:
        """Keep that a new message may be the copy of an old one."""
        self._db.executemany("INSERT INTO forward (message, origin) VALUES (?, ?)", rows)

    def forwards(self, size: int) -> Iterator[list[tuple[str, str]]]:
        """Yield what ``forwards_add`` kept, in batches."""
        after = 0
        query = "SELECT rowid, message, origin FROM forward WHERE rowid > ? ORDER BY rowid LIMIT ?"
        while rows := self._db.execute(query, (after, size)).fetchall():
            yield [(message, origin) for _, message, origin in rows]
            after = rows[-1][0]

    def _targets(self) -> Iterator[tuple[int, int | None, int]]:
        after = 0
        query = "SELECT number, first, rows FROM target WHERE number > ? ORDER BY number LIMIT 1000"
        while rows := self._db.execute(query, (after,)).fetchall():
            yield from rows
            after = rows[-1][0]

    def _index(self, name: str, on: str) -> None:
        if name not in self._indexed:
            self._db.execute(f"CREATE INDEX {name} ON {on}")
            self._indexed.add(name)


def old_id(raw: str) -> OldId:
    """Return an old id as it is sorted: as a number where it is one."""
    return int(raw) if _is_number(raw) else _text(raw)


def _is_number(raw: str) -> bool:
    """Return whether text is a number as SQLite can keep it, and would come back as the same text."""
    if not raw.isdecimal() or not raw.isascii() or len(raw) > _DIGITS_MAX:
        return False
    return raw[0] != "0" or raw == "0"


def _text(raw: str) -> str:
    return raw.encode(errors="replace").decode()


_DIGITS_MAX = 18
