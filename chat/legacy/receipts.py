"""Receipts: rows that say that one person read one message move how far they have read."""

from collections.abc import Iterable

from chat.legacy.context import Fold
from chat.legacy.rows import OldPerson, OldReceipt
from chat.legacy.targets import Target
from chat.legacy.times import micros_or_none
from chat.legacy.words import Reason


class Receipts:
    """Of one batch."""

    def __init__(self, fold: Fold) -> None:
        self._fold = fold
        self._old: dict[str, list[OldReceipt]] = {}

    def load(self, receipts: Iterable[OldReceipt]) -> set[OldPerson | None]:
        """Keep who read a batch's messages, as far as it is not accounted for; return the people."""
        self._old = {}
        people: set[OldPerson | None] = set()
        for receipt in self._fold.ledger.new(receipts):
            self._old.setdefault(receipt.message, []).append(receipt)
            people.add(receipt.person)
        return people

    def read(self, old_id: str, target: Target, conversation: int, seq: int) -> None:
        """Move positions to a message that has just passed, and account for what says so."""
        for receipt in self._old.pop(old_id, ()):
            user = self._fold.people.of(receipt.person).user
            if user is None:
                self._fold.ledger.quarantined(receipt.row, Reason.PERSON_UNKNOWN)
                continue
            target.reading.read(user, conversation, seq, micros_or_none(receipt.read_at) or 0)
            self._fold.ledger.merged(receipt.row, "ChatGroupUser", target.group.id, Reason.READ_POSITION)

    def drop(self, old_id: str, message_id: str) -> None:
        """Do nothing: a tombstone was read all the same."""

    def refuse(self, old_id: str) -> None:
        """Account for receipts of what becomes nothing."""
        for receipt in self._old.get(old_id, ()):
            self._fold.ledger.quarantined(receipt.row, Reason.PARENT_MISSING)
