"""Builders of rows in an older Astegni database, and nothing but rows: no rule of any chat is applied."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.legacy.astegni.schema import ARRAYS, PROFILES, State, statements, table_names


class Who(NamedTuple):
    """Somebody, as an old row names them: by user and profile, or by user alone."""

    user_id: int | None
    kind: str | None = None
    number: int | None = None

    def columns(self, prefix: str = "") -> dict[str, Any]:
        """Return the three columns that name this person."""
        return {
            f"{prefix}user_id": self.user_id,
            f"{prefix}profile_type": self.kind,
            f"{prefix}profile_id": self.number,
        }


class OldAstegni:
    """One older database, in one alias. Values are those of its columns; what a state lacks is left out."""

    def __init__(self, state: Mapping[str, State] | State = State.S2, *, database: str = "default") -> None:
        self.state, self.database = state, database
        self._columns: dict[str, set[str]] = {}

    @property
    def connection(self) -> BaseDatabaseWrapper:
        return connections[self.database]

    @property
    def tables(self) -> list[str]:
        """The names of its tables, profiles included."""
        return [*table_names(self.state), *(table for table, _ in PROFILES.values())]

    def create(self) -> "OldAstegni":
        """Make the tables."""
        for statement in statements(self.connection, self.state):
            self.execute(statement)
        return self

    def drop(self) -> None:
        """Remove the tables."""
        for table in self.tables:
            self.execute(f"DROP TABLE {table}")

    def clear(self) -> None:
        """Empty the tables; numbers begin at 1 again where the database keeps them with the table."""
        for table in self.tables:
            self.execute(f"DELETE FROM {table}")
            if self.connection.vendor == "sqlite" and table not in {name for name, _ in PROFILES.values()}:
                self.execute("DELETE FROM sqlite_sequence WHERE name = %s", table)

    def execute(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def insert(self, table: str, **values: Any) -> int:
        """Add one row and return its number; 0 where this state has no such table."""
        if table not in self.tables:
            return 0
        kept = {name: self._value(name, value) for name, value in values.items() if name in self._columns_of(table)}
        names, signs = ", ".join(kept), ", ".join(["%s"] * len(kept))
        [(number,)] = self.execute(f"INSERT INTO {table} ({names}) VALUES ({signs}) RETURNING id", *kept.values())
        return int(number)

    def update(self, table: str, number: int, **values: Any) -> None:
        """Change one row."""
        sets = ", ".join(f"{name} = %s" for name in values)
        kept = [self._value(name, value) for name, value in values.items()]
        self.execute(f"UPDATE {table} SET {sets} WHERE id = %s", *kept, number)

    def snapshot(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table: what a fold must leave as it was."""
        return {table: self.execute(f"SELECT * FROM {table} ORDER BY id") for table in self.tables}

    # People.

    def profile(self, kind: str, number: int, user_id: int | None) -> Who:
        """Add a profile, and return its person as rows name them."""
        table, user_column = PROFILES[kind]
        self.insert(table, **{"id": number, user_column: user_id})
        return Who(user_id, kind, number)

    def profiles(self, user_id: int, **numbers: int) -> list[Who]:
        """Add several profiles of one person: ``profiles(7, student=5, tutor=9)``."""
        return [self.profile(kind, number, user_id) for kind, number in numbers.items()]

    # Conversations.

    def conversation(self, kind: str, at: datetime | None, *, by: Who | None = None, **values: Any) -> int:
        """Add a conversation without anybody in it."""
        made_by = by.columns("created_by_") if by else {}
        row: dict[str, Any] = {"is_archived": False, "is_muted": False, "created_at": at, "updated_at": at}
        return self.insert("conversations", type=kind, **(row | made_by | values))

    def join(self, conversation: int, who: Who, at: datetime | None = None, **values: Any) -> int:
        """Add somebody to a conversation."""
        row: dict[str, Any] = {"role": "member", "is_muted": False, "is_pinned": False, "is_active": True}
        row |= {"joined_at": at, "created_at": at, "updated_at": at}
        return self.insert("conversation_participants", conversation_id=conversation, **(who.columns() | row | values))

    def direct(self, at: datetime, *people: Who, **values: Any) -> int:
        """Add a direct conversation that the first of these people began."""
        number = self.conversation("direct", at, by=people[0], **values)
        for who in people:
            self.join(number, who, at)
        return number

    def group(self, at: datetime, creator: Who, *others: Who, **values: Any) -> int:
        """Add a group (``kind="channel"``: a channel) that the first of these people made and administers."""
        kind = values.pop("kind", "group")
        number = self.conversation(kind, at, by=creator, **({"name": "Group"} | values))
        self.join(number, creator, at, role="admin")
        for who in others:
            self.join(number, who, at)
        return number

    def membership(self, conversation: int, who: Who) -> int:
        """Return the number of somebody's row in a conversation."""
        rows = self.execute(
            "SELECT id, user_id, profile_type, profile_id FROM conversation_participants WHERE conversation_id = %s",
            conversation,
        )
        [number] = [number for number, *person in rows if Who(*person) == who]
        return int(number)

    def change(self, conversation: int, who: Who, **values: Any) -> None:
        """Change somebody's row in a conversation."""
        self.update("conversation_participants", self.membership(conversation, who), **values)

    # Messages and what hangs on them.

    def message(self, conversation: int, sender: Who, at: datetime | None, text: str | None, **values: Any) -> int:
        """Add a message."""
        row: dict[str, Any] = {"message_type": "text", "is_edited": False, "is_deleted": False, "is_pinned": False}
        row |= {"deleted_for_everyone": False, "is_forwarded": False, "created_at": at, "updated_at": at}
        names = {"conversation_id": conversation, "content": text} | sender.columns("sender_")
        return self.insert("chat_messages", **(row | names | values))

    def reaction(self, message: int, who: Who, reaction: str, at: datetime) -> int:
        """Add a reaction."""
        row = {"message_id": message, "reaction": reaction, "created_at": at}
        return self.insert("message_reactions", **(row | who.columns()))

    def receipt(self, message: int, who: Who, at: datetime) -> int:
        """Add a receipt."""
        return self.insert("message_read_receipts", message_id=message, read_at=at, **who.columns())

    def pin(self, conversation: int, message: int, who: Who, at: datetime) -> int:
        """Add a pin that has a row of its own (not in S0)."""
        row = {"conversation_id": conversation, "message_id": message}
        return self.insert("pinned_messages", **row, pinned_by_user_id=who.user_id, pinned_at=at)

    def call(self, conversation: int, caller: Who, status: str, at: datetime | None, **values: Any) -> int:
        """Add a row about a call: both sides write one, each as the caller."""
        row = {"conversation_id": conversation, "call_type": "voice", "status": status, "started_at": at}
        return self.insert("call_logs", **(row | {"created_at": at} | caller.columns("caller_") | values))

    def poll(self, conversation: int, creator: Who, at: datetime, question: str, *options: str, **values: Any) -> int:
        """Add a poll with its options, whose numbers follow each other."""
        row = {"conversation_id": conversation, "question": question, "created_at": at, "status": "active"}
        poll = self.insert("polls", **(row | creator.columns("created_by_") | values))
        for position, text in enumerate(options):
            self.insert("poll_options", poll_id=poll, option_text=text, position=position)
        return poll

    def options(self, poll: int) -> list[int]:
        """Return the numbers of a poll's options."""
        return [
            number for (number,) in self.execute("SELECT id FROM poll_options WHERE poll_id = %s ORDER BY id", poll)
        ]

    def vote(self, poll: int, option: int, who: Who, at: datetime) -> int:
        """Add a vote."""
        return self.insert("poll_votes", poll_id=poll, option_id=option, created_at=at, **who.columns())

    # People and each other.

    def settings(self, who: Who, at: datetime, **values: Any) -> int:
        """Add a row of settings."""
        return self.insert("chat_settings", **({"created_at": at, "updated_at": at} | who.columns() | values))

    def block(self, blocker: Who, blocked: Who, at: datetime, reason: str | None = None) -> int:
        """Add a block."""
        row = {"reason": reason, "blocked_at": at, "block_type": "all"}
        return self.insert("blocked_chat_contacts", **row, **blocker.columns("blocker_"), **blocked.columns("blocked_"))

    def connection_row(self, requester: Who, recipient: Who, status: str, at: datetime, **values: Any) -> int:
        """Add a connection."""
        asking = {"requested_by": requester.user_id, "requester_type": requester.kind}
        asked = {"recipient_id": recipient.user_id, "recipient_type": recipient.kind}
        numbers = {"requester_profile_id": requester.number, "recipient_profile_id": recipient.number}
        row = {"status": status, "requested_at": at}
        return self.insert("connections", **(asking | asked | numbers | row | values))

    def report(self, reporter: Who, reported: Who, at: datetime, *messages: int, **values: Any) -> int:
        """Add a report of a person, or of messages of theirs."""
        row = {"report_type": "spam", "report_reason": "", "status": "pending", "created_at": at}
        people = reporter.columns("reporter_") | reported.columns("reported_")
        return self.insert("chat_privacy_reports", **(row | people | {"message_ids": list(messages)} | values))

    def session(self, who: Who, at: datetime) -> int:
        """Add a session."""
        return self.insert("chat_active_sessions", user_id=who.user_id, device_name="Phone", created_at=at)

    def two_step(self, who: Who, at: datetime) -> int:
        """Add a code of two-step sign-in."""
        return self.insert("chat_two_step_verification", user_id=who.user_id, code_hash="x", created_at=at)

    # How the databases keep values.

    def _value(self, name: str, value: Any) -> Any:
        if isinstance(value, datetime):
            naive = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
            return naive.isoformat(" ") if self.connection.vendor == "sqlite" else naive
        if name in ARRAYS and self.connection.vendor == "postgresql":
            return list(value)
        return json.dumps(value) if isinstance(value, dict | list | tuple) else value

    def _columns_of(self, table: str) -> set[str]:
        if table not in self._columns:
            with self.connection.cursor() as cursor:
                described = self.connection.introspection.get_table_description(cursor, table)
            self._columns[table] = {column.name for column in described}
        return self._columns[table]
