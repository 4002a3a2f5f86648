"""Pairing: which rows are about the same call. Both sides wrote one, each as if they had called."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from chat.legacy.calls.logged import Logged

WITHIN = 60_000_000
"""How far apart, in microseconds, two rows of one call begin at most."""


def paired(calls: Iterable[Logged], shifts: Sequence[int]) -> Iterator[list[Logged]]:
    """Yield the rows of one group's calls, together where they are about the same call.

    They are of the same type and of different people, of whom one at least is known, and begin within a minute of each
    other; or within a minute of one of ``shifts``, by which a clock was wrong (in microseconds, either way). The
    nearest pair first, and those without a shift before the others.
    """
    for _, of_type in groupby(sorted(calls, key=_type_and_age), key=_type):
        rows = list(of_type)
        together = {index: [index] for index in range(len(rows))}
        for _, _, one, other in sorted(_candidates(rows, shifts)):
            if together[one] is not together[other] and _fit(rows, together[one], together[other], shifts):
                together[one] += together[other]
                for index in together[other]:
                    together[index] = together[one]
        seen: set[int] = set()
        for index, cluster in together.items():
            if index not in seen:
                seen.update(cluster)
                yield [rows[each] for each in sorted(cluster)]


def offset(first: Logged, second: Logged, shifts: Sequence[int]) -> int | None:
    """Return by how much the clock of the second row is ahead of the first's; None where they are not of one call."""
    apart = second.at - first.at
    for shift in (0, *shifts, *(-shift for shift in shifts)):
        if abs(apart - shift) <= WITHIN:
            return shift
    return None


def _candidates(rows: Sequence[Logged], shifts: Sequence[int]) -> Iterator[tuple[bool, int, int, int]]:
    times = [row.at for row in rows]
    for one, row in enumerate(rows):
        for shift in (0, *map(abs, shifts)):
            begin = max(bisect_left(times, row.at + shift - WITHIN), one + 1)
            for other in range(begin, len(rows)):
                if times[other] > row.at + shift + WITHIN:
                    break
                yield shift != 0, abs(times[other] - row.at - shift), one, other


def _fit(rows: Sequence[Logged], some: Sequence[int], others: Sequence[int], shifts: Sequence[int]) -> bool:
    """Return whether all of these rows can be about one call."""
    return all(
        rows[one].who != rows[other].who
        and not (rows[one].caller is None and rows[other].caller is None)
        and offset(rows[one], rows[other], shifts) is not None
        for one in some
        for other in others
    )


def _type(call: Logged) -> str:
    return call.old.call_type


def _type_and_age(call: Logged) -> tuple[str, tuple[int, int, str]]:
    return call.old.call_type, call.age
