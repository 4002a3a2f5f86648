"""Querysets compiled once and run with other values: for the few reads that every client repeats all day.

Turning a queryset into SQL and rows into model instances costs several times what PostgreSQL takes for such a read (see
docs/performance.md). A ``Prepared`` keeps the SQL of a queryset, so the rule stays written once, in the queryset, and
gives rows as dicts. Writes, and everything that is rare, use querysets as they are.
"""

import json
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import cache
from itertools import accumulate
from typing import Any

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import DateTimeField, Field, Model, QuerySet, UUIDField, Value
from django.db.models.lookups import In
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
    """Any number of UUIDs in one parameter; stands on the right of ``__in``, or of ``Among``."""

    def __init__(self, name: str) -> None:
        super().__init__(name, UUIDField())

    def as_sql(self, _compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """Return a list that the database makes of one value."""
        on_postgresql = connection.vendor == "postgresql"
        return "(SELECT unnest(%s::uuid[]))" if on_postgresql else "(SELECT value FROM json_each(%s))", [self]

    def bind(self, values: Row, connection: BaseDatabaseWrapper) -> Any:  # noqa: ANN401 (what the driver takes)
        """Return the ids as the database wants them."""
        numbers = tuple(key.int for key in values[self.value])
        if connection.vendor == "postgresql":  # as one text: the driver would look at each of them, for nothing
            return f"{{{','.join(['%032x'] * len(numbers)) % numbers}}}"
        return json.dumps([f"{number:032x}" for number in numbers])


class Among(In):
    """``__in`` for ``Ids`` of which an index finds each: PostgreSQL then looks them up, and joins nothing.

    Where it reads the whole table, as it does a small one, it would compare each row with each of the ids.
    """

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """Return the comparison with an array."""
        left, params = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s::uuid[])", [*params, self.rhs]


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
        statement = self.statement(connection, *shape)
        found = statement.run(connection, values)
        return statement.converted([dict(zip(statement.names, row, strict=True)) for row in found], connection)

    def statement(self, connection: BaseDatabaseWrapper, *shape: Hashable) -> "_Statement":
        """Return ``build(*shape)`` compiled for this database."""
        key = (connection.alias, *shape)
        if key not in self._statements:
            self._statements[key] = self._compile(connection, shape)
        return self._statements[key]

    def _compile(self, connection: BaseDatabaseWrapper, shape: Sequence[Hashable]) -> "_Statement":
        compiler = self.build(*shape).values_list(*self.names).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        expressions = [expression for expression, _, _ in compiler.select]
        converters = compiler.get_converters(expressions).items()
        return _Statement(
            sql,
            tuple(params),
            self.names,
            tuple((self.names[position], *converting) for position, converting in converters),
            ", ".join(f"NULL::{expression.output_field.cast_db_type(connection)}" for expression in expressions),
            any(isinstance(expression.output_field, DateTimeField) for expression in expressions),
            self.planned_anew,
        )


def rows_together(model: type[Model], reads: Sequence[tuple[Prepared, Row]]) -> list[list[Row]]:
    """Return the rows of several reads, each with its values, in no order. On PostgreSQL that is one statement.

    Each statement waits for the database, and another request's work for the processor, whatever it reads.
    """
    connection = connections[router.db_for_write(model)]
    if len(reads) == 1 or connection.vendor != "postgresql":
        return [prepared.rows(model, **values) for prepared, values in reads]
    statements = tuple(prepared.statement(connection) for prepared, _ in reads)
    bound = [
        param
        for statement, (_, values) in zip(statements, reads, strict=True)
        for param in statement.bound(connection, values)
    ]
    found = _apart(statements, _execute(connection, _joined(statements), bound, statements))
    return [statement.converted(rows, connection) for statement, rows in zip(statements, found, strict=True)]


@dataclass(frozen=True, slots=True, eq=False)
class _Statement:
    sql: str
    params: tuple[Any, ...]
    names: tuple[str, ...]
    converters: tuple[Any, ...]
    """Of each column that is to be converted: its name, the functions, and the expression that these are told."""
    nothing: str
    """As many empty columns, of the same types."""
    has_times: bool
    planned_anew: bool

    def bound(self, connection: BaseDatabaseWrapper, values: Row) -> list[Any]:
        return [param.bind(values, connection) if isinstance(param, Param) else param for param in self.params]

    def run(self, connection: BaseDatabaseWrapper, values: Row) -> list[Sequence[Any]]:
        return _execute(connection, self.sql, self.bound(connection, values), [self])

    def converted(self, rows: list[Row], connection: BaseDatabaseWrapper) -> list[Row]:
        for name, functions, expression in self.converters:
            for row in rows:
                for function in functions:
                    row[name] = function(row[name], expression, connection)
        return rows


def _execute(
    connection: BaseDatabaseWrapper, sql: str, params: Sequence[Any], statements: Sequence[_Statement]
) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        if hasattr(cursor, "adapters"):
            if connection.timezone is UTC and any(statement.has_times for statement in statements):
                _read_times_fast(cursor)
            if any(statement.planned_anew for statement in statements):
                _plan_anew(cursor)
        cursor.execute(sql, params)
        rows: list[Sequence[Any]] = cursor.fetchall()
    return rows


@cache
def _joined(statements: tuple[_Statement, ...]) -> str:
    """Return one statement with the rows of all, each numbered by its part and with the columns of the others empty."""
    parts = []
    for number, statement in enumerate(statements):
        columns = [other.nothing for other in statements]
        columns[number] = "part.*"
        # All that is interpolated was compiled from querysets.
        parts.append(f"SELECT {number}, {', '.join(columns)} FROM ({statement.sql}) part")  # noqa: S608
    return " UNION ALL ".join(parts)


def _apart(statements: Sequence[_Statement], found: list[Sequence[Any]]) -> list[list[Row]]:
    """Return the rows of each part, and leave ``found`` empty: what is gone is no work for the garbage collector."""
    ends = list(accumulate((len(statement.names) for statement in statements), initial=1))
    parts: list[list[Row]] = [[] for _ in statements]
    while found:
        row = found.pop()
        number = row[0]
        columns = row[ends[number] : ends[number + 1]]
        parts[number].append(dict(zip(statements[number].names, columns, strict=True)))
    return parts


def _read_times_fast(cursor: CursorWrapper) -> None:
    """Let the driver's own code, in C, read times: Django's, in Python, takes longer than PostgreSQL and all the rest.

    What comes out is the same, as the session is in UTC.
    """
    from psycopg.types.datetime import TimestamptzLoader  # noqa: PLC0415 (its cursor has come, so it is there)

    cursor.cursor.adapters.register_loader("timestamptz", TimestamptzLoader)


def _plan_anew(cursor: CursorWrapper) -> None:
    """Keep the driver from preparing what this cursor executes next, which Django has no argument for."""
    driver = cursor.cursor

    def execute(*args: Any) -> Any:  # noqa: ANN401 (as the driver has it)
        del driver.execute  # a cursor that has itself keeps its rows until the garbage collector comes
        return driver.execute(*args, prepare=False)

    driver.execute = execute
