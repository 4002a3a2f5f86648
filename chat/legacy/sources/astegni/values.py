"""Reading single values of old rows: people, truth values, texts, lists."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from chat.legacy.rows import OldPerson
from chat.legacy.source import Source, Values

SYSTEM = "system"


def person_of(values: Mapping[str, Any], prefix: str = "", *, user: str = "") -> OldPerson:
    """Return whom the columns with this prefix name; ``user`` is the column of the user where it is another.

    Half a profile, a type without a number or the reverse, is none.
    """
    kind_column, number_column, user_column = _columns_of(prefix)
    user_id, kind = values.get(user or user_column), values.get(kind_column)
    number = _whole(values.get(number_column)) if kind else None
    return OldPerson(user_id) if number is None else OldPerson(user_id, str(kind), number)


def maybe_person_of(values: Mapping[str, Any], prefix: str = "") -> OldPerson | None:
    """Return whom the columns with this prefix name, or None where they name nobody."""
    person = person_of(values, prefix)
    return None if person == OldPerson() else person


def people_in(raw: object) -> Iterator[OldPerson]:
    """Yield the people of a list in JSON: user ids, or objects with the columns of a person."""
    for item in raw if isinstance(raw, list) else ():
        if isinstance(item, Mapping):
            person = person_of(item)
            if person != OldPerson():
                yield person
        elif isinstance(item, int | str) and not isinstance(item, bool) and item != "":
            yield OldPerson(user_id=item)


def flag_of(values: Values, name: str, *, default: bool = False) -> bool:
    """Return the truth value in a column; ``default`` where there is none."""
    value = values.get(name)
    return default if value is None else bool(value)


def text_of(values: Values, name: str) -> str | None:
    """Return the text in a column, without the character that PostgreSQL cannot keep."""
    value = values.get(name)
    return None if value is None else str(value).replace("\0", "")


def id_of(values: Values, *names: str) -> str | None:
    """Return the number in the first of these columns that has one, as text."""
    for name in names:
        value = values.get(name)
        if value is not None:
            return str(value)
    return None


def ids_in(source: Source, raw: object) -> list[str]:
    """Return the numbers of a list, an array of the database or in JSON, as texts."""
    items = source.json(raw)
    return [str(item) for item in items if item is not None] if isinstance(items, list | tuple) else []


@cache
def _columns_of(prefix: str) -> tuple[str, str, str]:
    return f"{prefix}profile_type", f"{prefix}profile_id", f"{prefix}user_id"


def _whole(value: object) -> int | None:
    try:
        return int(value)  # type: ignore[call-overload, no-any-return]
    except (TypeError, ValueError):
        return None
