"""Memberships: the seats of one group, written with what each person reads and does not see."""

from typing import Any, NamedTuple

from django.db.models import F

from chat.adapter import UserId
from chat.legacy.context import Fold
from chat.legacy.reading import Position, Reading
from chat.legacy.seats import Seat
from chat.legacy.targets import Group, Said
from chat.legacy.times import EPOCH, moment
from chat.legacy.words import UNREAD_COLLAPSED, Reason
from chat.roles import MarkKind

COLUMNS = (
    "group_id",
    "user_id",
    "role",
    "read_seq",
    "unread_from_seq",
    "read_changed_at",
    "delivered_seq",
    "visible_from_seq",
    "muted_until",
    "pinned_at",
    "archived_at",
    "left_at",
    "version",
    "floor_version",
    "state_version",
    "created_at",
    "changed_at",
)
HIDDEN_COLUMNS = ("group_id", "user_id", "message_id", "seq", "active", "counts", "state_version")
MARK_COLUMNS = ("group_id", "user_id", "kind", "seq", "at")
FOR_EVER = EPOCH.replace(year=9000)
"""Until when somebody is muted who muted without an end."""


class Member(NamedTuple):
    """A membership that is there already."""

    pk: int
    user: UserId
    read_seq: int
    visible_from_seq: int
    version: int
    state_version: int


MEMBER_FIELDS = ("pk", "user_id", "read_seq", "visible_from_seq", "version", "state_version")


class Memberships:
    """Of one target. What messages do to them is noted while they pass, and written at the end of each slice."""

    def __init__(self, fold: Fold, group: Group, seats: dict[UserId, Seat]) -> None:
        self._fold, self._group, self._seats = fold, group, seats
        self._rows = fold.writer.table("ChatGroupUser", COLUMNS)
        self._hidden_rows = fold.writer.table("MessageHidden", HIDDEN_COLUMNS)
        self._marks = fold.writer.table("ReadMark", MARK_COLUMNS)
        self._members: dict[UserId, Member] = {}
        self._versions: dict[UserId, int] = {}
        self._floors: dict[UserId, int] = {}
        self._hiders = [seat for seat in seats.values() if seat.hides]
        self._hidden: dict[UserId, list[tuple[str, int, bool]]] = {}

    def begin(self, members: dict[UserId, Member]) -> None:
        """Begin a slice. ``members`` are the memberships that the group has; who has none gets a version now."""
        self._members = members
        self._hidden.clear()
        self._floors = {user: member.visible_from_seq for user, member in members.items()}
        for user in self._seats:
            if user not in members:
                self._versions[user] = self._group.next_version()
                self._floors[user] = 1

    def message_passed(self, number: int, time: int, seq: int, said: Said) -> None:
        """Note for whom a new message of conversation ``number`` is hidden.

        What is hidden from the first message on, without a gap, costs no row: the person sees from the next one.
        """
        for seat in self._hiders:
            if number not in seat.hides:
                continue
            until = seat.hides[number]
            if until is None or time <= until:
                self._hide(seat.user, seq, said, cleared=True)
        for user in said.hidden_for:
            if user in self._floors:
                self._hide(user, seq, said, cleared=False)

    def end(self, reading: Reading | None, read_up_to: int) -> None:
        """Write what is new. ``reading`` is finished with the last slice alone, and then gives the positions.

        ``read_up_to``: the last number before the fold; who has not read that far keeps their position.
        """
        for user, seat in self._seats.items():
            position = reading.positions.get(user) if reading is not None else None
            if user in self._members:
                self._change(self._members[user], position, read_up_to)
            else:
                self._add(seat, position)
        for user, hidden in self._hidden.items():
            if user not in self._seats:
                self._change(self._members[user], None, read_up_to)
            state = self._state_of(user)
            self._hidden_rows.extend(
                (self._group.id, user, message_id, seq, True, counts, state) for message_id, seq, counts in hidden
            )

    def account(self, reading: Reading, skipped: set[tuple[str, str]]) -> int:
        """Say what became of the old rows, but for those ``skipped``.

        Returns how many unread messages collapsed of people who have no row to say so.
        """
        ledger, nowhere = self._fold.ledger, 0
        for user, seat in self._seats.items():
            collapsed = reading.positions[user].collapsed
            flags = [*seat.flags, *([f"{UNREAD_COLLAPSED}:{collapsed}"] if collapsed else [])]
            rows = [(row, own) for row, own in seat.rows if (row.table, row.old_id) not in skipped]
            if not seat.rows:
                nowhere += collapsed
            is_first = len(rows) == len(seat.rows)
            for row, own in rows:
                if not is_first:
                    ledger.merged(row, "ChatGroupUser", self._group.id, Reason.SAME_PERSON, own)
                elif self._group.is_native:
                    ledger.merged(row, "ChatGroupUser", self._group.id, Reason.NATIVE_GROUP, [*flags, *own])
                else:
                    version = self._version_of(user) + self._state_of(user)
                    ledger.kept(row, "ChatGroupUser", self._group.id, version, [*flags, *own])
                is_first = False
        return nowhere

    def _hide(self, user: UserId, seq: int, said: Said, *, cleared: bool) -> None:
        floor = self._floors[user]
        if seq < floor:
            return
        if cleared and floor == seq:
            self._floors[user] = seq + 1
            return
        hidden = self._hidden.setdefault(user, [])
        if not hidden or hidden[-1][1] != seq:
            hidden.append((said.message_id, seq, said.counts and said.sender != user))

    def _add(self, seat: Seat, position: Position | None) -> None:
        seq = position.seq if position is not None else 0
        version, joined = self._versions[seat.user], moment(seat.joined)
        self._rows.append(
            (
                self._group.id,
                seat.user,
                seat.role,
                seq,
                seq,
                self._mark(seat.user, position),
                seq,
                self._floors[seat.user],
                FOR_EVER if seat.muted else None,
                joined if seat.pinned else None,
                joined if seat.archived else None,
                None if seat.left is None else moment(seat.left),
                version,
                version,
                self._state_of(seat.user),
                joined,
                joined,
            )
        )

    def _change(self, member: Member, position: Position | None, read_up_to: int) -> None:
        changes: dict[str, Any] = {}
        if self._floors[member.user] > member.visible_from_seq:
            changes["visible_from_seq"] = self._floors[member.user]
        if position is not None and position.seq > member.read_seq >= read_up_to:
            changes |= dict.fromkeys(("read_seq", "unread_from_seq", "delivered_seq"), position.seq)
            changes["read_changed_at"] = self._mark(member.user, position)
        if changes or member.user in self._hidden:
            state = member.state_version + 1
            self._members[member.user] = member._replace(state_version=state)
            rows = self._fold.models.rows("ChatGroupUser").filter(pk=member.pk)
            rows.update(**changes, state_version=F("state_version") + 1)

    def _mark(self, user: UserId, position: Position | None) -> Any:  # noqa: ANN401 (a time or None)
        if position is None or not position.seq:
            return None
        at = moment(position.at)
        self._marks.append((self._group.id, user, MarkKind.READ, position.seq, at))
        return at

    def _version_of(self, user: UserId) -> int:
        return self._members[user].version if user in self._members else self._versions[user]

    def _state_of(self, user: UserId) -> int:
        if user in self._members:
            return self._members[user].state_version
        return 1 if user in self._hidden else 0
