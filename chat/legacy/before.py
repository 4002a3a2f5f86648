"""Before: who could see which old message, by the typed rows of a source and plain rules.

It is for whoever checks a fold, so nothing here is the fold's own. A message could be seen by the people with an active
row in its conversation, but not by those who had cleared that far by every active row of theirs, or had deleted it for
themselves; and by nobody once it was deleted for all. What is known lies in a temporary file, so memory is bounded.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, Self, TypeVar

from django.contrib.auth import get_user_model

from chat.adapter import UserId, get_adapter
from chat.legacy.rows import OldConversation, OldPerson, Row
from chat.legacy.source import Source

Progress = Callable[[str, int, int], None]
T = TypeVar("T")
_DIGITS = 19
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_TABLES = """
CREATE TABLE conversation (key TEXT PRIMARY KEY, created INTEGER) WITHOUT ROWID;
CREATE TABLE seat (conversation TEXT, person TEXT, cleared INTEGER, PRIMARY KEY (conversation, person)) WITHOUT ROWID;
CREATE TABLE seat_row (conversation TEXT, person TEXT, old_table TEXT, old_id TEXT);
CREATE TABLE item (conversation TEXT, kind TEXT, old_table TEXT, old_id TEXT, place INTEGER, time INTEGER);
CREATE TABLE noted (old_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE repaired (lost INTEGER PRIMARY KEY, time INTEGER);
"""
NEVER = -(2**62)
"""Until when somebody had cleared who had cleared nothing."""
EARLIEST = NEVER + 1


class Item(NamedTuple):
    """An old row that people could see: a message, or what a message shows."""

    conversation: str
    kind: str
    """``message``, ``call`` or ``poll``."""
    table: str
    """Empty for a message: its full row says it."""
    old_id: str
    time: int | None
    """In microseconds; an unreadable one is that of a neighbour. None: there is none in the whole conversation."""


class Resolver:
    """Finds out which living people old rows name, and remembers some."""

    def __init__(self, source: Source, size: int = 100_000) -> None:
        self.source, self.size = source, size
        self.known: dict[OldPerson, str | None] = {}

    def __call__(self, people: Iterable[OldPerson]) -> dict[OldPerson, str | None]:
        """Return the keys, as text, of the living users whom these mean; None for others."""
        wanted = set(people)
        if len(self.known) > self.size:
            self.known.clear()
        if unknown := wanted - self.known.keys():
            self.known |= self._resolve(unknown)
        return {person: self.known[person] for person in wanted}

    def _resolve(self, people: Collection[OldPerson]) -> dict[OldPerson, str | None]:
        pairs = {(p.profile_type, p.profile_id) for p in people if p.profile_type and p.profile_id is not None}
        owners: dict[Any, UserId] = {}
        if pairs:
            identities = get_adapter().identities(pairs=pairs)
            owners = {(identity.profile_type, identity.profile_id): identity.user_id for identity in identities}
        living = _living(owners.values())
        owners = {pair: user_id for pair, user_id in owners.items() if user_id in living}
        stored = self.source.users_named({p.user_id for p in people if p.user_id is not None})
        found = {p: owners.get((p.profile_type, p.profile_id), stored.get(p.user_id)) for p in people}
        return {person: None if key is None else str(key) for person, key in found.items()}


class Before:
    """What could be seen before the fold. A context manager: its temporary file goes with it."""

    def __init__(self, source: Source, progress: Progress) -> None:
        self.source, self.progress = source, progress
        self.resolve = Resolver(source)

    def __enter__(self) -> Self:
        self.folder = TemporaryDirectory(prefix="chat-verify-")
        self.file = sqlite3.connect(f"{self.folder.name}/before.sqlite3", isolation_level=None)
        self.file.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_TABLES} BEGIN")
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self.folder.cleanup()

    def read(self) -> None:
        """Read the old chat's conversations and where its messages belong."""
        for number, some in enumerate(batches(self.source.conversations(), 500)):
            self._add_conversations(some)
            self.progress("conversations", number * 500 + len(some), 0)
        for number, keys in enumerate(batches(self._items(), 5000)):
            self.file.executemany("INSERT INTO item VALUES (?, ?, ?, ?, ?, ?)", keys)
            self.progress("messages", number * 5000 + len(keys), 0)
        self.file.execute("CREATE INDEX item_listed ON item (conversation, place, old_id)")
        self.file.execute("CREATE INDEX seat_row_listed ON seat_row (conversation)")
        self._repair_times()

    def pages(self, size: int) -> Iterator[list[Item]]:
        """Yield all that could be seen, conversation by conversation."""
        rows = self.file.execute(
            "SELECT conversation, kind, old_table, old_id, time FROM item ORDER BY conversation, place, old_id"
        )
        for some in batches(rows, size):
            yield [Item(*row) for row in some]

    def seats(self, conversations: Collection[str]) -> dict[str, dict[str, int]]:
        """Return, by conversation, who had an active row in it, and up to when they had cleared it."""
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for some in batches(conversations, 500):
            marks = ", ".join("?" * len(some))
            sql = f"SELECT conversation, person, cleared FROM seat WHERE conversation IN ({marks})"  # noqa: S608 (marks)
            for conversation, person, cleared in self.file.execute(sql, some):
                found[conversation][person] = cleared
        return found

    def seat_rows(self, conversations: Collection[str]) -> Iterator[tuple[str, str, str]]:
        """Yield the table and id of every row of somebody in a conversation, and who that is."""
        for some in batches(conversations, 500):
            marks = ", ".join("?" * len(some))
            sql = f"SELECT old_table, old_id, person FROM seat_row WHERE conversation IN ({marks})"  # noqa: S608 (marks)
            yield from self.file.execute(sql, some)

    def note(self, old_ids: Iterable[str]) -> None:
        """Remember which rows a table has, instead of those of the one before."""
        self.file.execute("DELETE FROM noted")
        self.file.executemany("INSERT INTO noted VALUES (?)", ((old_id,) for old_id in old_ids))

    def not_noted(self, old_ids: Sequence[str]) -> list[str]:
        """Return which of these were not among what was noted last."""
        marks = ", ".join("?" * len(old_ids))
        there = self.file.execute(f"SELECT old_id FROM noted WHERE old_id IN ({marks})", old_ids)  # noqa: S608 (marks)
        return sorted(set(old_ids).difference(old_id for (old_id,) in there))

    def _add_conversations(self, conversations: Sequence[OldConversation]) -> None:
        people = {member.person for conversation in conversations for member in conversation.members}
        keys = self.resolve(people)
        rows = [(conversation.key, micros(conversation.created_at)) for conversation in conversations]
        self.file.executemany("INSERT INTO conversation VALUES (?, ?)", rows)
        seats = [
            (conversation.key, keys[member.person], NEVER if member.cleared_at is None else micros(member.cleared_at))
            for conversation in conversations
            for member in conversation.members
            if member.active and keys[member.person] is not None
        ]
        rows_of_people = [
            (conversation.key, keys[member.person], member.row.table, member.row.old_id)
            for conversation in conversations
            for member in conversation.members
            if member.row is not None and keys[member.person] is not None
        ]
        self.file.executemany("INSERT INTO seat_row VALUES (?, ?, ?, ?)", rows_of_people)
        # Of several active rows of one person, the one that had cleared least shows most.
        self.file.executemany(
            "INSERT INTO seat VALUES (?, ?, ?)"
            " ON CONFLICT (conversation, person) DO UPDATE SET cleared = min(cleared, excluded.cleared)",
            seats,
        )

    def _items(self) -> Iterator[tuple[Any, ...]]:
        for key in self.source.message_keys():
            yield key.conversation, "message", "", key.old_id, _place(key.old_id), micros(key.created_at)
        for call in self.source.calls():
            yield (*_shown(call.conversation, "call", call.row), micros(call.started_at))
        for poll in self.source.polls():
            if poll.message is None:
                yield (*_shown(poll.conversation, "poll", poll.row), micros(poll.created_at))

    def _repair_times(self) -> None:
        """Give what has no readable time that of the nearest message before it, else after it, by old id.

        All are found before any is written: only times that could be read are handed on.
        """
        near = """
            SELECT time FROM item WHERE conversation = lost.conversation AND kind = 'message' AND time IS NOT NULL
            AND (place, old_id)
        """
        self.file.execute(f"""
            INSERT INTO repaired SELECT rowid, coalesce(
                ({near} < (lost.place, lost.old_id) ORDER BY place DESC, old_id DESC LIMIT 1),
                ({near} > (lost.place, lost.old_id) ORDER BY place, old_id LIMIT 1),
                (SELECT created FROM conversation WHERE key = lost.conversation),
                (SELECT MIN(time) FROM item WHERE conversation = lost.conversation)
            ) FROM item lost WHERE kind = 'message' AND time IS NULL
        """)  # noqa: S608 (our own words)
        self.file.execute("""
            UPDATE item SET time = (SELECT time FROM repaired WHERE lost = item.rowid)
            WHERE rowid IN (SELECT lost FROM repaired)
        """)


def batches(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield ``values`` in lists of at most ``size``."""
    remaining = iter(values)
    while some := list(islice(remaining, size)):
        yield some


def micros(time: datetime | None) -> int | None:
    """Return a time as microseconds since 1970."""
    return None if time is None else (time - _EPOCH) // timedelta(microseconds=1)


def _shown(conversation: str, kind: str, row: Row) -> tuple[str, str, str, str, int]:
    return conversation, kind, row.table, row.old_id, _place(row.old_id)


def _place(old_id: str) -> int:
    """Return where an id stands, if it is a number; the others are ordered as text."""
    return int(old_id) if old_id.isdecimal() and len(old_id) < _DIGITS else 0


def _living(user_ids: Iterable[UserId]) -> set[UserId]:
    users = get_user_model()._default_manager.filter(pk__in=set(user_ids))
    return set(users.values_list("pk", flat=True))
