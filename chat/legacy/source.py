"""Source: an older chat, which names its tables and yields typed rows. Old tables are read, never written."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, cached_property
from hashlib import blake2b
from itertools import islice
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.utils.dateparse import parse_datetime
from django.utils.module_loading import import_string

from chat.adapter import UserId, user_key
from chat.conf import chat_settings
from chat.exceptions import InvalidInput
from chat.legacy.rows import (
    MessageKey,
    OldBlock,
    OldCall,
    OldConnection,
    OldConversation,
    OldMessage,
    OldOther,
    OldPin,
    OldPoll,
    OldReaction,
    OldReceipt,
    OldReport,
    OldSettings,
    Row,
)

BATCH_SIZE = 2000
_DIGITS_MAX = 18
"""How long a number may be that SQLite keeps as one."""
Values = dict[str, Any]
"""One row of a table by the names of its columns, as the database keeps it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a fold is told of its source."""

    database: str = DEFAULT_DB_ALIAS
    """Alias of the database with the old tables."""
    batch_size: int = BATCH_SIZE
    """Old rows in one transaction."""
    timezone: tzinfo = UTC
    """What times without a zone mean."""
    call_timezone: tzinfo = UTC
    call_shifts: Sequence[timedelta] = field(default=())
    """Clock shifts under which two rows of one call may pair."""


class NamelessRows(Exception):
    """Rows of a table lack a part of their key; the text says how many."""


class Source:
    """The base of every source. A subclass names its tables and overrides what its chat has."""

    name: ClassVar[str]
    """In ``LegacyRow``, and on the command line."""
    tables: Mapping[str, Sequence[str]]
    """Every table whose rows are accounted for, with the columns of its key; some may be missing in a database."""
    needed: Sequence[str]
    """The tables without which there is nothing to fold."""

    def __init__(self, options: Options) -> None:
        self.options = options

    @property
    def connection(self) -> BaseDatabaseWrapper:
        """Return the connection to the database with the old tables."""
        return connections[self.options.database]

    # What a subclass overrides.

    def conversations(self) -> Iterator[OldConversation]:
        """Yield every conversation once, with its members, in any order."""
        raise NotImplementedError

    def message_keys(self) -> Iterator[MessageKey]:
        """Yield where every message belongs, by old id as far as there is an order."""
        raise NotImplementedError

    def messages(self, old_ids: Sequence[str]) -> Iterator[OldMessage]:
        """Yield the messages with these ids, in any order.

        This, and what hangs on messages, may be asked for in another thread, one call after the other.
        """
        raise NotImplementedError

    def reactions(self, message_ids: Sequence[str]) -> Iterator[OldReaction]:
        """Yield the reactions to these messages."""
        yield from ()

    def receipts(self, message_ids: Sequence[str]) -> Iterator[OldReceipt]:
        """Yield who read these messages, where each has rows of its own for that."""
        yield from ()

    def pins(self, message_ids: Sequence[str]) -> Iterator[OldPin]:
        """Yield the pins of these messages that have rows of their own."""
        yield from ()

    def calls(self) -> Iterator[OldCall]:
        """Yield every row about calls."""
        yield from ()

    def polls(self) -> Iterator[OldPoll]:
        """Yield every poll with its options and votes."""
        yield from ()

    def settings(self) -> Iterator[OldSettings]:
        """Yield every row of settings."""
        yield from ()

    def blocks(self) -> Iterator[OldBlock]:
        """Yield every block."""
        yield from ()

    def connections(self) -> Iterator[OldConnection]:
        """Yield every request to be in contact."""
        yield from ()

    def reports(self) -> Iterator[OldReport]:
        """Yield every report."""
        yield from ()

    def others(self) -> Iterator[OldOther]:
        """Yield the rows that are reported and do not fold."""
        yield from ()

    def changed_since(self, time: datetime) -> set[str] | None:
        """Return the keys of conversations with a row created, edited, deleted or read at or after ``time``.

        None where the source cannot say: then all are looked at.
        """
        return None

    def user_ids(self, raw_ids: Collection[Any]) -> dict[Any, UserId]:
        """Return the keys of the host's users that old user ids mean, by old id; those that mean nobody are left out.

        By default an old id is the key itself. A host whose users got new keys overrides this.
        """
        keys = {raw: key for raw in raw_ids if (key := _key_of(raw)) is not None}
        users = get_user_model()._default_manager.filter(pk__in=set(keys.values()))
        living = set(users.values_list("pk", flat=True))
        return {raw: key for raw, key in keys.items() if key in living}

    def staff(self, user_ids: Collection[UserId]) -> set[UserId]:
        """Return who of these users serves the others; by default, whom the function in the setting FOLD_STAFF names.

        A conversation of two people, one of them staff, is the other one's request.
        """
        path = chat_settings.FOLD_STAFF
        return set(import_string(path)(user_ids)) if path and user_ids else set()

    # What helps a subclass to read.

    def users_named(self, raw_ids: Collection[Any]) -> dict[Any, UserId]:
        """Return what ``user_ids`` does, by the ids as they are asked for.

        A host's own table may have as numbers, or as UUIDs, what the old rows have as text.
        """
        found = {str(raw): key for raw, key in self.user_ids(raw_ids).items()}
        return {raw: found[str(raw)] for raw in raw_ids if str(raw) in found}

    @cached_property
    def present(self) -> frozenset[str]:
        """The tables of this source that the database has."""
        with self.connection.cursor() as cursor:
            found = self.connection.introspection.table_names(cursor, include_views=True)
        return frozenset(self.tables).intersection(found)

    @property
    def found(self) -> bool:
        """Whether the old chat is here."""
        return self.present.issuperset(self.needed)

    def require_names(self) -> None:
        """Raise NamelessRows where a table has rows without a key: SQLite allows it, and views may have them."""
        for table in sorted(self.present):
            if number := self.nameless(table):
                keys = ", ".join(self.tables[table])
                raise NamelessRows(f"Rows of {table} in which {keys} is empty: {number}. Give them one first.")

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        with self.connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM {self._quoted(table)}")  # noqa: S608 (our own names)
            return int(cursor.fetchone()[0])

    def nameless(self, table: str) -> int:
        """Return how many rows of a table lack a part of their key, so that nothing could say what became of them."""
        missing = " OR ".join(f"{self._quoted(key)} IS NULL" for key in self.tables[table])
        with self.connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM {self._quoted(table)} WHERE {missing}")  # noqa: S608 (our own names)
            return int(cursor.fetchone()[0])

    def columns(self, table: str) -> list[str]:
        """Return the names of a table's columns."""
        if table not in self._columns:
            with self.connection.cursor() as cursor:
                cursor.execute(f"SELECT * FROM {self._quoted(table)} WHERE 1 = 0")  # noqa: S608 (our own names)
                self._columns[table] = [column[0] for column in cursor.description]
        return self._columns[table]

    def rows(self, table: str) -> Iterator[Row]:
        """Yield which rows a table has."""
        for values in self.read(table):
            yield self.row(table, values)

    def read(self, table: str, *, columns: Sequence[str] = (), order: Sequence[str] = ()) -> Iterator[Values]:
        """Yield every row of a table in the order of its key; nothing where the table is missing.

        ``order`` names other columns to go by, which together are unique; rows where the first of them is empty are
        left out. In batches, each a statement of its own: it holds no cursor open and never more than a batch in
        memory.
        """
        if table not in self.present:
            return
        keys = order or self.tables[table]
        listed = ", ".join(map(self._quoted, keys))
        after, last = f" WHERE {self._quoted(keys[0])} IS NOT NULL", ()
        while True:
            rows = self._select(
                table, columns, f"{after} ORDER BY {listed} LIMIT {max(self.options.batch_size, 1000)}", last
            )
            yield from rows
            if not rows:
                return
            last = tuple(rows[-1][key] for key in keys)
            after = f" WHERE ({listed}) > ({', '.join(['%s'] * len(keys))})"

    def read_in(
        self, table: str, column: str, values: Iterable[Any], *, columns: Sequence[str] = ()
    ) -> Iterator[Values]:
        """Yield the rows of a table whose ``column`` has one of these values; nothing where the table is missing."""
        if table not in self.present:
            return
        name = self._quoted(column)
        for some in _batches(values, 1000):
            if self.connection.vendor == "postgresql":  # one parameter: a thousand take longer to read than their rows
                yield from self._select(table, columns, f" WHERE {name} = ANY(%s)", (array_of(some),))
            else:
                wanted = [*some, *_numbers(some)]
                yield from self._select(table, columns, f" WHERE {name} IN ({', '.join(['%s'] * len(wanted))})", wanted)

    def row(self, table: str, values: Values) -> Row:
        """Return which row this is, with the hash of what it says: ``values`` are all its columns."""
        keys = self.tables[table]
        old_id = str(values[keys[0]]) if len(keys) == 1 else ":".join(str(values[key]) for key in keys)
        return Row(table, old_id, fingerprint_of(values))

    def time(self, raw: object, zone: tzinfo | None = None) -> datetime | None:
        """Return the time that a column says, in UTC; without a zone, in the one of the options. None: unreadable."""
        if raw is None:
            return None
        try:
            time = parse_datetime(raw) if isinstance(raw, str) else raw
            if not isinstance(time, datetime):
                return None
            if time.tzinfo is None:
                time = time.replace(tzinfo=zone or self.options.timezone)
            return time if time.tzinfo is UTC else time.astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def text(self, raw: object) -> str | None:
        """Return what a column of text says, without the characters that not every database keeps."""
        if raw is None:
            return None
        text = str(raw).replace("\x00", "")
        return text if text.isascii() else text.encode(errors="ignore").decode()

    def json(self, raw: object) -> Any:  # noqa: ANN401 (JSON is anything)
        """Return what a JSON column says, whether the database keeps it as text or not; None where it is broken."""
        if not isinstance(raw, str | bytes):
            return raw
        try:
            return json.loads(raw)
        except ValueError:
            return None

    def staff_among(self, user_ids: Collection[UserId]) -> set[UserId]:
        """Return what ``staff`` does, which is asked only once of each."""
        unknown = [key for key in user_ids if key not in self._serving]
        staff = self.staff(unknown) if unknown else set()
        self._serving.update((key, key in staff) for key in unknown)
        return {key for key in user_ids if self._serving[key]}

    @cached_property
    def _serving(self) -> dict[UserId, bool]:
        return {}

    @cached_property
    def _columns(self) -> dict[str, list[str]]:
        return {}

    def _quoted(self, name: str) -> str:
        return self.connection.ops.quote_name(name)

    def _select(self, table: str, columns: Sequence[str], rest: str, parameters: Sequence[Any]) -> list[Values]:
        names = [name for name in columns if name in self.columns(table)] if columns else self.columns(table)
        # The sign takes its declared type from a column, by which SQLite's adapter would fail on what it cannot read.
        sign = "+" if self.connection.vendor == "sqlite" else ""
        listed = ", ".join(f"{sign}{self._quoted(name)}" for name in names)
        with self.connection.cursor() as cursor:
            load_as_kept(cursor)
            cursor.execute(f"SELECT {listed} FROM {self._quoted(table)}{rest}", parameters)  # noqa: S608 (our own names)
            return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def array_of(values: Iterable[Any]) -> str:
    """Return values as PostgreSQL writes an array of them; what they are follows from what it is compared with."""
    return "{" + ",".join(map(_element, values)) + "}"


