"""After: who sees which folded message now, by the app's own tables; for whoever checks a fold."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

if TYPE_CHECKING:
    from chat.legacy.models import Models

Seats = dict[str, "Seat"]
"""The memberships of one group, by person."""


class Shown(NamedTuple):
    """A message, as far as it matters who sees it."""

    pk: UUID
    group_id: UUID
    seq: int
    version: int
    deleted: bool
    expires: bool


class Seat(NamedTuple):
    """A membership, as far as it matters what the person sees."""

    first: int
    """Number of the first message that they can see."""
    left: bool
    version: int
    floor: int
    state: int


@dataclass(slots=True)
class After:
    """What is there now of some folded messages."""

    shown: dict[UUID, Shown] = field(default_factory=dict)
    seats: dict[UUID, Seats] = field(default_factory=lambda: defaultdict(dict))
    hidden: dict[UUID, dict[str, bool]] = field(default_factory=lambda: defaultdict(dict))
    """Who hid a message, or (False) showed it again."""
    closed: set[UUID] = field(default_factory=set)
    """Groups that were deleted."""

    def viewers(self, message: Shown) -> set[str]:
        """Return the keys, as text, of who sees the content of a message."""
        if message.deleted or message.expires or message.group_id in self.closed:
            return set()
        seats, hidden = self.seats[message.group_id], self.hidden.get(message.pk, {})
        there = {person for person, seat in seats.items() if not seat.left and seat.first <= message.seq}
        return there - {person for person, active in hidden.items() if active}


def read_after(models: "Models", message_ids: Collection[UUID]) -> After:
    """Return what is there now of these messages. Five statements."""
    after = After()
    fields = ("pk", "group_id", "seq", "version", "deleted_at", "expires_at")
    for pk, group_id, seq, version, deleted, expires in _rows(models, "ChatMessage", fields, pk__in=message_ids):
        after.shown[pk] = Shown(pk, group_id, seq, version, deleted is not None, expires is not None)
    groups = {message.group_id for message in after.shown.values()}
    after.closed = {pk for (pk,) in _rows(models, "ChatGroup", ("pk",), pk__in=groups, deleted_at__isnull=False)}
    hidden = _rows(models, "MessageHidden", ("message_id", "user_id", "active"), message__in=after.shown)
    for message_id, user_id, active in hidden:
        after.hidden[message_id][str(user_id)] = active
    _read_seats(models, after, groups)
    return after


def _read_seats(models: "Models", after: After, groups: Collection[UUID]) -> None:
    fields = ("group_id", "user_id", "visible_from_seq", "left_at", "version", "floor_version", "state_version")
    rows = _rows(models, "ChatGroupUser", fields, group__in=groups, user__isnull=False)
    for group_id, user_id, first, left_at, version, floor, state in rows:
        after.seats[group_id][str(user_id)] = Seat(first, left_at is not None, version, floor, state)


def _rows(models: "Models", name: str, fields: tuple[str, ...], **which: Any) -> Iterator[tuple[Any, ...]]:
    return iter(models.rows(name).filter(**which).values_list(*fields))
