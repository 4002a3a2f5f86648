"""How a database is asked whether a message has the words: PostgreSQL by an index, SQLite row by row."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func, Q, Value
from django.db.models.expressions import RawSQL

from chat.models.search_text import Word, matches

SIZES = (12, 17, 22, 27)
"""Windows of time in the index, as powers of two of seconds: an hour, a day and a half, seven weeks, four years."""
WINDOWS_AT_MOST = 40

_STEM = "plainto_tsquery('pg_catalog.english', %s)"
# Names are the app's own tables and functions; whatever was typed is a parameter.
_ENTRIES = "SELECT message_id FROM chat_searchentry WHERE "
_INDEXED = "chat_search_keys(group_id, created_at, search_text, stems) @@ (%s::tsquery && {})"


def is_indexed(using: str) -> bool:
    """Return whether the database has the index."""
    return connections[using].vendor == "postgresql"


def walked(words: Sequence[Word]) -> Q:
    """Return the condition on messages that PostgreSQL tries on each: for few messages, and for frequent words."""
    sql, params = _has(words)
    return Q(pk__in=RawSQL(_ENTRIES + sql, params))  # noqa: S611


def looked_up(words: Sequence[Word], *, group_id: object, low: datetime | None, high: datetime) -> Q:
    """Return the condition on messages between two times (None: from the first) that PostgreSQL's index answers."""
    # Index: chat_search_keys.
    keys = " && ".join(f"(%s::tsquery || {_STEM})" for _ in words)
    params = [value for word in words for value in (_word_query(word), word.text)]
    sql, tried = _has(words)
    found = f"{_INDEXED.format(keys)} AND {sql}"
    return Q(pk__in=RawSQL(_ENTRIES + found, [_where_and_when(group_id, low, high), *params, *tried]))  # noqa: S611


def tried_by_python(connection: BaseDatabaseWrapper, words: Sequence[Word]) -> Func:
    """Return the condition on messages that SQLite asks Python for."""
    connection.ensure_connection()
    connection.connection.create_function("chat_search_matches", 4, _matches, deterministic=True)
    names = RawSQL(
        "(SELECT group_concat(name, char(10)) FROM chat_attachment"
        " WHERE message_id = chat_chatmessage.id AND dropped_at IS NULL)",
        [],
    )
    asked = Value(json.dumps([[word.text, word.errors] for word in words]))
    return Func("message_text", "metadata", names, asked, function="chat_search_matches", output_field=BooleanField())


def _matches(text: str | None, metadata: str | None, names: str | None, asked: str) -> bool:
    rest: dict[str, Any] = (json.loads(metadata) if metadata else None) or {}
    options = [option["text"] for option in rest.get("poll", {}).get("options", ())]
    parts = [text, *options, rest.get("location", {}).get("name"), names]
    return matches("\n".join(filter(None, parts)), [Word(*word) for word in json.loads(asked)])


def _has(words: Sequence[Word]) -> tuple[str, list[str]]:
    """Return the condition on entries, without the index, and its parameters."""
    conditions, params = [], []
    for word in words:
        sets = [" AND ".join("strpos(search_text, %s) > 0" for _ in pieces) for pieces in word.alternatives]
        conditions.append(f"({' OR '.join(sets)} OR stems @@ {_STEM})")
        params += [piece for pieces in word.alternatives for piece in pieces] + [word.text]
    return " AND ".join(conditions), params


def _word_query(word: Word) -> str:
    return " | ".join(f"({' & '.join(map(_piece_query, pieces))})" for pieces in word.alternatives)


def _piece_query(piece: str) -> str:
    """Return what the index has of every text with ``piece``."""
    if len(piece) < 3:  # noqa: PLR2004 (three is what the index has)
        return f"{_lexeme(piece)}:*"
    return " & ".join(_lexeme(piece[place : place + 3]) for place in range(len(piece) - 2))


def _lexeme(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _where_and_when(group_id: object, low: datetime | None, high: datetime) -> str:
    wanted = [_lexeme(f"#{group_id}")] if group_id else []
    windows = _windows(int(low.timestamp()), int(high.timestamp())) if low else []
    if windows:
        wanted.append(f"({' | '.join(_lexeme(window) for window in windows)})")
    return " & ".join(wanted)


def _windows(low: int, high: int) -> list[str]:
    """Return the fewest windows that cover the time, none where even the largest are too many."""
    for size in SIZES:
        if (high >> size) - (low >> size) < WINDOWS_AT_MOST:
            return [f"@{size}:{number}" for number in range(low >> size, (high >> size) + 1)]
    return []
