"""The database's clock."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import Now
from django.db.models.sql.compiler import SQLCompiler


class ClockNow(Now):
    """The time at which a row is read, for a row that may have to be waited for.

    PostgreSQL's ``Now`` is the time at which the statement began. What is done under a lock would then seem to be older
    than what was done by those it waited for.
    """

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra_context: Any
    ) -> tuple[str, Any]:
        """Return the function that looks at the clock; it is called again for a row that changed meanwhile."""
        return self.as_sql(compiler, connection, template="CLOCK_TIMESTAMP()", **extra_context)
