"""Writing many rows of new tables at once: by COPY on PostgreSQL (psycopg 3), by bulk inserts elsewhere."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Field, JSONField

from chat.legacy.models import Models

Values = tuple[Any, ...]
_ANALYZE_FIRST_AT = 1000
"""After how many rows."""


class Writer:
    """Collects rows, and writes them table by table. Takes no part in transactions."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._tables: dict[str, _Table] = {}
        self._written, self._analyze_at = 0, _ANALYZE_FIRST_AT

    def table(self, name: str, columns: Sequence[str]) -> "list[Values]":
        """Return the list to which rows of a model are appended, as values of ``columns``; the rest has its default."""
        if name not in self._tables:
            self._tables[name] = _Table(self._models, name, columns)
        return self._tables[name].rows

    def flush(self) -> None:
        """Write what was collected. Raises IntegrityError where a constraint refuses it."""
        for table in self._tables.values():
            if table.rows:
                table.write()
                self._written += len(table.rows)
                table.rows.clear()

    def analyze(self) -> None:
        """Tell PostgreSQL how large the tables have become, whenever twice as much was written.

        It plans a statement once and keeps to that: where a table was nearly empty then, as each is at first, it goes
        on reading all of it for every key that it checks. Waits for nobody who has a table locked.
        """
        connection = self._models.connection
        if connection.vendor != "postgresql" or self._written < self._analyze_at:
            return
        self._analyze_at = 2 * self._written
        tables = ", ".join(f"{table.name} ({table.key})" for table in self._tables.values())
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE (SKIP_LOCKED) {tables}")

    def clear(self) -> None:
        """Give up what was collected."""
        for table in self._tables.values():
            table.rows.clear()


class _Table:
    def __init__(self, models: Models, name: str, columns: Sequence[str]) -> None:
        self._models, self._name = models, name
        self._model = getattr(models, name)
        fields = {field.attname: field for field in self._model._meta.concrete_fields}
        self._columns = list(columns)
        self._defaults = {key: field.get_default() for key, field in fields.items() if _needs_default(field, columns)}
        self._fields = [fields[key] for key in (*self._columns, *self._defaults)]
        quote = models.connection.ops.quote_name
        self.name, self.key = quote(self._model._meta.db_table), quote(self._model._meta.pk.column)
        self.rows: list[Values] = []

    def write(self) -> None:
        connection: Any = self._models.connection
        if connection.Database.__name__ == "psycopg":  # the third, which can copy
            self._copy()
        else:
            self._insert()

    def _insert(self) -> None:
        names = [field.attname for field in self._fields]
        rest = tuple(self._defaults.values())
        objects = [self._model(**dict(zip(names, (*row, *rest), strict=True))) for row in self.rows]
        self._models.rows(self._name).bulk_create(objects, batch_size=500)

    def _copy(self) -> None:
        connection = self._models.connection
        quote = connection.ops.quote_name
        columns = ", ".join(quote(field.column) for field in self._fields)
        with (
            connection.wrap_database_errors,  # Django's cursor does not, for copies
            connection.cursor() as cursor,
            cursor.copy(f"COPY {self.name} ({columns}) FROM STDIN") as copy,
        ):
            for row in self._texts():
                copy.write_row(row)

    def _texts(self) -> Iterable[Sequence[Any]]:
        """Yield rows as COPY takes them: JSON as text."""
        rest = tuple(self._defaults.values())
        rows: Iterable[Sequence[Any]] = [(*row, *rest) for row in self.rows] if rest else self.rows
        places = [place for place, field in enumerate(self._fields) if isinstance(field, JSONField)]
        if not places:
            return rows
        return (_with_json(row, places) for row in rows)


def _needs_default(field: "Field[Any, Any]", columns: Sequence[str]) -> bool:
    """Return whether a column must be given a value that the caller does not give."""
    from_database = field.has_db_default() or field.null or getattr(field, "db_returning", False)
    return field.attname not in columns and not from_database


def _with_json(row: Sequence[Any], places: Sequence[int]) -> list[Any]:
    values = list(row)
    for place in places:
        if values[place] is not None:
            values[place] = _EMPTY if values[place] == [] else json.dumps(values[place])
    return values


_EMPTY = "[]"
