"""Registry: the sources that are known here, by name, and their options as people write them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.module_loading import import_string

from chat.conf import chat_settings
from chat.legacy.source import BATCH_SIZE, Options, Source

BUILT_IN: Mapping[str, str] = {
    "astegni": "chat.legacy.sources.astegni.Astegni",
    "hazo2": "chat.legacy.sources.hazo2.Hazo2Source",
    "hazo3": "chat.legacy.sources.hazo3.Hazo3Source",
    "pairs": "chat.legacy.sources.pairs.PairsSource",
}

SHIFT_MAX = 24 * 60
"""How many minutes two clocks may be apart: zones are less than that."""


class WrongOption(ValueError):
    """An option of a fold cannot be read; the text says which, and why."""


def sources_known() -> dict[str, type[Source]]:
    """Return every source by its name: those that come with the app, then the host's own.

    Raises ImportError where the setting FOLD_SOURCES names what is not there.
    """
    own = [import_string(path) for path in chat_settings.FOLD_SOURCES]
    built_in = {name: import_string(path) for name, path in BUILT_IN.items()}
    return built_in | {source.name: source for source in own}


def options_read(options: Mapping[str, Any]) -> Options:
    """Return options from what a setting or a command line says. Raises WrongOption."""
    database = options.get("database") or DEFAULT_DB_ALIAS
    if database not in connections:
        raise WrongOption(f"There is no database {database!r} in DATABASES, only {_listed(connections)}.")
    batch_size = options.get("batch_size", BATCH_SIZE)
    if not isinstance(batch_size, int) or isinstance(batch_size, bool) or batch_size < 1:
        raise WrongOption(f"The size of a batch must be a whole number above 0, not {batch_size!r}.")
    return Options(
        database=database,
        batch_size=batch_size,
        timezone=zone_read(options.get("timezone", "UTC")),
        call_timezone=zone_read(options.get("call_timezone", "UTC")),
        call_shifts=_shifts(options.get("call_shifts", ())),
    )


def missing_of(source: Source) -> str:
    """Return what is missing for ``source``, as a sentence; empty where its tables are found."""
    where = f"The database {source.options.database!r}"
    missing = [table for table in source.needed if table not in source.present]
    if not any(source.needed):
        return "The setting CHAT['FOLD_PAIRS'] does not say which table to fold."
    if missing:
        return f"{where} has no table {_listed(missing)}, which {source.name} needs. Is it in another (--database)?"
    return "" if source.found else f"{where} has the tables of {source.name}, but not with the columns that it needs."


def zone_read(name: object) -> tzinfo:
    """Return the time zone of a name such as ``Europe/Berlin``. Raises WrongOption."""
    try:
        return ZoneInfo(str(name))
    except (LookupError, ValueError, OSError):
        raise WrongOption(f"There is no time zone {name!r}: write one such as 'Africa/Addis_Ababa'.") from None


def _shifts(minutes: object) -> tuple[timedelta, ...]:
    if not isinstance(minutes, Collection) or not all(isinstance(each, int | float) for each in minutes):
        raise WrongOption(f"Clock shifts must be a list of minutes, not {minutes!r}.")
    for each in minutes:
        if not abs(each) <= SHIFT_MAX:
            raise WrongOption(f"A clock is wrong by a day at most, which are {SHIFT_MAX} minutes, not {each!r}.")
    return tuple(timedelta(minutes=each) for each in minutes)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
