"""Which rows are about one call, and what they say of it together."""

from datetime import timedelta
from typing import Any

import pytest

from chat.legacy.calls.logged import Logged
from chat.legacy.calls.pairing import paired
from chat.legacy.calls.states import became, leader_of
from chat.legacy.rows import OldCall, OldPerson, Row
from chat.legacy.times import micros
from tests.legacy.astegni.moments import at

HOURS_3 = 180 * 60_000_000


def call(number: int, caller: int | None, minute: float, status: str = "ended", **values: Any) -> Logged:
    told: dict[str, Any] = {"call_type": "voice", "status": status, "started_at": at(minute)} | values
    person = OldPerson(caller or f"unknown-{number}")
    old = OldCall(row=Row("call_logs", str(number), ""), conversation="1", caller=person, **told)
    return Logged(old, caller, micros(at(minute)))


def together(*calls: Logged, shifts: tuple[int, ...] = ()) -> list[list[int]]:
    return sorted(sorted(int(row.old_id) for row in rows) for rows in paired(calls, shifts))


def test_rows_of_two_people_within_a_minute_are_one_call() -> None:
    assert together(call(1, 7, 0), call(2, 8, 1)) == [[1, 2]]
    assert together(call(1, 7, 0), call(2, 8, 1.1)) == [[1], [2]]
    assert together(call(1, 7, 0), call(2, 7, 0.5)) == [[1], [2]], "of one person"
    assert together(call(1, 7, 0), call(2, 8, 0.5, call_type="video")) == [[1], [2]]
    assert together(call(1, 7, 0), call(2, None, 0.5)) == [[1, 2]]
    assert together(call(1, None, 0), call(2, None, 0.5)) == [[1], [2]], "nobody knows whose they are"


def test_nearest_rows_meet_first_and_others_of_a_group_join_them() -> None:
    assert together(call(1, 7, 0), call(2, 7, 0.8), call(3, 8, 0.9)) == [[1], [2, 3]]
    assert together(call(1, 7, 0), call(2, 8, 0.4), call(3, 9, 0.9)) == [[1, 2, 3]]
    assert together(call(1, 7, 0), call(2, 8, 0.9), call(3, 9, 1.8)) == [[1, 2], [3]], "not within a minute of all"


def test_clock_shift_lets_rows_meet_only_where_it_is_named() -> None:
    rows = (call(1, 7, 0), call(2, 8, 180.5))
    assert together(*rows) == [[1], [2]]
    assert together(*rows, shifts=(HOURS_3,)) == [[1, 2]]
    assert together(*rows, shifts=(-HOURS_3,)) == [[1, 2]], "whichever clock was wrong"
    nearer = call(3, 8, 0.9)
    assert together(*rows, nearer, shifts=(HOURS_3,)) == [[1, 3], [2]], "what needs no shift comes first"


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        (("initiated", "declined"), "declined"),
        (("declined", "answered"), "ended"),
        (("missed", "cancelled"), "missed"),
        (("cancelled", "failed"), "cancelled"),
        (("initiated", "cancelled"), "cancelled"),
        (("initiated", "ringing"), "missed"),
        (("no_answer",), "missed"),
        (("connected",), "ended"),
    ],
)
def test_strongest_state_is_what_became_of_the_call(statuses: tuple[str, ...], state: str) -> None:
    rows = [call(number, number, 0, status) for number, status in enumerate(statuses, start=1)]

    assert became(rows, rows[0], ()).state == state


def test_caller_is_who_says_so_and_else_who_began() -> None:
    first, second = call(1, 7, 0, "missed"), call(2, 8, 0.5, "no_answer")
    assert leader_of([first, second]) is second
    assert leader_of([call(3, 7, 0.2), call(4, 8, 0)]).old_id == "4"
    assert leader_of([call(10, 7, 0), call(9, 8, 0)]).old_id == "9", "old ids are numbers"


def test_times_are_by_the_clock_of_the_caller_and_lengths_fill_gaps() -> None:
    caller = call(1, 7, 0, "initiated")
    callee = call(2, 8, 180.5, "ended", answered_at=at(181), duration=120)
    found = became([callee, caller], caller, (HOURS_3,))
    assert (found.started_at, found.answered_at, found.ended_at) == (at(0), at(1), at(3))
    assert not found.flags

    single = call(3, 7, 0, "ended", ended_at=at(4), duration=60)
    assert became([single], single, ()).answered_at == at(3)
    ringing = call(4, 7, 0, "ringing", answered_at=at(0.1), duration=30)
    assert became([ringing], ringing, ()).state == "ended", "it went on"
    assert became([ringing], ringing, ()).ended_at == at(0.1) + timedelta(seconds=30)
    wrong = call(5, 7, 0, "ended", answered_at=at(2), ended_at=at(1))
    assert became([wrong], wrong, ()).flags == ["times_reversed"]
