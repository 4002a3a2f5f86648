"""Builders of rows in an older hazo_chat database, and nothing but rows: no rule of any chat is applied."""

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

BEGIN = datetime(2025, 3, 1, 9, tzinfo=UTC)
SPACE = UUID("5f0c3d2e-0000-4000-8000-000000000000")


class Shape(StrEnum):
    """What an older hazo_chat database looks like."""

    TWO = "2.x"
    THREE = "3.0"
    """Without types of groups; ISO text."""
    TEXT = "3.1 text"
    """VARCHAR with CHECK, ISO text, JSON text."""
    NATIVE = "3.2 native"
    """Enums, UUIDs, TIMESTAMPTZ and JSONB, where the database has them."""


def at(minutes: float) -> datetime:
    """Return a time some minutes after these chats begin."""
    return BEGIN + timedelta(minutes=minutes)


def uid(name: str) -> str:
    """Return a UUID for a row of this name."""
    return str(uuid5(SPACE, name))


class OldHazo:
    """One older database, in one alias. Values are those of its columns; times may be text that nobody can read."""

    def __init__(self, shape: Shape, *, database: str = "default") -> None:
        self.shape, self.database = shape, database

    @property
    def connection(self) -> BaseDatabaseWrapper:
        return connections[self.database]

    @property
    def tables(self) -> list[str]:
        return ["hazo_chat"] if self.shape == Shape.TWO else ["hazo_chat", "hazo_chat_group_users", "hazo_chat_group"]

    @property
    def is_native(self) -> bool:
        return self.shape == Shape.NATIVE and self.connection.vendor == "postgresql"

    def create(self) -> "OldHazo":
        """Make the tables."""
        for statement in self._statements():
            self.execute(statement)
        return self

    def drop(self) -> None:
        """Remove the tables."""
        for table in self.tables:
            self.execute(f"DROP TABLE {table}")
        if self.is_native:
            self.execute("DROP TYPE hazo_enum_chat_type, hazo_enum_group_type, hazo_enum_group_role")

    def execute(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def snapshot(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every table: what a fold must leave as it was."""
        return {table: self.execute(f"SELECT * FROM {table} ORDER BY 1, 2") for table in self.tables}

    def insert(self, table: str, **values: Any) -> None:
        """Add one row."""
        kept = [self._value(value) for value in values.values()]
        signs = ", ".join(["%s"] * len(kept))
        self.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({signs})", *kept)

    def update(self, table: str, old_id: str, **values: Any) -> None:
        """Change one row."""
        sets = ", ".join(f"{name} = %s" for name in values)
        self.execute(f"UPDATE {table} SET {sets} WHERE id = %s", *map(self._value, values.values()), old_id)

    def say(self, old_id: str, where: Any, sender: Any, text: str | None, created_at: Any, **values: Any) -> str:
        """Add a message: in 2.x to the receiver, later to the group, that is ``where``; return its id."""
        column = "receiver_user_id" if self.shape == Shape.TWO else "chat_group_id"
        row: dict[str, Any] = {"id": old_id, column: str(where), "sender_user_id": str(sender), "message_text": text}
        row |= {"reference_id": "", "created_at": created_at, "changed_at": created_at}
        self.insert("hazo_chat", **(row | values))
        return old_id

    def group(self, old_id: str, kind: str, created_at: Any, client: Any = None, /, **roles: Any) -> str:
        """Add a group; ``roles`` are lists of people by role, who join a minute after each other. Return its id."""
        name = roles.pop("name", None)
        row: dict[str, Any] = {"id": old_id, "client_user_id": None if client is None else str(client), "name": name}
        row |= {"created_at": created_at, "changed_at": created_at}
        self.insert("hazo_chat_group", **(row if self.shape == Shape.THREE else row | {"group_type": kind}))
        minute = 0
        for role, people in roles.items():
            for person in people:
                minute += 1
                self.join(old_id, person, role, created_at + timedelta(minutes=minute))
        return old_id

    def join(self, group: str, person: Any, role: str, joined_at: Any) -> None:
        """Add somebody to a group."""
        row = {"chat_group_id": group, "user_id": str(person), "role": role}
        self.insert("hazo_chat_group_users", **row, created_at=joined_at, changed_at=joined_at)

    def _value(self, value: Any) -> Any:
        if isinstance(value, datetime) and not self.is_native:
            return value.isoformat().replace("+00:00", "Z")
        return json.dumps(value) if isinstance(value, list | dict) else value

    def _statements(self) -> list[str]:
        key, time, items = ("UUID", "TIMESTAMPTZ", "JSONB") if self.is_native else ("TEXT", "TEXT", "TEXT")
        kinds = {
            "hazo_enum_chat_type": ("chat", "field", "project", "support", "general"),
            "hazo_enum_group_type": ("support", "peer", "group"),
            "hazo_enum_group_role": ("client", "staff", "owner", "admin", "member"),
        }
        enums = [f"CREATE TYPE {name} AS ENUM {values}" for name, values in kinds.items()] if self.is_native else []
        about, kind, role = kinds if self.is_native else ("TEXT", "VARCHAR(16)", "VARCHAR(16)")
        whose = "receiver_user_id TEXT NOT NULL"
        if self.shape != Shape.TWO:
            whose = f"chat_group_id {key} NOT NULL"
        messages = f"""CREATE TABLE hazo_chat (id {key} PRIMARY KEY, reference_id TEXT NOT NULL,
            reference_type {about} DEFAULT 'chat', sender_user_id TEXT NOT NULL, {whose}, message_text TEXT,
            reference_list {items}, read_at {time}, deleted_at {time}, created_at {time} NOT NULL,
            changed_at {time} NOT NULL)"""
        if self.shape == Shape.TWO:
            return [messages]
        whose = "client_user_id TEXT NOT NULL"
        if self.shape != Shape.THREE:
            whose = f"client_user_id TEXT, group_type {kind} DEFAULT 'support'"
        return [
            *enums,
            f"""CREATE TABLE hazo_chat_group (id {key} PRIMARY KEY, {whose}, name TEXT, created_at {time} NOT NULL,
                changed_at {time} NOT NULL)""",
            f"""CREATE TABLE hazo_chat_group_users (chat_group_id {key}, user_id TEXT, role {role} NOT NULL,
                created_at {time} NOT NULL, changed_at {time} NOT NULL, PRIMARY KEY (chat_group_id, user_id))""",
            messages,
        ]
