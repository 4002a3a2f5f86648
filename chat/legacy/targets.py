"""Targets: the groups in the making, as a batch knows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from chat.adapter import UserId
from chat.legacy.ledger import Known
from chat.legacy.planning import Form, Planned
from chat.legacy.reading import Reading
from chat.legacy.scratch import Entry
from chat.legacy.seats import Seat

if TYPE_CHECKING:
    from chat.legacy.memberships import Memberships


@dataclass(slots=True)
class Group:
    """The new group, as it is while the batch writes into it. Times are in microseconds."""

    id: str
    is_new: bool
    is_native: bool = False
    """Whether it lived here before anything was folded into it."""
    last_seq: int = 0
    version: int = 0
    last_at: int | None = None
    latest: int | None = None
    """When the newest message was said that stands where its time belongs; looked up when it matters."""
    has_latest: bool = False
    was_at: tuple[int, int] = (0, 0)
    """Last number and version when the batch began."""

    def next_version(self) -> int:
        """Take the group's next version, for one row."""
        self.version += 1
        return self.version


@dataclass(slots=True)
class Target:
    """One group in the making: the conversations that it is made of, and who sits in it."""

    plans: list[tuple[int, Planned]]
    times: Mapping[int, int]
    form: Form
    seats: dict[UserId, Seat]
    reading: Reading
    group: Group
    memberships: "Memberships"
    known_members: Mapping[tuple[str, str], Known]
    """What an earlier run said of the rows of members, by table and id."""
    read_up_to: int = 0
    """The last number before the fold, where people had begun the group here already."""
    seen: dict[int, bool] = field(default_factory=dict)
    """By conversation, whether somebody known could see what is said there."""

    @property
    def oldest(self) -> Planned:
        """The conversation from which the group has its id and name."""
        return self.plans[0][1]

    def began(self) -> int:
        """Return when the oldest conversation began."""
        return self.times.get(self.plans[0][0], 0)


@dataclass(slots=True)
class Placed:
    """Where a new row of the timeline stands."""

    target: Target
    conversation: int
    old_id: str
    seq: int
    version: int
    time: int
    """When it was said, in microseconds."""
    created_at: datetime
    sent_at: datetime | None
    """The original time, where it had to be moved."""
    flags: list[str]


@dataclass(slots=True)
class Said:
    """What the group must know of a row of its timeline."""

    message_id: str
    sender: UserId | None
    counts: bool
    """Whether it counts as unread."""
    hidden_for: Sequence[UserId] = ()


class Items(Protocol):
    """One kind of things in the timeline. Each has a rank of its own; of two at the same time the lower comes first.

    A batch calls ``load`` once, then for each entry in the timeline's order either ``before`` or ``add``.
    """

    rank: int

    def load(self, entries: Sequence[Entry]) -> None:
        """Read the old rows of a batch, all at once, and have their people found."""

    def has(self, old_id: str) -> bool:
        """Return whether the old row is still there."""

    def sender(self, old_id: str) -> UserId | None:
        """Return who said it."""

    def before(self, old_id: str, target: Target, /) -> tuple[int, Said] | None:
        """Return its number, and what is known of it, if it was folded before; what changed since is applied."""

    def refused(self, old_id: str, *, seen: bool) -> bool:
        """Return whether it becomes nothing, and account for it then. ``seen``: somebody known could see it."""

    def add(self, placed: Placed) -> Said:
        """Add the new rows of one old row, and account for it."""

    def read(self, old_id: str, target: Target, conversation: int, seq: int) -> None:
        """Tell the target's reading what the old row itself says of who read it. Called when it has just passed."""
