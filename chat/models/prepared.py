"""Querysets compiled once and run with other values: for the few reads that every client repeats all day.

Turning a queryset into SQL and rows into model instances costs several times what PostgreSQL takes for such a read (see
docs/performance.md). A ``Prepared`` keeps the SQL of a queryset, so the rule stays written once, in the queryset, and
gives rows as dicts. Writes, and everything that is rare, use querysets as they are.
"""

import json
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import partial
from typing import Any

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Field, Model, QuerySet, UUIDField, Value
from django.db.models.sql.compiler import SQLCompiler

Row = dict[str, Any]


class Param(Value):
    """A value to be named at each run; stands in a queryset where ``Value`` could."""

    def __init__(self, name: str, output_field: "Field[Any, Any]") -> None:
        super().__init__(name, output_field=output_field)

    def as_sql(self, _compiler: SQLCompiler, _connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """Return a placeholder, and this object in place of its value."""
        return "%s", [self]

    def bind(self, values: Row, connection: BaseDatabaseWrapper) -> Any:  # noqa: ANN401 (what the driver takes)
        """Return this parameter's value from ``values`` as the database wants it."""
        return self.output_field.get_db_prep_value(values[self.value], connection)


class Ids(Param):
    """Any number of UUIDs in one parameter; stands on the right of ``__in``."""

    def __init__(self, name: str) -> None:
        super().__init__(name, UUIDField())

    def as_sql(self, _compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """Return a list that the database makes of one value."""
        on_postgresql = connection.vendor == "postgresql"
        return "(SELECT unnest(%s::uuid[]))" if on_postgresql else "(SELECT value FROM json_each(%s))", [self]

    def bind(self, values: Row, connection: BaseDatabaseWrapper) -> Any:  # noqa: ANN401 (what the driver takes)
        """Return the ids as the database wants them."""
        ids = [str(key) for key in values[self.value]]
        if connection.vendor == "postgresql":
            return f"{{{','.join(ids)}}}"  # as one text: the driver would look at each of them, for nothing
        return json.dumps([key.replace("-", "") for key in ids])


class Prepared:
    """A read with named parameters.

    ``build`` makes the queryset, with a ``Param`` for each value that differs from run to run; what changes the SQL
    itself (a limit, whether a filter is there) is an argument of ``build``, and each combination is compiled once.

    ``planned_anew`` is for reads of few rows out of however many: where the host lets the driver prepare statements,
    PostgreSQL plans them for a group of average size, and then sorts all of a large one for each page.
    """

    def __init__(
        self, names: Sequence[str], build: Callable[..., QuerySet[Any, Any]], *, planned_anew: bool = False
    ) -> None:
        self.names = tuple(names)
        self.build = build
        self.planned_anew = planned_anew
        self._statements: dict[Hashable, _Statement] = {}

    def rows(self, model: type[Model], *shape: Hashable, **values: object) -> list[Row]:
        """Return the rows of ``build(*shape)``, with ``values`` for its parameters, as dicts of ``names``."""
        connection = connections[router.db_for_write(model)]
        key = (connection.alias, *shape)
        if key not in self._statements:
            self._statements[key] = self._compile(connection, shape)
        found = self._statements[key].run(connection, values)
        return [dict(zip(self.names, row, strict=True)) for row in found]

    def _compile(self, connection: BaseDatabaseWrapper, shape: Sequence[Hashable]) -> "_Statement":
        compiler = self.build(*shape).values_list(*self.names).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        expressions = [expression for expression, _, _ in compiler.select]
        return _Statement(sql, tuple(params), tuple(compiler.get_converters(expressions).items()), self.planned_anew)


@dataclass(frozen=True, slots=True)
class _Statement:
    sql: str
    params: tuple[Any, ...]
    converters: tuple[Any, ...]
    planned_anew: bool

    def run(self, connection: BaseDatabaseWrapper, values: Row) -> list[Sequence[Any]]:
        bound = [param.bind(values, connection) if isinstance(param, Param) else param for param in self.params]
        with connection.cursor() as cursor:
            if hasattr(cursor, "adapters") and connection.timezone is UTC:
                _read_times_fast(cursor)
            if hasattr(cursor, "adapters") and self.planned_anew:
                _plan_anew(cursor)
            cursor.execute(self.sql, bound)
            rows = cursor.fetchall()
        return [self._convert(row, connection) for row in rows] if self.converters else rows

    def _convert(self, row: Sequence[Any], connection: BaseDatabaseWrapper) -> Sequence[Any]:
        converted = list(row)
        for position, (functions, expression) in self.converters:
            for function in functions:
                converted[position] = function(converted[position], expression, connection)
        return converted


def _read_times_fast(cursor: CursorWrapper) -> None:
    """Let the driver's own code, in C, read times: Django's, in Python, takes longer than PostgreSQL and all the rest.

    What comes out is the same, as the session is in UTC.
    """
    from psycopg.types.datetime import TimestamptzLoader  # noqa: PLC0415 (its cursor has come, so it is there)

    cursor.cursor.adapters.register_loader("timestamptz", TimestamptzLoader)


def _plan_anew(cursor: CursorWrapper) -> None:
    """Keep the driver from preparing what this cursor executes, which Django has no argument for."""
    cursor.cursor.execute = partial(cursor.cursor.execute, prepare=False)
