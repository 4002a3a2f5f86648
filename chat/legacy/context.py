"""Fold: what every part of one run shares."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connections

from chat.legacy.ahead import Ahead
from chat.legacy.identity import People
from chat.legacy.ids import Ids
from chat.legacy.ledger import Ledger
from chat.legacy.models import Models
from chat.legacy.scratch import Scratch
from chat.legacy.source import Source
from chat.legacy.writing import Writer

Progress = Callable[[str, int, int], None]
"""Told how far a phase has come: its name, how much is done, how much there is."""


@dataclass
class Fold:
    """One run: where from, where to, and the tools between."""

    source: Source
    models: Models
    scratch: Scratch
    ahead: Ahead
    run: UUID
    progress: Progress

    @cached_property
    def people(self) -> People:
        """Who the people are whom old rows name."""
        return People(self.source)

    @cached_property
    def writer(self) -> Writer:
        """What collects new rows. Foreign keys are checked when a batch ends, so their order does not matter."""
        return Writer(self.models)

    @cached_property
    def ledger(self) -> Ledger:
        """What became of old rows."""
        return Ledger(self.models, self.writer, self.source.name, self.source.options.database, self.run)

    @cached_property
    def ids(self) -> Ids:
        """What makes ids."""
        return Ids(self.source.name, self.source.options.database)

    def begin_writing(self) -> None:
        """Begin a transaction with a write, where the database has one writer at a time: it then waits for its turn."""
        if not connections[self.models.database].features.has_select_for_update:
            self.models.rows("LegacyRow").filter(pk=0).update(reason="")

    def taken(self, name: str, ids: Iterable[Any]) -> set[str]:
        """Return which of these ids of a model are in use, as text."""
        found: set[str] = set()
        wanted = list(ids)
        rows = self.models.rows(name)
        for start in range(0, len(wanted), 500):
            found.update(map(str, rows.filter(pk__in=wanted[start : start + 500]).values_list("pk", flat=True)))
        return found
