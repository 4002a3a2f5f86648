"""Polls as things of the timeline."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from chat.adapter import UserId
from chat.legacy.context import Fold
from chat.legacy.messages import COLUMNS as MESSAGE_COLUMNS
from chat.legacy.messages import row_standing_for
from chat.legacy.polls.votes import PollWriter, people_in, rows_of
from chat.legacy.scratch import Entry
from chat.legacy.shelf import Shelf
from chat.legacy.targets import Placed, Said, Target
from chat.legacy.texts import cleaned
from chat.legacy.times import micros_or_none
from chat.legacy.words import Flag, Reason
from chat.roles import MessageType

if TYPE_CHECKING:
    from chat.legacy.ledger import Known
    from chat.legacy.rows import OldPoll

_AT_ONCE = 500


class Polls:
    """The kind ``poll`` of a timeline's things: those that no message shows."""

    rank = 2

    def __init__(self, fold: Fold) -> None:
        self._fold = fold
        self._messages = fold.writer.table("ChatMessage", MESSAGE_COLUMNS)
        self._writer = PollWriter(fold)
        self.shelf: Shelf[OldPoll] = Shelf()
        """Those that a message shows under ``message:`` and its old id, the others under ``poll:`` and their own."""
        self._table = ""
        self._old: dict[str, OldPoll] = {}
        self._known: dict[str, Known] = {}
        self._shown: dict[str, tuple[int, UserId | None, bool]] = {}

    def close(self) -> None:
        """Let go of what was kept."""
        self.shelf.close()

    def collect(self) -> Iterator[tuple[str, str, int | None]]:
        """Keep every poll; yield of those that no message shows conversation, old id and time."""
        remaining = iter(self._fold.source.polls())
        while some := list(islice(remaining, _AT_ONCE)):
            self._table = some[0].row.table
            wanted = [poll.message for poll in some if poll.message is not None]
            messages = {message.row.old_id: message.conversation for message in self._fold.source.messages(wanted)}
            for poll in some:
                if poll.message is not None and messages.get(poll.message) == poll.conversation:
                    self.shelf.add([(f"message:{poll.message}", poll)])
                else:
                    self.shelf.add([(f"poll:{poll.row.old_id}", poll)])
                    yield poll.conversation, poll.row.old_id, micros_or_none(poll.created_at)

    def load(self, entries: Sequence[Entry]) -> None:
        """Read the polls of a batch, and who everybody is."""
        found = self.shelf.of([f"poll:{entry.id}" for entry in entries])
        self._old = {poll.row.old_id: poll for [poll] in found.values()}
        self._fold.people.find(person for poll in self._old.values() for person in people_in(poll))
        self._known = self._fold.ledger.known(self._table, self._old)
        ids = [known.new_id for known in self._known.values()]
        rows = self._fold.models.rows("ChatMessage").filter(pk__in=ids)
        self._shown = {str(pk): tuple(rest) for pk, *rest in rows.values_list("pk", "seq", "sender_id", "counts")}

    def has(self, old_id: str) -> bool:
        """Return whether the old row is still there."""
        return old_id in self._old

    def sender(self, old_id: str) -> UserId | None:
        """Return who asked."""
        poll = self._old.get(old_id)
        return None if poll is None else self._fold.people.of(poll.creator).user

    def before(self, old_id: str, target: Target) -> tuple[int, Said] | None:
        """Return the number of the message that it became, if it was folded before."""
        known = self._known.get(old_id)
        if known is None or known.new_id not in self._shown:
            return None
        self._writer.renew(self._old[old_id], message_id=known.new_id, target=target)
        seq, sender, counts = self._shown[known.new_id]
        return seq, Said(known.new_id, sender, counts=counts)

    def refused(self, old_id: str, *, seen: bool) -> bool:
        """Quarantine what nobody known asked, where nobody known could see it."""
        if seen or self.sender(old_id) is not None:
            return False
        for row in rows_of(self._old[old_id]):
            self._fold.ledger.quarantined(row, Reason.NOBODY_COULD_SEE)
        return True

    def add(self, placed: Placed) -> Said:
        """Add the message with the votes."""
        poll = self._old[placed.old_id]
        message_id = self._fold.ids.of(self._table, poll.row.old_id, placed.time)
        known = self._fold.people.of(poll.creator)
        flags = [*placed.flags, *([known.flag] if known.flag else [])]
        flags += [Flag.SENDER_UNKNOWN] if known.user is None else []
        metadata = self._writer.write(poll, placed, message_id, flags)
        self._messages.append(
            row_standing_for(
                placed,
                message_id,
                sender_id=known.user,
                message_type=MessageType.POLL,
                message_text=cleaned(poll.question),
                counts=True,
                metadata={"poll": metadata},
            )
        )
        return Said(message_id, known.user, counts=True)

    def read(self, old_id: str, target: Target, conversation: int, seq: int) -> None:
        """Do nothing: polls do not say who read them."""
