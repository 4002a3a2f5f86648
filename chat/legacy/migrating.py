"""Migrating: what the data migration does, with the models of its own time. Off unless a host switches it on."""

import logging
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid5

from django.apps.registry import Apps
from django.apps.registry import apps as todays_apps
from django.db import connections
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.recorder import MigrationRecorder

from chat.conf import chat_settings
from chat.legacy.models import Models
from chat.legacy.registry import options_read, sources_known
from chat.legacy.run import fold
from chat.legacy.source import Options, Source
from chat.legacy.telling import report_told, touched_told
from chat.legacy.touched import Touched
from chat.legacy.undoing import undo

logger = logging.getLogger(__name__)

_MIGRATION = "_fold_older_chats"
"""How the name of the migration ends."""
_RUNS = UUID("0d3c3f4e-5b59-4b8f-9d5e-2f6f5c9a7d10")


def sources_on_migrate() -> Iterator[Source]:
    """Yield the sources that the setting FOLD_ON_MIGRATE names."""
    folds = chat_settings.FOLD_ON_MIGRATE
    known = sources_known() if folds else {}
    for name, options in folds.items():
        yield known[name](options_read(options))


def found_fold(apps: Apps, database: str) -> None:
    """Fold the older chats that are switched on and found, with the models of ``apps``. Can be run again."""
    for source in sources_on_migrate():
        if source.found:
            report = fold(source, Models(apps, database), run_id=run_of(source.name, source.options.database))
            logger.info("%s", "\n".join(report_told(report)))


def found_undo(apps: Apps, database: str) -> None:
    """Take back what ``found_fold`` did, and only that.

    Raises IrreversibleError, with the list, where people have written since; what is no more is not asked for.
    """
    models = Models(apps, database)
    for source in _folded_on_migrate(models):
        try:
            undo(source, models, run=run_of(source.name, source.options.database))
        except Touched as touched:
            raise IrreversibleError("\n".join(touched_told(touched.groups))) from touched


def run_of(source: str, database: str) -> UUID:
    """Return the run under which the migration folds a source: always the same, so that it knows its own rows."""
    return uuid5(_RUNS, f"{source}:{database}")


def is_late(source: Source, database: str) -> bool:
    """Return whether the migration was applied in ``database`` without this source, which is found and not folded."""
    applied = MigrationRecorder(connections[database]).applied_migrations()
    if not any(app == "chat" and name.endswith(_MIGRATION) for app, name in applied) or not source.found:
        return False
    rows = Models(todays_apps, database).rows("LegacyRow")
    return not rows.filter(source=source.name, database=source.options.database).exists()


def _folded_on_migrate(models: Models) -> Iterator[Source]:
    """Yield the sources that the migration folded, whatever the settings say now."""
    rows: Any = models.rows("LegacyRow")
    if not rows.exists():
        return
    for name, source in sources_known().items():
        for database in connections:
            if rows.filter(run=run_of(name, database)).exists():
                yield source(Options(database=database))
