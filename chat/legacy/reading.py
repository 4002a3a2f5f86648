"""Reading: how far everybody in one group has read, found while its messages pass by in their order.

A source tells of a time, of a message, or of receipts, for each old conversation by itself; who wrote something has
read what was there. The newest of all that is the position; what another conversation still called unread before it is
counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from chat.adapter import UserId
from chat.legacy.seats import Seat


@dataclass(slots=True)
class Position:
    """How far one person has read."""

    seq: int = 0
    at: int = 0
    """When they were there, in microseconds."""
    totals: dict[int, int] = field(default_factory=dict)
    """By conversation, how many messages of others there were up to ``seq``."""
    own: dict[int, int] = field(default_factory=dict)
    read: dict[int, int] = field(default_factory=dict)
    """By conversation, how many messages of others its source says were read."""

    @property
    def collapsed(self) -> int:
        """How many messages up to the position a source still called unread."""
        return sum(max(0, total - self.read.get(number, 0)) for number, total in self.totals.items())


class Reading:
    """The positions of one group's people. Messages are passed to it in the order of their numbers."""

    def __init__(self, seats: Iterable[Seat]) -> None:
        self.positions: dict[UserId, Position] = {}
        self._pending: dict[int, list[tuple[int, UserId]]] = {}
        self._by_message: dict[str, list[UserId]] = {}
        self._totals: dict[int, int] = {}
        self._last: dict[int, tuple[int, int, dict[int, int]]] = {}
        for seat in seats:
            self.positions[seat.user] = Position()
            for number, at in seat.reads.items():
                self._pending.setdefault(number, []).append((at, seat.user))
            for message in seat.read_messages:
                self._by_message.setdefault(message, []).append(seat.user)
        for pending in self._pending.values():
            pending.sort(key=lambda each: each[0], reverse=True)

    def passing(self, number: int, time: int) -> None:
        """Note that a message of conversation ``number`` of this time comes next."""
        pending = self._pending.get(number)
        while pending and pending[-1][0] < time:
            self._read_to_last(number, *pending.pop())

    def passed(self, number: int, seq: int, time: int, sender: UserId | None, *, counts: bool) -> None:
        """Note the message that came: its number in the group, and whether it counts as unread."""
        own = self.positions.get(sender) if sender is not None else None
        if counts:
            self._totals[number] = self._totals.get(number, 0) + 1
            if own is not None:
                own.own[number] = own.own.get(number, 0) + 1
        if self._pending:
            last = self._last.get(number)  # what came late has a higher number than what was said after it
            self._last[number] = (seq if last is None else max(seq, last[0]), time, dict(self._totals))
        if own is not None:
            self._move(own, seq, time, self._totals)

    def read(self, user: UserId, number: int, seq: int, at: int) -> None:
        """Note that somebody read the message that passed last, of this conversation, at a time."""
        position = self.positions.get(user)
        if position is not None:
            self._move(position, seq, at, self._totals)
            position.read[number] = self._totals.get(number, 0) - position.own.get(number, 0)

    def read_alone(self, user: UserId, number: int, seq: int, at: int) -> None:
        """Note that somebody read the message that passed last, which says nothing of those before."""
        position = self.positions.get(user)
        if position is not None:
            self._move(position, seq, at, self._totals)
            position.read[number] = position.read.get(number, 0) + 1

    def readers_of(self, message: str) -> list[UserId]:
        """Return who read up to this old message, as their own rows say."""
        return self._by_message.get(message, []) if self._by_message else []

    def finish(self) -> None:
        """Note that there are no more messages."""
        for number, pending in self._pending.items():
            while pending:
                self._read_to_last(number, *pending.pop())

    def _read_to_last(self, number: int, at: int, user: UserId) -> None:
        last = self._last.get(number)
        if last is not None:
            position = self.positions[user]
            seq, _, totals = last
            read = totals.get(number, 0) - position.own.get(number, 0)
            position.read[number] = max(read, position.read.get(number, 0))
            self._move(position, seq, at, totals)

    def _move(self, position: Position, seq: int, at: int, totals: dict[int, int]) -> None:
        if seq > position.seq:
            position.seq = seq
            position.totals = {number: total - position.own.get(number, 0) for number, total in totals.items()}
        position.at = max(position.at, at) if seq >= position.seq else position.at
