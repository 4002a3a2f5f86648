"""Ids that clients know from before the fold: of groups that became part of another, and of rows whose id was no UUID.

What they lead to is looked up only where nothing has the id itself, and shown to nobody whom it is not for.
"""

from collections.abc import Callable, Collection, Iterator
from typing import TypeVar
from uuid import UUID

from chat.models import LegacyRow

GROUPS, MESSAGES = "hazo_chat_group", "hazo_chat"
_ID_MAX_LENGTH = 255
T = TypeVar("T")


def find_by_id(table: str, raw: str, find: Callable[[UUID], T | None]) -> T | None:
    """Return what ``find`` finds by an id, else by that of what a row with the id became. None: nothing, or not so."""
    for found_id in _candidates(table, raw):
        found = find(found_id)
        if found is not None:
            return found
    return None


def ids_now(table: str, raws: Collection[str]) -> dict[str, UUID]:
    """Return the ids of what rows of an older chat became, by what clients wrote. One statement, none for no id.

    A UUID may have been kept in another form than a client writes it.
    """
    forms = {raw: {raw, str(parse_id(raw) or raw)} for raw in raws if len(raw) <= _ID_MAX_LENGTH and raw.isprintable()}
    known = LegacyRow.objects.hazo_ids(table, set().union(*forms.values())) if forms else {}
    return {raw: known[form] for raw, written in forms.items() for form in written if form in known}


def parse_id(raw: object) -> UUID | None:
    """Return the id that a client wrote, or None when nothing here can have it."""
    try:
        return UUID(str(raw))
    except ValueError:
        return None


def _candidates(table: str, raw: str) -> Iterator[UUID]:
    own = parse_id(raw)
    if own is not None:
        yield own
    yield from set(ids_now(table, [raw]).values()) - {own}
