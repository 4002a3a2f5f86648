"""A source whose rows are in memory: whatever a test says."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import apps

from chat.legacy.models import Models
from chat.legacy.report import Report
from chat.legacy.rows import (
    Kind,
    MessageKey,
    OldConversation,
    OldMember,
    OldMessage,
    OldPerson,
    OldPin,
    OldReaction,
    OldReceipt,
    Row,
)
from chat.legacy.run import fold
from chat.legacy.source import Options, Source, fingerprint_of
from chat.models import ChatGroupUser, ChatMessage, LegacyRow

BEGAN = datetime(2024, 5, 1, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return BEGAN + timedelta(minutes=minutes)


def person(user: Any) -> OldPerson:
    return OldPerson() if user is None else OldPerson(user_id=user.pk)


class MemorySource(Source):
    name = "memory"
    tables = dict.fromkeys(("talks", "seats", "lines", "smiles", "receipts", "pins"), ("id",))
    needed = ("lines",)

    def __init__(self, **options: Any) -> None:
        super().__init__(Options(**options))
        self.talks: dict[str, OldConversation] = {}
        self.lines: dict[str, OldMessage] = {}
        self.smiles: list[OldReaction] = []
        self.seen: list[OldReceipt] = []
        self.pinned: list[OldPin] = []
        self.orphans: list[Row] = []
        self.changed: set[str] | None = None

    @property
    def present(self) -> frozenset[str]:  # type: ignore[override]
        return frozenset(self.tables)

    def nameless(self, _table: str) -> int:
        return 0

    # What a test says.

    def talk(self, *users: Any, key: str | None = None, kind: Kind = Kind.DIRECT, **more: Any) -> str:
        """Keep a conversation of people (users, or OldMembers); return its key."""
        key = key or str(len(self.talks) + 1)
        members = []
        for place, user in enumerate(users):
            member = user if isinstance(user, OldMember) else OldMember(person=person(user))
            members.append(
                member if member.row else replace(member, row=self.row_of("seats", f"{key}-{place}", member))
            )
        known: dict[str, Any] = {"created_at": at(0)} | more
        talk = OldConversation(key=key, kind=kind, members=members, **known)
        if "row" not in more:
            talk = replace(talk, row=self.row_of("talks", key, talk))
        self.talks[key] = talk
        return key

    def line(self, talk: str, sender: Any, text: str | None = "hi", minutes: float | None = None, **more: Any) -> str:
        """Keep a message; return its id."""
        old_id = str(more.pop("old_id", len(self.lines) + 1))
        who = sender if isinstance(sender, OldPerson) or sender == "system" else person(sender)
        known: dict[str, Any] = {"created_at": at(minutes if minutes is not None else len(self.lines) + 1)} | more
        message = OldMessage(
            row=Row("lines", old_id, ""), conversation=talk, sender=None if who == "system" else who, text=text, **known
        )
        self.lines[old_id] = replace(message, row=self.row_of("lines", old_id, message))
        return old_id

    def edit(self, old_id: str, **changes: Any) -> None:
        """Change a message, as the old application would."""
        message = replace(self.lines[old_id], **changes)
        self.lines[old_id] = replace(message, row=self.row_of("lines", old_id, message))

    def smile(self, message: str, user: Any, emoji: str, minutes: float = 0) -> None:
        row = self.row_of("smiles", str(len(self.smiles) + 1), (message, user, emoji))
        self.smiles.append(
            OldReaction(row=row, message=message, person=person(user), emoji=emoji, created_at=at(minutes))
        )

    def receipt(self, message: str, user: Any, minutes: float) -> None:
        row = self.row_of("receipts", str(len(self.seen) + 1), (message, user))
        self.seen.append(OldReceipt(row=row, message=message, person=person(user), read_at=at(minutes)))

    def pin(self, message: str, user: Any, minutes: float) -> None:
        row = self.row_of("pins", str(len(self.pinned) + 1), (message, user))
        self.pinned.append(OldPin(row=row, message=message, person=person(user), pinned_at=at(minutes)))

    def row_of(self, table: str, old_id: str, said: object) -> Row:
        return Row(table, old_id, fingerprint_of({"said": repr(said)}))

    # What the fold asks.

    def conversations(self) -> Iterator[OldConversation]:
        yield from self.talks.values()

    def message_keys(self) -> Iterator[MessageKey]:
        for message in self.lines.values():
            yield MessageKey(message.row.old_id, message.conversation, message.created_at)

    def messages(self, old_ids: Sequence[str]) -> Iterator[OldMessage]:
        yield from (self.lines[old_id] for old_id in old_ids if old_id in self.lines)

    def reactions(self, message_ids: Sequence[str]) -> Iterator[OldReaction]:
        yield from (each for each in self.smiles if each.message in message_ids)

    def receipts(self, message_ids: Sequence[str]) -> Iterator[OldReceipt]:
        yield from (each for each in self.seen if each.message in message_ids)

    def pins(self, message_ids: Sequence[str]) -> Iterator[OldPin]:
        yield from (each for each in self.pinned if each.message in message_ids)

    def changed_since(self, _time: datetime) -> set[str] | None:
        return self.changed

    def rows(self, table: str) -> Iterator[Row]:
        found: list[Row | None] = [row for row in self.orphans if row.table == table]
        if table == "talks":
            found += [talk.row for talk in self.talks.values()]
        if table == "seats":
            found += [member.row for talk in self.talks.values() for member in talk.members]
        parts: dict[str, list[Any]] = {"smiles": self.smiles, "receipts": self.seen, "pins": self.pinned}
        found += [each.row for each in parts.get(table, list(self.lines.values()) if table == "lines" else [])]
        yield from (row for row in found if row is not None)

    def count(self, table: str) -> int:
        return len(list(self.rows(table)))

    def fold(self, **options: Any) -> Report:
        return fold(self, Models(apps), **options)


def row_of(table: str, old_id: str) -> LegacyRow:
    """Return what became of an old row."""
    return LegacyRow.objects.get(source=MemorySource.name, table=table, old_id=old_id)


def message_of(old_id: str) -> ChatMessage:
    """Return what a message became."""
    return ChatMessage.objects.get(pk=row_of("lines", old_id).new_id)


def seat_of(talk: str, user: Any) -> ChatGroupUser:
    """Return the membership that somebody has in what a conversation became."""
    return ChatGroupUser.objects.get(group=row_of("talks", talk).new_id, user=user)


def seen_by(user: Any) -> list[str]:
    """Return the old ids of the messages that somebody sees, in order."""
    shown = ChatMessage.objects.visible_to(user).order_by("group", "seq")
    old_ids = dict(LegacyRow.objects.filter(table="lines").values_list("new_id", "old_id"))
    return [old_ids[str(message.pk)] for message in shown]
