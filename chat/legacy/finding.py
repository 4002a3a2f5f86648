"""Finding: from the id that something had in an older chat to what became of it. For code of the host."""

from collections.abc import Collection
from typing import Any

from django.apps import apps


def new_object(source: str, table: str, old_id: object, *, database: str | None = None) -> Any:  # noqa: ANN401 (any model)
    """Return what a row of an older chat became: a ChatGroup, a ChatMessage, a Call …; None where it became nothing.

    Also where it was merged: then what it went into. ``old_id`` is the value of the row's key; of several columns, a
    tuple. ``database`` is the alias that had the old tables; by default any, the first by name. Who may: code of the
    host; nobody's permission is asked, so show people only what they see (``visible_to``).

    >>> new_object("hazo3", "hazo_chat_group", "01a20426-04af-7442-8aa9-8abd543b519e")
    <ChatGroup: Climbing on Tuesday>
    """
    rows: Any = apps.get_model("chat", "LegacyRow")
    parts = old_id if isinstance(old_id, tuple) else (old_id,)
    wanted = ":".join(map(str, parts))
    found = rows.objects.folded(source, table, [wanted], database=database).first()
    return None if found is None else found.new_object()


def new_ids(source: str, table: str, old_ids: Collection[object], *, database: str | None = None) -> dict[str, str]:
    """Return the ids of what rows of an older chat became, by their old ids as text; what became nothing is left out.

    One statement for all: for tables of the host that name messages or conversations by their old ids.
    """
    rows: Any = apps.get_model("chat", "LegacyRow")
    found = rows.objects.folded(source, table, list(map(str, old_ids)), database=database)
    return dict(found.reverse().values_list("old_id", "new_id"))  # the first database by name comes last, and counts
