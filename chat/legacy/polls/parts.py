"""Polls that a message shows: that message becomes the poll."""

from collections.abc import Sequence
from dataclasses import replace

from chat.legacy.context import Fold
from chat.legacy.ledger import Known
from chat.legacy.polls.votes import PollWriter, people_in, rows_of
from chat.legacy.rows import OldMessage, OldPerson, OldPoll
from chat.legacy.shelf import Shelf
from chat.legacy.targets import Placed, Target
from chat.legacy.words import Reason
from chat.roles import MessageType


class PollParts:
    """Of one batch of messages. What no message shows is left to ``Polls``."""

    def __init__(self, fold: Fold, shelf: Shelf[OldPoll]) -> None:
        self._fold, self._shelf = fold, shelf
        self._writer = PollWriter(fold)
        self._old: dict[str, list[OldPoll]] = {}

    def load(self, ids: Sequence[str]) -> set[OldPerson | None]:
        """Look which of these messages show polls; return whom those name."""
        self._old = self._shelf.of([f"message:{old_id}" for old_id in ids])
        return {person for polls in self._old.values() for poll in polls for person in people_in(poll)}

    def shown(self, old: OldMessage, placed: Placed, message_id: str) -> OldMessage:
        """Add the votes of the poll that a new message shows; return the message as that poll."""
        polls = self._old.get(f"message:{placed.old_id}")
        if not polls:
            return old
        first, *others = polls
        self._account(others, quarantined=True)
        metadata = self._writer.write(first, placed, message_id)
        return replace(
            old,
            sender=old.sender or first.creator,
            message_type=MessageType.POLL,
            text=first.question,
            metadata={"poll": metadata},
            legacy={**old.legacy, **({"content": old.text} if old.text and old.text != first.question else {})},
        )

    def renewed(self, old: OldMessage, known: Known, target: Target) -> tuple[OldMessage, Known]:
        """Count the votes that a message of an earlier run got since; return it as its poll, and as it is left."""
        for poll in self._old.get(f"message:{old.row.old_id}", ()):
            version = self._writer.renew(poll, message_id=known.new_id, target=target, deleted=old.deleted)
            known = known if version is None else known._replace(folded_version=version)
            old = replace(old, text=poll.question)
        return old, known

    def drop(self, old_id: str, _message_id: str) -> None:
        """Account for a poll whose message is a tombstone now."""
        self._account(self._old.get(f"message:{old_id}", ()), quarantined=False)

    def refuse(self, old_id: str) -> None:
        """Account for a poll whose message becomes nothing."""
        self._account(self._old.get(f"message:{old_id}", ()), quarantined=True)

    def _account(self, polls: Sequence[OldPoll], *, quarantined: bool) -> None:
        for poll in polls:
            for row in rows_of(poll):
                if quarantined:
                    self._fold.ledger.quarantined(row, Reason.PARENT_MISSING)
                else:
                    self._fold.ledger.reported(row, Reason.MESSAGE_DELETED)