def fingerprint_of(values: Values) -> str:
    """Return the hash of what a row says. Its columns stand in the order of their table, as every read yields them."""
    return blake2b(repr(tuple(values.values())).encode(errors="surrogatepass"), digest_size=16).hexdigest()


def load_as_kept(cursor: CursorWrapper) -> None:
    """Let a cursor of psycopg 3 return what the old table means, whatever it is.

    Times come as text: as values it would fail on infinity, and on what is before 1. Text of a fixed length comes
    without the spaces that fill it up, as when it is cast to text.
    """
    adapters = getattr(cursor.cursor, "adapters", None)
    if adapters is not None:
        for kind in ("timestamp", "timestamptz"):
            adapters.register_loader(kind, _text_loader())
        adapters.register_loader("bpchar", _unfilled_loader())


@cache
def _text_loader() -> Any:  # noqa: ANN401 (a class of a driver that need not be there)
    return import_string("psycopg.types.string.TextLoader")


@cache
def _unfilled_loader() -> Any:  # noqa: ANN401
    class Loader(_text_loader()):  # type: ignore[misc]  # as above
        def load(self, data: Any) -> Any:  # noqa: ANN401
            return super().load(data).rstrip(" ")

    return Loader


def _numbers(ids: Iterable[Any]) -> Iterator[int]:
    """Yield those ids as numbers that are some: SQLite finds none by text where a column is of no type, or computed."""
    for each in ids:
        text = str(each)
        if text.isdecimal() and text.isascii() and len(text) <= _DIGITS_MAX:
            yield int(text)


def _element(value: object) -> str:
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _batches(values: Iterable[Any], size: int) -> Iterator[tuple[Any, ...]]:
    remaining = iter(values)
    while some := tuple(islice(remaining, size)):
        yield some


def _key_of(raw: object) -> UserId | None:
    try:
        return user_key(str(raw), field="user_id")
    except InvalidInput:
        return None
