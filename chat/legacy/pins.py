"""Pins: a message is pinned once, however many rows say so; the earliest does."""

from collections.abc import Iterable
from datetime import datetime

from chat.adapter import UserId
from chat.legacy.context import Fold
from chat.legacy.rows import OldMessage, OldPerson, OldPin
from chat.legacy.targets import Placed
from chat.legacy.words import Flag, Reason


class Pins:
    """Of one batch."""

    def __init__(self, fold: Fold) -> None:
        self._fold = fold
        self._old: dict[str, list[OldPin]] = {}

    def load(self, pins: Iterable[OldPin]) -> set[OldPerson | None]:
        """Keep a batch's pins that have rows of their own and are not accounted for; return who pinned."""
        self._old = {}
        people: set[OldPerson | None] = set()
        for pin in self._fold.ledger.new(pins):
            self._old.setdefault(pin.message, []).append(pin)
            people.add(pin.person)
        return people

    def of(self, old: OldMessage, placed: Placed, message_id: str) -> tuple[datetime | None, UserId | None]:
        """Return when a new message was pinned and by whom; account for the rows that say so."""
        rows = self._old.get(placed.old_id)
        if not rows and not old.pinned:
            return None, None
        said: list[tuple[datetime, OldPerson | None, OldPin | None]] = []
        if old.pinned:
            said.append((old.pinned_at or placed.created_at, old.pinned_by, None))
        said += [(pin.pinned_at or placed.created_at, pin.person, pin) for pin in rows or ()]
        at, person, first = min(said, key=lambda each: each[0])
        for _, _, pin in said:
            if pin is not None and pin is first:
                self._fold.ledger.kept(pin.row, "ChatMessage", message_id)
            elif pin is not None:
                self._fold.ledger.merged(pin.row, "ChatMessage", message_id, Reason.SAME_PIN)
        user = self._fold.people.of(person).user
        if user is None and person is not None:
            placed.flags.append(Flag.PERSON_UNKNOWN)
        return at, user

    def has_new(self, old_id: str) -> bool:
        """Return whether a message has any that are not accounted for."""
        return any(not self._fold.ledger.was_refused(each.row) for each in self._old.get(old_id, ()))

    def drop(self, old_id: str, _message_id: str) -> None:
        """Account for pins of what is a tombstone now."""
        for pin in self._old.get(old_id, ()):
            self._fold.ledger.reported(pin.row, Reason.MESSAGE_DELETED)

    def refuse(self, old_id: str) -> None:
        """Account for pins of what becomes nothing."""
        for pin in self._old.get(old_id, ()):
            self._fold.ledger.quarantined(pin.row, Reason.PARENT_MISSING)
