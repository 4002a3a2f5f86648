"""Identities: the profiles under which an older chat knew people, read from the host's own tables.

A number is an identity only together with its type: student 5 and tutor 5 are different people.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, ForeignKey

UserId = Any
Pair = tuple[str, int]
"""Type and number of a profile."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A profile and whose it is."""

    profile_type: str
    profile_id: int
    user_id: UserId


@dataclass(frozen=True, slots=True)
class Table:
    """Where the profiles of one type are: their number in ``id``, whose they are in ``user_column``."""

    profile_type: str
    name: str
    user_column: str
    database: str = DEFAULT_DB_ALIAS


def tables_of(profiles: Mapping[str, Sequence[str]]) -> list[Table]:
    """Return the tables that the setting PROFILES names, in its order."""
    return [Table(profile_type, *where) for profile_type, where in profiles.items()]


def identities_read(tables: Sequence[Table], user_ids: Collection[UserId], pairs: Collection[Pair]) -> list[Identity]:
    """Return the profiles of these people, and those that these pairs name and that are somebody's.

    By the order of the tables. One statement for each database.
    """
    found: list[Identity] = []
    for database, group in groupby(sorted(tables, key=_database), key=_database):
        found += _read(database, list(group), user_ids, pairs)
    order = {table.profile_type: place for place, table in enumerate(tables)}
    return sorted(found, key=lambda identity: (order[identity.profile_type], identity.profile_id))


def _database(table: Table) -> str:
    return table.database


def _read(
    database: str, tables: Sequence[Table], user_ids: Collection[UserId], pairs: Collection[Pair]
) -> Iterator[Identity]:
    connection, key = connections[database], user_key_field()
    keys = [key.get_db_prep_value(user_id, connection) for user_id in user_ids]
    selects, values = [], []
    for place, table in enumerate(tables):
        numbers = [number for profile_type, number in pairs if profile_type == table.profile_type]
        if keys or numbers:
            selects.append(_select(place, table, connection.ops.quote_name, len(numbers), len(keys)))
            values += [*numbers, *keys]
    if not selects:
        return
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects), values)
        rows = cursor.fetchall()
    yield from (Identity(tables[place].profile_type, number, key.to_python(user)) for place, number, user in rows)


def _select(place: int, table: Table, quote: Any, numbers: int, keys: int) -> str:  # noqa: ANN401 (Django's function)
    number, user = quote("id"), quote(table.user_column)
    which = [f"{name} IN ({', '.join(['%s'] * count)})" for name, count in ((number, numbers), (user, keys)) if count]
    # Names come from the host's settings; what requests say are parameters.
    return (
        f"SELECT {place}, {number}, {user} FROM {quote(table.name)}"  # noqa: S608
        f" WHERE ({' OR '.join(which)}) AND {user} IS NOT NULL"
    )


def user_key_field() -> "Field[Any, Any]":
    """Return the field that a user's key is kept in: of a child in multi-table inheritance, its first parent's."""
    field = get_user_model()._meta.pk
    while isinstance(field, ForeignKey):
        field = field.target_field
    return field
