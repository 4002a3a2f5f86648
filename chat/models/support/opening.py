"""When a desk is open: an instant is in the opening hours when the clock on the wall shows a time of that weekday's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]
"""From when (included) to when (excluded), in UTC."""
Interval = tuple[time, time]
"""Opens, closes; midnight at its end is 00:00."""

DAY = timedelta(days=1)
LOOK_AHEAD = timedelta(days=400)
"""How far away the next opening is looked for: a desk that is closed for longer is closed."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The week of a desk in its time zone; on holidays it is closed. ``week`` has intervals by weekday, Monday is 0."""

    zone: ZoneInfo
    week: Mapping[int, Sequence[Interval]]
    holidays: frozenset[date] = frozenset()

    def seconds(self, start: datetime, end: datetime) -> int:
        """Return for how many whole seconds the desk was open between two instants."""
        return int(sum((until - since for since, until in self.spans(start, end)), timedelta()).total_seconds())

    def is_open_at(self, at: datetime) -> bool:
        """Return whether the desk is open at an instant."""
        return any(True for _ in self.spans(at, at + timedelta(microseconds=1)))

    def opens_after(self, at: datetime) -> datetime | None:
        """Return the first instant from ``at`` on at which the desk is open; None where that is too far away."""
        return next((since for since, _ in self.spans(at, at + LOOK_AHEAD)), None)

    def spans(self, start: datetime, end: datetime) -> Iterator[Span]:
        """Yield when the desk is open between two instants, in order; what touches comes in pieces."""
        for since, until, offset in self._steady(start.astimezone(UTC), end.astimezone(UTC)):
            for opens, closes in self._on_the_wall(since + offset, until + offset):
                yield opens - offset, closes - offset

    def _on_the_wall(self, since: datetime, until: datetime) -> Iterator[Span]:
        """Yield the parts of a stretch of wall time that lie in the opening hours."""
        day = since.replace(hour=0, minute=0, second=0, microsecond=0)
        while day < until:
            reached = since
            for opens, closes in self._of_day(day.date()):
                begins = max(day + _since_midnight(opens), reached)  # intervals may overlap: nothing counts twice
                ends = min(day + (_since_midnight(closes) or DAY), until)
                if begins < ends:
                    yield begins, ends
                    reached = ends
            day += DAY

    def _of_day(self, day: date) -> Sequence[Interval]:
        return () if day in self.holidays else sorted(self.week.get(day.weekday(), ()))

    def _steady(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
        """Yield the time between two instants in parts in which the zone keeps its offset from UTC, with the offset."""
        while start < end:
            until, offset = min(start + DAY, end), self._offset(start)
            if self._offset(until) != offset:  # the clocks were changed in this part: at its middle, or on one side
                until = self._change(start, until)
            yield start, until, offset
            start = until

    def _change(self, before: datetime, after: datetime) -> datetime:
        """Return the first second after ``before`` at which the offset is another; at ``after`` it is."""
        offset = self._offset(before)
        first, last = int(before.timestamp()), int(after.timestamp()) + 1
        while last - first > 1:
            middle = (first + last) // 2
            first, last = (
                (middle, last) if self._offset(datetime.fromtimestamp(middle, UTC)) == offset else (first, middle)
            )
        return min(datetime.fromtimestamp(last, UTC), after)

    def _offset(self, at: datetime) -> timedelta:
        return at.astimezone(self.zone).utcoffset() or timedelta()


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
