"""Seats: everybody who is or was in the conversations that become one group, each person once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chat.adapter import UserId
from chat.legacy.identity import Known
from chat.legacy.planning import PEERS, Form, Planned
from chat.legacy.rows import OldMember, Row
from chat.legacy.times import micros, micros_or_none, moment
from chat.legacy.words import Flag
from chat.roles import Role

if TYPE_CHECKING:
    from datetime import datetime

_IN_GROUP: Mapping[str, tuple[Role, bool]] = {
    "owner": (Role.OWNER, False),
    "admin": (Role.ADMIN, False),
    "member": (Role.MEMBER, False),
    "staff": (Role.ADMIN, True),
    "client": (Role.MEMBER, True),
}
"""What an old role is in a group, and whether that is to be flagged."""
_RANK = {Role.OWNER: 0, Role.ADMIN: 1, Role.MEMBER: 2, Role.CLIENT: 0, Role.STAFF: 1}


@dataclass(slots=True)
class Seat:
    """One person in one group."""

    user: UserId
    role: Role
    joined: int
    """In microseconds, as all times here."""
    left: int | None = None
    muted: bool = False
    pinned: bool = False
    archived: bool = False
    hides: dict[int, int | None] = field(default_factory=dict)
    """By conversation, until when it does not show what was said there; None: for ever."""
    reads: dict[int, int] = field(default_factory=dict)
    """By conversation, when it was read last."""
    read_messages: list[str] = field(default_factory=list)
    """Old ids of the newest messages read."""
    rows: list[tuple[Row, list[str]]] = field(default_factory=list)
    """Its old rows with what is to be flagged; the first is the one that is kept."""
    was_owner: bool = False
    flags: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Part:
    """A row of a person, with where it is from."""

    number: int
    plan: Planned
    member: OldMember
    known: Known
    began: int


def seats_of(plans: Sequence[tuple[int, Planned]], times: Mapping[int, int], form: Form) -> dict[UserId, Seat]:
    """Return who sits in the group of these conversations (oldest first, by number), by user.

    ``times`` says when each began.
    """
    parts: dict[UserId, list[_Part]] = {}
    for number, plan in plans:
        for member, known in plan.members():
            if known.user is not None:
                part = _Part(number, plan, member, known, times.get(number, 0))
                parts.setdefault(known.user, []).append(part)
    seats = {user: _seat(user, own, form) for user, own in parts.items()}
    number, plan = plans[0]
    if form == Form.SUPPORT and plan.client not in seats:
        began = times.get(number, 0)
        seats[plan.client] = Seat(plan.client, Role.CLIENT, began, left=began)
    return seats


def strangers_of(plans: Sequence[tuple[int, Planned]]) -> Iterator[tuple[Row, Sequence[str]]]:
    """Yield the rows of unknown people."""
    for _, plan in plans:
        for member, known in plan.members():
            if known.user is None and member.row is not None:
                yield member.row, member.flags


def roles_settle(seats: Mapping[UserId, Seat], plan: Planned, form: Form, first_sender: UserId | None) -> None:
    """Say who owns the group: of a peer group one, of others whoever has it already, else the first in line.

    ``plan`` is the oldest conversation, which is flagged where nobody is left to own it.
    """
    if form == Form.SUPPORT:
        return
    live = sorted((seat for seat in seats.values() if seat.left is None), key=_age)
    if form in PEERS:
        owners = [seat for seat in live if seat.was_owner]
        candidates = [seat.user for seat in owners] + [plan.creator, first_sender] + [seat.user for seat in live]
        owner = next(user for user in candidates if user in seats)
        for seat in live:
            seat.role = Role.OWNER if seat.user == owner else Role.MEMBER
        return
    if not live:
        plan.flags.append(Flag.NO_OWNER)
    elif all(seat.role != Role.OWNER for seat in live):
        heirs = [seat for seat in live if seat.user == plan.creator]
        heirs += [seat for seat in live if seat.role == Role.ADMIN] + live
        heirs[0].role = Role.OWNER


def _age(seat: Seat) -> tuple[int, str]:
    return seat.joined, str(seat.user)


def _seat(user: UserId, parts: list[_Part], form: Form) -> Seat:
    active = [part for part in parts if part.member.active]
    seat = Seat(
        user=user,
        role=Role.MEMBER,
        joined=min(_joined(part) for part in parts),
        muted=all(part.member.muted for part in parts),
        pinned=any(part.member.pinned for part in parts),
        was_owner=any(part.member.role == Role.OWNER for part in active),
    )
    telling = _give_role(seat, parts, active, form)
    by_conversation: dict[int, list[_Part]] = {}
    for part in parts:
        by_conversation.setdefault(part.number, []).append(part)
    archived = [_hide(seat, number, own, form) for number, own in by_conversation.items()]
    seat.archived = all(archived)
    for part in parts:
        _note_reading(seat, part)
    ordered = [telling, *(part for part in parts if part is not telling)]
    seat.rows = [(part.member.row, _flags(part, seat)) for part in ordered if part.member.row is not None]
    return seat


def _flags(part: _Part, seat: Seat) -> list[str]:
    has_left = part.number in seat.hides and seat.hides[part.number] is None
    return [
        *part.member.flags,
        *([part.known.flag] if part.known.flag else []),
        *([Flag.OTHER_SIDE_LEFT] if has_left else []),
    ]


def _joined(part: _Part) -> int:
    joined = micros_or_none(part.member.joined_at)
    return part.began if joined is None else joined


def _give_role(seat: Seat, parts: list[_Part], active: list[_Part], form: Form) -> _Part:
    """Set role and leaving; return the part that says so."""
    if form in PEERS:
        return parts[0]
    if active:
        telling = min(active, key=lambda part: (_RANK[_role(part, form)[0]], _joined(part)))
    else:
        telling = max(parts, key=_left)
        seat.left = _left(telling)
    seat.role, mapped = _role(telling, form)
    if mapped:
        seat.flags.append(Flag.ROLE_MAPPED)
    return telling


def _left(part: _Part) -> int:
    member = part.member
    return max(micros(member.left_at or member.changed_at or moment(part.began)), part.began)


def _role(part: _Part, form: Form) -> tuple[Role, bool]:
    if form == Form.SUPPORT:
        role = Role.CLIENT if part.known.user == part.plan.client else Role.STAFF
        return role, part.member.role != role
    return _IN_GROUP.get(part.member.role, (Role.MEMBER, True))


def _hide(seat: Seat, number: int, parts: list[_Part], form: Form) -> bool:
    """Note what the person does not see of one conversation; return whether it is archived for them."""
    active = [part.member for part in parts if part.member.active]
    if not active:
        if form in PEERS:  # where nobody can leave
            seat.hides[number] = None
        return parts[0].plan.old.archived or form in PEERS
    cleared = [micros_or_none(member.cleared_at) for member in active]
    known = [until for until in cleared if until is not None]
    if len(known) == len(cleared):
        seat.hides[number] = min(known)
    return parts[0].plan.old.archived


def _note_reading(seat: Seat, part: _Part) -> None:
    read: datetime | None = part.member.read_at
    if read is not None:
        seat.reads[part.number] = max(micros(read), seat.reads.get(part.number, 0))
    if part.member.read_message is not None:
        seat.read_messages.append(part.member.read_message)
