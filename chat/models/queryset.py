"""What the querysets of all models share."""

from typing import Any, TypeVar

from django.db import models, router

M = TypeVar("M", bound=models.Model)


class PrimaryQuerySet(models.QuerySet[M]):
    """Reads from the database that chat is written to, whatever the host's router says of reads.

    What is read decides writes, and a replica that lags behind would answer versions older than those that its reader
    knows already, which means: load everything anew.
    """

    _db: str | None
    _hints: dict[str, Any]

    @property
    def db(self) -> str:
        """Return the database to read from: the one named by ``using``, else the one to write to."""
        return self._db or router.db_for_write(self.model, **self._hints)
