"""Memberships: the seats of one group, written with what each person reads and does not see."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F
from django.db.models.functions import Greatest

from chat.adapter import UserId
from chat.legacy.context import Fold
from chat.legacy.ledger import Known
from chat.legacy.reading import Position, Reading
from chat.legacy.rows import Row
from chat.legacy.seats import Seat
from chat.legacy.targets import Group, Said
from chat.legacy.times import EPOCH, moment
from chat.legacy.words import UNREAD_COLLAPSED, Flag, Reason
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
    role: str
    left_at: datetime | None
    muted_until: datetime | None
    pinned_at: datetime | None
    archived_at: datetime | None

    @property
    def mark(self) -> int:
        """What changes with everything that anybody does to it: the ledger keeps it."""
        return self.version + self.state_version


MEMBER_FIELDS = (
    "pk",
    "user_id",
    "read_seq",
    "visible_from_seq",
    "version",
    "state_version",
    "role",
    "left_at",
    "muted_until",
    "pinned_at",
    "archived_at",
)
_OWN = ("muted_until", "pinned_at", "archived_at")
"""What of a membership its person alone sees."""


class Memberships:
    """Of one target. What messages do to them is noted while they pass, and written at the end of each slice.

    ``known`` is what an earlier run said of the old rows of members, by table and id; ``retold``: of the
    conversation itself something changed.
    """

    def __init__(
        self,
        fold: Fold,
        group: Group,
        seats: dict[UserId, Seat],
        known: Mapping[tuple[str, str], Known],
        *,
        retold: bool,
    ) -> None:
        self._fold, self._group, self._seats, self._known = fold, group, seats, known
        self._rows = fold.writer.table("ChatGroupUser", COLUMNS)
        self._hidden_rows = fold.writer.table("MessageHidden", HIDDEN_COLUMNS)
        self._marks = fold.writer.table("ReadMark", MARK_COLUMNS)
        self._members: dict[UserId, Member] = {}
        self._before: dict[UserId, int] = {}
        self._left_at: dict[UserId, int] = {}
        self._meanwhile: set[UserId] = set()
        self._versions: dict[UserId, int] = {}
        self._floors: dict[UserId, int] = {}
        self._hiders = [seat for seat in seats.values() if seat.hides]
        self._hidden: dict[UserId, list[tuple[str, int, bool]]] = {}
        self._changed = {user for user, seat in seats.items() if retold or self._has_changed(seat)}
        self._touched: set[UserId] = set()

    def begin(self, members: dict[UserId, Member]) -> None:
        """Begin a slice. ``members`` are the memberships that the group has; who has none gets a version now."""
        self._members = members
        for user, member in members.items():
            self._before.setdefault(user, member.mark)
            if self._left_at.get(user, member.mark) != member.mark:  # changed since the last slice, not by it
                self._meanwhile.add(user)
        self._hidden.clear()
        self._floors = {user: member.visible_from_seq for user, member in members.items()}
        for user in self._seats:
            if user not in members:
                self._versions[user] = self._group.next_version()
                self._floors[user] = 1
        self._touched = {user for user in self._changed & members.keys() if not self._is_untouched(members[user])}

    def message_passed(self, number: int, time: int, seq: int, said: Said) -> None:
        """Note for whom a new message of conversation ``number`` is hidden.

        What is hidden from the first message on, without a gap, costs no row: the person sees from the next one.
        """
        for seat in self._hiders:
            if _hides(seat, number, time):
                self._hide(seat.user, seq, said, cleared=True)
        for user in said.hidden_for:
            if user in self._floors:
                self._hide(user, seq, said, cleared=False)

    def known_passed(self, number: int, time: int, seq: int, said: Said) -> None:
        """Note for whom a message that was folded before is hidden now: those whose rows changed, or are new."""
        for seat in self._hiders:
            is_concerned = seat.user in self._changed or seat.user not in self._members
            if is_concerned and seat.user not in self._touched and _hides(seat, number, time):
                self._hide(seat.user, seq, said, cleared=True)
        for user in said.hidden_for:
            if user in self._floors:
                self._hide(user, seq, said, cleared=False)

    def end(self, reading: Reading | None, read_up_to: int) -> None:
        """Write what is new. ``reading`` is finished with the last slice alone, and then gives the positions.

        ``read_up_to``: the last number before the fold; who has not read that far keeps their position.
        """
        self._drop_hidden_before()
        for user, seat in self._seats.items():
            position = reading.positions.get(user) if reading is not None else None
            if user in self._members:
                self._change(self._members[user], seat, position, read_up_to)
            else:
                self._add(seat, position)
        for user, hidden in self._hidden.items():
            if user not in self._seats:
                self._change(self._members[user], None, None, read_up_to)
            state = self._state_of(user)
            self._hidden_rows.extend(
                (self._group.id, user, message_id, seq, True, counts, state) for message_id, seq, counts in hidden
            )
        self._left_at = {user: self._mark_of(user) for user in {*self._members, *self._versions}}

    def account(self, reading: Reading) -> int:
        """Say what became of the old rows; what changed since an earlier run is flagged.

        Returns how many unread messages collapsed of people who have no row to say so.
        """
        ledger, nowhere = self._fold.ledger, 0
        for user, seat in self._seats.items():
            collapsed = reading.positions[user].collapsed
            flags = [*seat.flags, *([f"{UNREAD_COLLAPSED}:{collapsed}"] if collapsed else [])]
            if not seat.rows:
                nowhere += collapsed
            is_first = not any((row.table, row.old_id) in self._known for row, _ in seat.rows)
            for row, own in seat.rows:
                known = self._known.get((row.table, row.old_id))
                if known is not None:
                    self._account_again(user, row, known)
                elif not is_first:
                    ledger.merged(row, "ChatGroupUser", self._group.id, Reason.SAME_PERSON, own)
                elif self._group.is_native:
                    ledger.merged(row, "ChatGroupUser", self._group.id, Reason.NATIVE_GROUP, [*flags, *own])
                else:
                    ledger.kept(row, "ChatGroupUser", self._group.id, self._mark_of(user), [*flags, *own])
                is_first = False
        return nowhere

    def _has_changed(self, seat: Seat) -> bool:
        """Return whether one of a person's rows says something else than when it was folded, or is new beside those."""
        said = [(self._known.get((row.table, row.old_id)), row) for row, _ in seat.rows]
        if all(known is None for known, _ in said):
            return False
        return any(known is None or known.fingerprint != row.fingerprint for known, row in said)

    def _is_untouched(self, member: Member) -> bool:
        """Return whether nobody but this run changed a membership since it was folded."""
        if member.user in self._meanwhile:
            return False
        mark = self._before.get(member.user)
        rows = (self._known.get((row.table, row.old_id)) for row, _ in self._seats[member.user].rows)
        return any(known is not None and known.folded_version == mark for known in rows)

    def _account_again(self, user: UserId, row: Row, known: Known) -> None:
        changes: dict[str, Any] = {}
        if row.fingerprint != known.fingerprint:
            wins = user in self._touched or known.folded_version is None
            flag = Flag.NEW_APP_WINS if wins else Flag.CHANGED_LATER
            changes = {"fingerprint": row.fingerprint, "flags": sorted({*known.flags, flag})}
        was = self._before.get(user)
        is_ours = was is not None and known.folded_version == was and user not in self._meanwhile
        if is_ours and self._mark_of(user) != was:
            changes["folded_version"] = self._mark_of(user)
        if changes:
            self._fold.ledger.update(known.pk, **changes)

    def _drop_hidden_before(self) -> None:
        """Leave out what is hidden already."""
        if self._group.is_new or not self._hidden:
            return
        ids = {message_id for hidden in self._hidden.values() for message_id, _, _ in hidden}
        rows = self._fold.models.rows("MessageHidden").filter(group=self._group.id, user__in=list(self._hidden))
        before: set[tuple[str, UserId]] = set()
        wanted = sorted(ids)
        for start in range(0, len(wanted), 500):
            found = rows.filter(message__in=wanted[start : start + 500]).values_list("message_id", "user_id")
            before.update((str(message_id), user) for message_id, user in found)
        for user, hidden in list(self._hidden.items()):
            self._hidden[user] = [each for each in hidden if (each[0], user) not in before]
            if not self._hidden[user]:
                del self._hidden[user]

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

    def _change(self, member: Member, seat: Seat | None, position: Position | None, read_up_to: int) -> None:
        changes: dict[str, Any] = {}
        if self._floors[member.user] > member.visible_from_seq:
            changes["visible_from_seq"] = self._floors[member.user]
        if position is not None and position.seq > member.read_seq >= read_up_to:
            changes["read_seq"] = position.seq
            changes |= {name: Greatest(F(name), position.seq) for name in ("unread_from_seq", "delivered_seq")}
            changes["read_changed_at"] = self._mark(member.user, position)
        version = member.version
        if seat is not None and self._changed:
            told = self._told_otherwise(member, seat)
            changes |= told
            if told.keys() - set(_OWN):
                version = changes["version"] = self._group.next_version()
        if changes or member.user in self._hidden:
            self._members[member.user] = member._replace(state_version=member.state_version + 1, version=version)
            rows = self._fold.models.rows("ChatGroupUser").filter(pk=member.pk)
            rows.update(**changes, state_version=F("state_version") + 1)

    def _told_otherwise(self, member: Member, seat: Seat) -> dict[str, Any]:
        """Return what the old application made of a membership since, if nobody has touched it here."""
        if not self._is_untouched(member):
            return {}
        joined = moment(seat.joined)
        told = {
            "role": seat.role,
            "left_at": None if seat.left is None else moment(seat.left),
            "muted_until": FOR_EVER if seat.muted else None,
            "pinned_at": (member.pinned_at or joined) if seat.pinned else None,
            "archived_at": (member.archived_at or joined) if seat.archived else None,
        }
        return {name: value for name, value in told.items() if getattr(member, name) != value}

    def _mark(self, user: UserId, position: Position | None) -> Any:  # noqa: ANN401 (a time or None)
        if position is None or not position.seq:
            return None
        at = moment(position.at)
        self._marks.append((self._group.id, user, MarkKind.READ, position.seq, at))
        return at

    def _mark_of(self, user: UserId) -> int:
        if user in self._members:
            return self._members[user].mark
        return self._versions[user] + self._state_of(user)

    def _state_of(self, user: UserId) -> int:
        if user in self._members:
            return self._members[user].state_version
        return 1 if user in self._hidden else 0


def _hides(seat: Seat, number: int, time: int) -> bool:
    """Return whether somebody does not see what was said in a conversation at a time."""
    if number not in seat.hides:
        return False
    until = seat.hides[number]
    return until is None or time <= until
