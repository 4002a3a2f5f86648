"""Worlds: older databases of any kind, full of what makes a fold hard, with what is in them in plain Python beside it.

A strategy yields a plan, which is data; a world is built from it and knows its rows. Who could see what follows from
those rows by a few lines of Python for each kind: nothing of the sources, of the fold or of verifying has a part.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st

START = datetime(2024, 5, 1, 8, 0, tzinfo=UTC)
UNREADABLE = "yesterday, about noon"
GONE = 999_983
"""A number that no user has."""

CHANGED = START + timedelta(seconds=2000)
"""When what the older application does between two runs is done, but for messages, which have times of their own."""

Plan = dict[str, Any]
Seen = dict[Any, set[tuple[str, str]]]
"""Which messages, by table and old id, each person could see."""

small = st.integers(0, 5)
ticks = st.integers(0, 6)
times = st.one_of(ticks, ticks, ticks, st.none(), st.just("unreadable"))
seldom = st.integers(0, 4).map(lambda drawn: drawn == 0)


class World:
    """An older database that was built, as far as it matters who sees what."""

    name: ClassVar[str]
    """Of its source."""
    table: str
    """Of its messages."""
    people: Sequence[Any]
    """The keys of the users that exist."""

    def build(self) -> None:
        """Make the tables and fill them."""
        raise NotImplementedError

    def drop(self) -> None:
        """Remove the tables."""
        raise NotImplementedError

    def seen(self) -> Seen:
        """Return who could see what."""
        raise NotImplementedError

    def change(self, plan: Plan) -> None:
        """Let the older application go on: write, edit, delete, hide, clear, or read."""
        raise NotImplementedError

    def tells_when(self, changes: Sequence[Plan]) -> bool:
        """Return whether the times of rows say that these changes were made at CHANGED."""
        return all(change["what"] != "say" for change in changes)

    def bytes(self) -> object:
        """Return everything that is in its tables."""
        raise NotImplementedError


def at(tick: int | None) -> datetime | None:
    """Return the time of a tick; few ticks, so that times are often equal."""
    return None if tick is None else START + timedelta(seconds=20 * tick)


def repaired(rows: Sequence[tuple[Any, datetime | None]], begun: datetime | None) -> dict[Any, datetime | None]:
    """Return the time of each row of one conversation, by id.

    What has none takes that of the nearest earlier row by id, else of the nearest later, else the conversation's.
    """
    rows = sorted(rows)
    found: dict[Any, datetime | None] = {}
    for place, (key, time) in enumerate(rows):
        earlier = [each for _, each in rows[:place] if each is not None]
        later = [each for _, each in rows[place:] if each is not None]
        found[key] = time or (earlier[-1] if earlier else later[0] if later else begun)
    return found


def readable(raw: object) -> datetime | None:
    """Return a time as it was written, unless nobody can read it."""
    return raw if isinstance(raw, datetime) else None
