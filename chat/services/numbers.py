"""Integers for rows, on the surface whose clients know no other ids."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from chat.choices import NumberKind
from chat.models import LegacyNumber, LegacyRow
from chat.services.writing import atomic

Wanted = Mapping[NumberKind, Collection[UUID]]
Numbers = dict[NumberKind, dict[UUID, int]]


def numbers_give(wanted: Wanted) -> Numbers:
    """Return the number of each of these rows, by kind: its old id, else one that is given to it now and stays.

    New numbers lie above every number in use and every old id, and follow the order in which the rows are named. Of two
    requests that number a row at once both get the same. One statement where all have numbers.

    Who may: any code that shows these rows; a number opens nothing. Locks and publishes nothing.
    """
    found = LegacyNumber.objects.known(wanted)
    for kind, new_ids in wanted.items():
        while missing := [new_id for new_id in dict.fromkeys(new_ids) if new_id not in found[kind]]:
            _give(kind, missing)
            found[kind] |= LegacyNumber.objects.known({kind: missing})[kind]
    return found


def _give(kind: NumberKind, new_ids: Sequence[UUID]) -> None:
    """Give as many of these rows a number as nobody is faster with; each round somebody gets on."""
    given = _old_numbers(kind, new_ids)
    number = LegacyNumber.objects.highest(kind)
    for new_id in new_ids:
        if new_id not in given:
            given[new_id] = number = number + 1
    ordered = sorted(given.items(), key=lambda item: item[1])  # whoever waits for another has lower numbers alone
    rows = [LegacyNumber(kind=kind, number=number, new_id=new_id) for new_id, number in ordered]
    with atomic():
        LegacyNumber.objects.bulk_create(rows, ignore_conflicts=True)


def _old_numbers(kind: NumberKind, new_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return old ids, but for those that were given to other rows before the old ones came."""
    old = LegacyRow.objects.numbers_of(kind, new_ids)
    numbers = LegacyNumber.objects.filter(kind=kind, number__in=old.values())
    taken = set(numbers.values_list("number", flat=True)) if old else set()
    return {new_id: number for new_id, number in old.items() if number not in taken}
