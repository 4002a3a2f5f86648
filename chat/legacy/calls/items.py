"""Calls as things of the timeline."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from chat.adapter import UserId
from chat.choices import CallState
from chat.legacy.calls.logged import Logged
from chat.legacy.calls.pairing import paired
from chat.legacy.calls.states import Became, became, leader_of, state_of
from chat.legacy.context import Fold
from chat.legacy.messages import COLUMNS as MESSAGE_COLUMNS
from chat.legacy.messages import row_standing_for
from chat.legacy.planning import PEERS
from chat.legacy.scratch import Entry
from chat.legacy.shelf import Shelf
from chat.legacy.targets import Placed, Said, Target
from chat.legacy.times import micros_or_none
from chat.legacy.words import Flag, Reason
from chat.roles import MessageType
from chat.sentences import call_said

if TYPE_CHECKING:
    from chat.legacy.ledger import Known

COLUMNS = ("id", "group_id", "message_id", "caller_id", "call_type", "state", "started_at", "answered_at", "ended_at")
PART_COLUMNS = ("call_id", "group_id", "user_id", "state", "joined_at", "left_at")
_AT_ONCE = 500


class Calls:
    """The kind ``call`` of a timeline's things. Of the rows of one call, that of who called stands for it."""

    rank = 1

    def __init__(self, fold: Fold) -> None:
        self._fold = fold
        self._shifts = [int(shift.total_seconds() * 1_000_000) for shift in fold.source.options.call_shifts]
        self._messages = fold.writer.table("ChatMessage", MESSAGE_COLUMNS)
        self._rows = fold.writer.table("Call", COLUMNS)
        self._parts = fold.writer.table("CallParticipant", PART_COLUMNS)
        self._shelf: Shelf[Logged] = Shelf()
        self._clusters: Shelf[list[str]] = Shelf()
        self._table = ""
        self._logged: dict[str, Logged] = {}
        self._together: dict[str, list[str]] = {}
        self._known: dict[str, Known] = {}
        self._shown: dict[str, tuple[int, str]] = {}

    def close(self) -> None:
        """Let go of what was kept."""
        self._shelf.close()
        self._clusters.close()

    # Before the timeline is arranged, and after.

    def collect(self) -> Iterator[tuple[str, str, int | None]]:
        """Keep every row about calls; yield of each its conversation, old id and time."""
        remaining = iter(self._fold.source.calls())
        while some := list(islice(remaining, _AT_ONCE)):
            self._table = some[0].row.table
            self._fold.people.find(old.caller for old in some)
            for old in some:
                known = self._fold.people.of(old.caller)
                flags = [*old.flags, *([known.flag] if known.flag else [])]
                self._shelf.add([(old.row.old_id, Logged(old, known.user, flags=flags))])
                yield old.conversation, old.row.old_id, micros_or_none(old.started_at)

    def pair(self) -> None:
        """Find out which rows are about the same call."""
        entries = self._fold.scratch.entries_of(self.rank)
        for _, of_target in groupby(entries, key=attrgetter("target")):
            calls = list(self._read(list(of_target)))
            for rows in paired(calls, self._shifts):
                if len(rows) > 1:
                    ids = [row.old_id for row in rows]
                    self._clusters.add((old_id, ids) for old_id in ids)

    # In the timeline.

    def load(self, entries: Sequence[Entry]) -> None:
        """Read the old rows of a batch with those of the same calls, and who everybody is."""
        self._logged, self._together, self._known = {}, {}, {}
        if not entries:
            return
        clusters = self._clusters.of([entry.id for entry in entries])
        self._together = {old_id: ids for old_id, [ids] in clusters.items()}
        wanted = {entry.id for entry in entries}.union(*self._together.values())
        others = self._fold.scratch.places_of(self.rank, sorted(wanted))
        self._logged = {logged.old_id: logged for logged in self._read(others.values())}
        self._fold.people.find(person for logged in self._logged.values() for person in logged.old.participants)
        self._known = self._fold.ledger.known(self._table, self._logged)
        self._read_known()

    def has(self, old_id: str) -> bool:
        """Return whether the old row is still there."""
        return old_id in self._logged

    def sender(self, old_id: str) -> UserId | None:
        """Return nobody: the system says that there was a call."""

    def before(self, old_id: str, target: Target) -> tuple[int, Said] | None:
        """Return the number of the message that shows the call, if it was folded before."""
        known = self._known.get(old_id)
        if known is None:
            return None
        seq, message_id = self._shown[known.new_id]
        rows = self._rows_of(old_id)
        if known.outcome == "kept" and any(self._is_news(row) for row in rows):
            self._change(rows, target, known.new_id, message_id)
        return seq, Said(message_id, None, counts=False)

    def refused(self, old_id: str, *, seen: bool) -> bool:
        """Say of a row whose call another stands for that it is merged; quarantine what nobody known made or saw."""
        logged = self._logged[old_id]
        rows = self._rows_of(logged.old_id)
        leader = self._leader(rows)
        if leader is not logged:
            known = self._known.get(leader.old_id)
            call_id = known.new_id if known else self._id(leader)
            self._fold.ledger.merged(logged.old.row, "Call", call_id, Reason.SAME_CALL, logged.flags)
            return True
        if seen or any(row.caller is not None for row in rows):
            return False
        self._fold.ledger.quarantined(logged.old.row, Reason.NOBODY_COULD_SEE, logged.flags)
        return True

    def add(self, placed: Placed) -> Said:
        """Add the call with everybody's part in it, and the message that shows it."""
        logged = self._logged[placed.old_id]
        rows = self._rows_of(logged.old_id)
        group_id = placed.target.group.id
        call_id, message_id = self._id(logged), self._id(logged, of_message=True)
        call = became(rows, logged, self._shifts)
        flags = [*placed.flags, *logged.flags, *call.flags, *([Flag.CALL_SINGLE] if len(rows) == 1 else [])]
        if logged.caller is None:
            flags.append(Flag.SENDER_UNKNOWN)
        metadata = _metadata(call, call_id)
        self._messages.append(
            row_standing_for(placed, message_id, message_type=MessageType.SYSTEM, counts=False, metadata=metadata)
        )
        times = (call.started_at, call.answered_at, call.ended_at)
        self._rows.append((call_id, group_id, message_id, logged.caller, logged.old.call_type, call.state, *times))
        self._parts.extend((call_id, group_id, *part) for part in self._parts_of(call, rows, placed.target))
        self._fold.ledger.kept(logged.old.row, "Call", call_id, placed.version, flags)
        return Said(message_id, None, counts=False)

    def read(self, old_id: str, target: Target, conversation: int, seq: int) -> None:
        """Do nothing: rows about calls do not say who read them."""

    # Of one call.

    def _read(self, entries: Iterable[Entry]) -> Iterator[Logged]:
        times = {entry.id: entry.time for entry in entries}
        for old_id, [logged] in self._shelf.of(list(times)).items():
            logged.at = times[old_id]
            yield logged

    def _rows_of(self, old_id: str) -> list[Logged]:
        return [self._logged[each] for each in self._together.get(old_id, [old_id])]

    def _leader(self, rows: Sequence[Logged]) -> Logged:
        """Return the row that stands for the call: the one that did in an earlier run, else that of who called."""
        kept = [row for row in rows if row.old_id in self._known and self._known[row.old_id].outcome == "kept"]
        return kept[0] if kept else leader_of(rows)

    def _id(self, logged: Logged, *, of_message: bool = False) -> str:
        table = f"{self._table}:message" if of_message else self._table
        return self._fold.ids.of(table, logged.old_id, logged.at)

    def _parts_of(self, call: Became, rows: Sequence[Logged], target: Target) -> Iterator[tuple[Any, ...]]:
        """Yield everybody's part: of two people both had one, of others those whom the rows name."""
        states = {row.caller: state_of(row.old) for row in rows if row.caller is not None}
        people: dict[UserId, None] = dict.fromkeys(states)
        people |= dict.fromkeys(self._fold.people.of(person).user for person in call.leader.old.participants)
        if target.form in PEERS:
            people |= dict.fromkeys(target.seats)
        for user in people:
            if user in target.seats or user == call.leader.caller:
                state = call.state if user == call.leader.caller else _state_of(states.get(user), call, target)
                joined = call.answered_at if state == CallState.ENDED else None
                yield user, state, joined, call.ended_at if joined else None

    # Later runs.

    def _read_known(self) -> None:
        ids = list({known.new_id for known in self._known.values()})
        calls = self._fold.models.rows("Call")
        self._shown = {}
        for start in range(0, len(ids), _AT_ONCE):
            found = calls.filter(pk__in=ids[start : start + _AT_ONCE]).values_list("pk", "message__seq", "message_id")
            self._shown |= {str(pk): (seq, str(message_id)) for pk, seq, message_id in found}
        self._known = {old_id: known for old_id, known in self._known.items() if known.new_id in self._shown}

    def _is_news(self, row: Logged) -> bool:
        known = self._known.get(row.old_id)
        return known is None or known.fingerprint != row.old.row.fingerprint

    def _change(self, rows: Sequence[Logged], target: Target, call_id: str, message_id: str) -> None:
        """Let a call of an earlier run become what its rows say now; it is over, so nobody changed it here."""
        call = became(rows, self._leader(rows), self._shifts)
        changes: dict[str, Any] = {"state": call.state, "answered_at": call.answered_at, "ended_at": call.ended_at}
        calls, messages = self._fold.models.rows("Call"), self._fold.models.rows("ChatMessage")
        if calls.filter(pk=call_id).exclude(**changes).update(**changes):
            metadata = _metadata(call, call_id)
            version = target.group.next_version()
            messages.filter(pk=message_id).update(metadata=metadata, version=version)
            self._fold.ledger.update(self._known[call.leader.old_id].pk, folded_version=version)
        for row in rows:
            known = self._known.get(row.old_id)
            if known is not None and known.fingerprint != row.old.row.fingerprint:
                flags = list(dict.fromkeys([*known.flags, Flag.CHANGED_LATER]))
                self._fold.ledger.update(known.pk, fingerprint=row.old.row.fingerprint, flags=flags)


def _state_of(own: CallState | None, call: Became, target: Target) -> CallState:
    """Return what somebody's part was who did not call."""
    if own is not None:
        return own if own in (CallState.ENDED, CallState.DECLINED) else CallState.MISSED
    if call.state == CallState.ENDED or (call.state == CallState.DECLINED and target.form in PEERS):
        return call.state
    return CallState.MISSED


def _metadata(call: Became, call_id: str) -> dict[str, Any]:
    return call_said(
        call_id=call_id,
        caller_id=call.leader.caller,
        call_type=call.leader.old.call_type,
        state=call.state,
        times={"started_at": call.started_at, "answered_at": call.answered_at, "ended_at": call.ended_at},
    )
