"""What of an old row is kept as it is: a person by id, and ids that are UUIDs."""

from uuid import UUID

from chat.legacy.rows import OldPerson
from chat.legacy.source import Source


def person_of(raw: object) -> OldPerson:
    """Return whom a column with a user's id names; where it is empty, somebody whom nobody knows."""
    return OldPerson() if raw is None or raw == "" else OldPerson(user_id=str(raw))


def items_in(source: Source, raw: object) -> object:
    """Return the list in a JSON column; what is broken comes as it is, so that it is flagged."""
    return raw if source.json(raw) is None and raw not in ("", "null") else source.json(raw)


def uuid_kept(raw: object) -> UUID | None:
    """Return the id that a row keeps: its own where that is a UUID, as text or not."""
    if isinstance(raw, UUID) or not isinstance(raw, str):
        return raw if isinstance(raw, UUID) else None
    try:
        found = UUID(raw)
    except ValueError:
        return None
    return found if raw.lower() in (str(found), found.hex) else None
