"""States: who called, what became of a call, and when, by all the rows about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chat.choices import CallState
from chat.legacy.calls.logged import Logged
from chat.legacy.calls.pairing import offset
from chat.legacy.rows import OldCall
from chat.legacy.times import moment
from chat.legacy.words import Flag

_CALLING = frozenset({CallState.INITIATED, CallState.CANCELLED, CallState.NO_ANSWER})
"""What only the row of who called says."""
_STATES = {
    "ended": CallState.ENDED,
    "answered": CallState.ENDED,
    "connected": CallState.ENDED,
    "declined": CallState.DECLINED,
    "missed": CallState.MISSED,
    "no_answer": CallState.MISSED,
    "cancelled": CallState.CANCELLED,
    "failed": CallState.FAILED,
}
"""What the words of old rows mean for a call that is over."""
_BEGINNING = frozenset({CallState.INITIATED, CallState.RINGING})
_STRENGTH = (CallState.ENDED, CallState.DECLINED, CallState.MISSED, CallState.CANCELLED, CallState.FAILED)
"""Of several the first in this order is what became of the call."""


@dataclass(slots=True)
class Became:
    """What several rows say of one call; the leader is that of who called."""

    leader: Logged
    state: CallState
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime
    flags: list[str] = field(default_factory=list)


def leader_of(rows: Sequence[Logged]) -> Logged:
    """Return the row of who called: the one that says so, else the one that began first."""
    calling = [row for row in rows if row.old.status in _CALLING]
    return min(calling or rows, key=lambda row: row.age)


def state_of(call: OldCall) -> CallState | None:
    """Return what became of a call by one row; None where it says only that it began."""
    if call.status in _BEGINNING:
        return CallState.ENDED if call.answered_at is not None else None
    return _STATES.get(call.status, CallState.FAILED)


def became(rows: Sequence[Logged], leader: Logged, shifts: Sequence[int]) -> Became:
    """Return what the rows of one call say of it. Times that run backwards are kept as they are, and flagged."""
    states = [state for row in rows if (state := state_of(row.old)) is not None]
    state = min(states, key=_STRENGTH.index, default=CallState.MISSED)
    started = moment(leader.at)
    told = [leader, *(row for row in rows if row is not leader)]
    answered = ended = None
    if state == CallState.ENDED:
        told.sort(key=lambda row: state_of(row.old) != CallState.ENDED)
        answered = _first("answered_at", told, leader, shifts)
    ended = _first("ended_at", told, leader, shifts)
    lasted = next((row.old.duration for row in told if row.old.duration is not None), None)
    if state == CallState.ENDED and lasted is not None and lasted >= 0:
        answered = answered or (ended - timedelta(seconds=lasted) if ended else None)
        ended = ended or (answered or started) + timedelta(seconds=lasted)
    found = Became(leader, state, started, answered, ended or answered or started)
    if found.ended_at < (answered or started) or (answered or started) < started:
        found.flags.append(Flag.TIMES_REVERSED)
    if any(row.old.status not in _STATES and row.old.status not in _BEGINNING for row in rows):
        found.flags.append(Flag.VALUE_UNKNOWN)
    return found


def _first(name: str, rows: Sequence[Logged], leader: Logged, shifts: Sequence[int]) -> datetime | None:
    """Return the first time that a row has, by the clock of the leader."""
    for row in rows:
        time: datetime | None = getattr(row.old, name)
        if time is not None:
            return time - timedelta(microseconds=offset(leader, row, shifts) or 0)
    return None
