"""Business hours: seconds inside them, across holidays, changes of the clocks, and intervals that meet or overlap."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.models.support.opening import Interval, Opening

NINE_TO_FIVE: Sequence[Interval] = ((time(9), time(17)),)
OFFICE = dict.fromkeys(range(5), NINE_TO_FIVE)
BERLIN, ADDIS, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("Africa/Addis_Ababa"), ZoneInfo("America/New_York")
HOUR = 3600


def _at(text: str, zone: ZoneInfo = ADDIS) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-02 10:00", "2026-03-02 11:00", 1),  # a Monday
        ("2026-03-02 08:00", "2026-03-02 18:00", 8),
        ("2026-03-02 17:00", "2026-03-03 09:00", 0),
        ("2026-03-02 16:00", "2026-03-03 10:00", 2),
        ("2026-03-06 16:00", "2026-03-09 10:00", 2),  # over a weekend
        ("2026-03-07 10:00", "2026-03-08 20:00", 0),  # within one
        ("2026-03-02 11:00", "2026-03-02 10:00", 0),  # backwards
        ("2026-03-02 00:00", "2026-03-09 00:00", 40),
        ("2026-01-05 00:00", "2027-01-04 00:00", 52 * 40),
    ],
)
def test_seconds_of_an_office_week(start: str, end: str, hours: float) -> None:
    assert Opening(ADDIS, OFFICE).seconds(_at(start), _at(end)) == hours * HOUR


def test_holidays_are_closed() -> None:
    opening = Opening(ADDIS, OFFICE, frozenset({date(2026, 3, 2), date(2026, 3, 7)}))
    assert opening.seconds(_at("2026-03-02 00:00"), _at("2026-03-09 00:00")) == 32 * HOUR
    assert not opening.is_open_at(_at("2026-03-02 10:00"))


@pytest.mark.parametrize(
    ("intervals", "hours"),
    [
        ([(time(9), time(12)), (time(13), time(17))], 7),
        ([(time(13), time(17)), (time(9), time(12))], 7),
        ([(time(9), time(13)), (time(12), time(17))], 8),
        ([(time(9), time(17)), (time(10), time(11))], 8),
        ([(time(0), time(0))], 24),
        ([(time(22), time(0)), (time(0), time(6))], 8),
        ([], 0),
    ],
)
def test_several_intervals_a_day(intervals: list[Interval], hours: int) -> None:
    opening = Opening(ADDIS, {0: intervals})
    assert opening.seconds(_at("2026-03-02 00:00"), _at("2026-03-03 00:00")) == hours * HOUR


@pytest.mark.parametrize(
    ("zone", "day", "interval", "hours"),
    [
        (BERLIN, "2026-03-29", (time(1), time(5)), 3),  # at 2 the clocks are put to 3
        (BERLIN, "2026-10-25", (time(1), time(5)), 5),  # at 3 they are put back to 2
        (BERLIN, "2026-03-29", (time(2, 30), time(5)), 2),  # 2:30 is never shown
        (BERLIN, "2026-03-29", (time(2), time(3)), 0),
        (BERLIN, "2026-10-25", (time(2), time(3)), 2),
        (BERLIN, "2026-10-25", (time(2, 30), time(3)), 1),
        (NEW_YORK, "2026-03-08", (time(0), time(0)), 23),
        (NEW_YORK, "2026-11-01", (time(0), time(0)), 25),
        (ZoneInfo("Australia/Lord_Howe"), "2026-04-05", (time(1), time(3)), 2.5),  # half an hour back
    ],
)
def test_days_on_which_the_clocks_change(zone: ZoneInfo, day: str, interval: Interval, hours: float) -> None:
    opening = Opening(zone, {6: [interval]})
    start = datetime.fromisoformat(day).replace(tzinfo=zone)
    assert opening.seconds(start, (start + timedelta(days=1)).replace(tzinfo=zone)) == hours * HOUR


def test_next_opening() -> None:
    opening = Opening(ADDIS, OFFICE, frozenset({date(2026, 3, 9)}))
    assert opening.opens_after(_at("2026-03-06 17:00")) == _at("2026-03-10 09:00")
    assert opening.opens_after(_at("2026-03-06 12:00")) == _at("2026-03-06 12:00")
    assert Opening(ADDIS, {}).opens_after(_at("2026-03-06 12:00")) is None


def _slowly(opening: Opening, start: datetime, end: datetime) -> int:
    """Count minute by minute what the clock on the wall shows."""
    minutes, at = 0, start
    while at < end:
        wall = at.astimezone(opening.zone)
        if wall.date() not in opening.holidays:
            shown = wall.hour * 60 + wall.minute
            for opens, closes in opening.week.get(wall.weekday(), ()):
                until = closes.hour * 60 + closes.minute or 24 * 60
                if opens.hour * 60 + opens.minute <= shown < until:
                    minutes += 1
                    break
        at += timedelta(minutes=1)
    return minutes * 60


@st.composite
def _weeks(draw: st.DrawFn) -> Mapping[int, Sequence[Interval]]:
    minute = st.integers(0, 24 * 60 - 1)

    def interval(first: int, second: int) -> Interval:
        opens, closes = sorted((first, second))
        return time(opens // 60, opens % 60), time(closes // 60 % 24, closes % 60)

    pairs = st.lists(st.builds(interval, minute, minute).filter(lambda pair: pair[0] != pair[1]), max_size=3)
    return draw(st.dictionaries(st.integers(0, 6), pairs, max_size=7))


# Around days on which clocks change, somewhere.
DAYS = [date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 10, 25), date(2026, 11, 1), date(2026, 6, 1)]
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Addis_Ababa", "Asia/Kathmandu", "UTC"]


@given(
    week=_weeks(),
    zone=st.sampled_from(ZONES),
    day=st.sampled_from(DAYS),
    begins=st.integers(-2 * 24 * 60, 24 * 60),
    lasts=st.integers(0, 4 * 24 * 60),
    holidays=st.frozensets(st.sampled_from(DAYS), max_size=2),
)
def test_seconds_are_those_of_a_slow_independent_count(
    week: Mapping[int, Sequence[Interval]],
    zone: str,
    day: date,
    begins: int,
    lasts: int,
    holidays: frozenset[date],
) -> None:
    opening = Opening(ZoneInfo(zone), week, holidays)
    start = datetime.combine(day, time(), UTC) + timedelta(minutes=begins)
    end = start + timedelta(minutes=lasts)

    assert opening.seconds(start, end) == _slowly(opening, start, end)
    first = opening.opens_after(start)
    if first is not None:
        assert opening.is_open_at(first)
        assert opening.seconds(start, first) == 0
