"""Pairs: any table with sender, receiver, text and time. Two people, in either order, are one conversation."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from hashlib import blake2b

from chat.conf import chat_settings
from chat.legacy.references import reference_of
from chat.legacy.rows import Kind, MessageKey, OldConversation, OldMember, OldMessage
from chat.legacy.source import Source, Values, load_as_kept
from chat.legacy.sources.keeping import items_in, person_of, uuid_kept

KEY_MAX_LENGTH = 200
PAIRS_AT_ONCE = 10_000
_NOT = ("", "0", "f", "false", "n", "no")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What the columns of such a table are called; an empty name: it has none."""

    sender: str
    receiver: str
    text: str
    time: str
    id: str = ""
    """Its primary key where this is empty."""
    read: str = ""
    """When the receiver read it, or whether."""
    deleted: str = ""
    """When it was deleted for both, or whether."""
    changed: str = ""
    reference: str = ""
    reference_type: str = ""
    references: str = ""
    """A JSON list."""


class PairsSource(Source):
    """The table that the setting FOLD_PAIRS describes. A subclass with a table of its own overrides ``described``."""

    name = "pairs"

    def described(self) -> Mapping[str, str]:
        """Return the names of the table and its columns, in the form of the setting FOLD_PAIRS."""
        return chat_settings.FOLD_PAIRS

    @cached_property
    def table(self) -> str:
        """The one table; empty where none is described."""
        return self.described().get("table", "")

    @cached_property
    def names(self) -> Columns:
        """What its columns are called."""
        named = {name: column for name, column in self.described().items() if name != "table"}
        return Columns(**(dict.fromkeys(("sender", "receiver", "text", "time"), "") | named))

    @cached_property
    def id_column(self) -> str:
        """The column of its key: the one that is named, else its primary key, else ``id``."""
        if self.names.id:
            return self.names.id
        with self.connection.cursor() as cursor:
            if self.table not in self.connection.introspection.table_names(cursor, include_views=True):
                return "id"
            keys = self.connection.introspection.get_primary_key_columns(cursor, self.table) or []
        return keys[0] if len(keys) == 1 else "id"

    @cached_property  # asked for with each row
    def tables(self) -> Mapping[str, Sequence[str]]:  # type: ignore[override]  # of each instance
        """The one table with its key."""
        return {self.table: (self.id_column,)} if self.table else {}

    @property
    def needed(self) -> Sequence[str]:  # type: ignore[override]  # of each instance
        """The one table; a name that no table has where none is described."""
        return (self.table,)

    @property
    def found(self) -> bool:
        """Whether the table is here, with every column that is described."""
        described = {column for name, column in self.described().items() if name != "table"}
        return super().found and described.union([self.id_column]).issubset(self.columns(self.table))

    def conversations(self) -> Iterator[OldConversation]:
        """Yield each pair of people that the table has."""
        for pairs in self._pairs():
            known = self.users_named({person for low, high, _time in pairs for person in (low, high)})
            staff = self.staff_among(set(known.values()))
            serves = {raw: key in staff for raw, key in known.items()}
            yield from (self._conversation(low, high, time, serves) for low, high, time in pairs)

    def message_keys(self) -> Iterator[MessageKey]:
        """Yield in which pair's conversation each row is."""
        for values in self.read(self.table, columns=(self.id_column, *self._who, self.names.time)):
            yield MessageKey(str(values[self.id_column]), self._key(values), self.time(values[self.names.time]))

    def messages(self, old_ids: Sequence[str]) -> Iterator[OldMessage]:
        """Yield what these rows say."""
        return (self._message(values) for values in self.read_in(self.table, self.id_column, old_ids))

    def changed_since(self, time: datetime) -> set[str]:
        """Return the pairs with a row that has such a time, or one that cannot be read."""
        names = self.names
        of_interest = [name for name in (names.time, names.read, names.deleted, names.changed) if name]
        changed = set()
        for values in self.read(self.table, columns=(self.id_column, *self._who, *of_interest)):
            times = [self.time(values[name]) for name in of_interest if values[name] is not None]
            if any(each is None or each >= time for each in times):
                changed.add(self._key(values))
        return changed

    @property
    def _who(self) -> tuple[str, str]:
        return self.names.sender, self.names.receiver

    def _pairs(self) -> Iterator[list[tuple[str, str, object]]]:
        """Yield the pairs in batches: who comes first, who second, and the earliest time as the table keeps it.

        Each batch goes through the whole table.
        """
        after: tuple[str, ...] = ()
        rows: list[tuple[str, str, object]] = []
        while not after or len(rows) == PAIRS_AT_ONCE:
            with self.connection.cursor() as cursor:
                load_as_kept(cursor)
                cursor.execute(self._pairs_sql(more=bool(after)), after)
                rows = cursor.fetchall()
            after = rows[-1][:2] if rows else ("",)
            yield from (rows[start : start + 1000] for start in range(0, len(rows), 1000))

    def _pairs_sql(self, *, more: bool) -> str:
        """Return the statement for a batch of pairs; ``more``: those after the pair that is its parameter."""
        order = 'COLLATE "C"' if self.connection.vendor == "postgresql" else "COLLATE BINARY"
        names = (self._quoted(name) for name in (*self._who, self.names.time))
        sender, receiver, time = names
        after = f"WHERE (low, high) > (%s {order}, %s {order})" if more else ""
        # All names are those of the host's settings.
        return f"""
            SELECT low, high, MIN(time) FROM (
                SELECT time,
                    CASE WHEN sender < receiver THEN sender ELSE receiver END AS low,
                    CASE WHEN sender < receiver THEN receiver ELSE sender END AS high
                FROM (
                    SELECT {time} AS time,
                        COALESCE(CAST({sender} AS text), '') {order} AS sender,
                        COALESCE(CAST({receiver} AS text), '') {order} AS receiver
                    FROM {self._quoted(self.table)}
                ) AS each_row
            ) AS pair {after} GROUP BY low, high ORDER BY low, high LIMIT {PAIRS_AT_ONCE}
        """  # noqa: S608

    def _conversation(self, low: str, high: str, time: object, serves: Mapping[str, bool]) -> OldConversation:
        people = (low, high)
        clients = [each for each in people if serves.get(each) is False]
        is_request = len(clients) == 1 and all(each in serves for each in people)
        roles = [("client" if each in clients else "staff") if is_request else "member" for each in people]
        return OldConversation(
            key=pair_key(low, high),
            kind=Kind.SUPPORT if is_request else Kind.DIRECT,
            members=[OldMember(person=person_of(each), role=role) for each, role in zip(people, roles, strict=True)],
            client=person_of(clients[0]) if is_request else None,
            created_at=self.time(time),
        )

    def _key(self, values: Values) -> str:
        return pair_key(*("" if values[name] is None else str(values[name]) for name in self._who))

    def _message(self, values: Values) -> OldMessage:
        names = self.names
        created_at, changed_at = self.time(values[names.time]), self.time(values.get(names.changed))
        deleted, read = values.get(names.deleted), values.get(names.read)
        reference = reference_of(
            self.text(values.get(names.reference)),
            self.text(values.get(names.reference_type)),
            items_in(self, values.get(names.references)),
        )
        return OldMessage(
            row=self.row(self.table, values),
            conversation=self._key(values),
            sender=person_of(values[names.sender]),
            created_at=created_at,
            text=self.text(values[names.text]),
            reference_id=reference.id,
            reference_type=reference.type,
            reference_list=reference.items,
            deleted=is_true(deleted),
            deleted_at=self.time(deleted) if is_true(deleted) else None,
            read_at=(self.time(read) or changed_at or created_at) if is_true(read) else None,
            changed_at=changed_at,
            keep_id=uuid_kept(values[self.id_column]),
            legacy=reference.legacy,
            flags=reference.flags,
        )


@lru_cache(maxsize=10_000)  # of each row anew
def pair_key(one: str, other: str) -> str:
    """Return the key of the conversation of two people, in either order."""
    key = json.dumps(sorted((one, other)), ensure_ascii=False)
    return key if len(key) <= KEY_MAX_LENGTH else blake2b(key.encode(errors="surrogatepass")).hexdigest()


def is_true(raw: object) -> bool:
    """Return whether a column says yes: it is true, a number other than 0, or has a time."""
    return str(raw).strip().lower() not in _NOT if isinstance(raw, str) else bool(raw)
