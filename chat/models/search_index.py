"""How a database is asked whether a message has the words: PostgreSQL by an index, SQLite row by row."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func, Value
from django.db.models.expressions import RawSQL

from chat.models.search_text import PIECE, Word, matches

SIZES = (12, 17, 22, 27)
"""Windows of time in the index, as powers of two of seconds: an hour, a day and a half, seven weeks, four years."""
WINDOWS_AT_MOST = 40

_STEM = "plainto_tsquery('pg_catalog.english', %s)"
# MATERIALIZED and OFFSET 0 hold PostgreSQL to this order: its estimates of how many messages have a word are too rough
# to choose by. Names are the app's own tables and functions; whatever was typed is a parameter.
_WALK = """
WITH found AS MATERIALIZED (
    SELECT message.id AS message_id
    FROM unnest(%s::uuid[]) walked (group_id)
    JOIN chat_searchprogress progress ON progress.group_id = walked.group_id
    CROSS JOIN LATERAL (
        SELECT id, seq, message_text, metadata FROM chat_chatmessage message
        WHERE message.group_id = walked.group_id AND created_at BETWEEN %s AND %s
        ORDER BY created_at DESC LIMIT %s
    ) message
    CROSS JOIN LATERAL (
        SELECT search_text, stems FROM chat_searchentry WHERE message_id = message.id AND message.seq <= progress.seq
        UNION ALL
        SELECT search_text, to_tsvector('pg_catalog.english', search_text)
        FROM chat_search_text(message.id, message.message_text, message.metadata) made (search_text)
        WHERE message.seq > progress.seq
        OFFSET 0
    ) entry
    WHERE {has}
) SELECT message_id FROM found
"""
_LOOK_UP = """
WITH found AS MATERIALIZED (
    SELECT message_id FROM chat_searchentry
    WHERE chat_search_keys(group_id, created_at, search_text, stems) @@ (%s::tsquery && {keys})
        AND created_at >= %s AND created_at < %s AND {has}
) SELECT message_id FROM found
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of time; None is no end."""

    low: datetime | None = None
    high: datetime | None = None


def is_indexed(using: str) -> bool:
    """Return whether the database has the index."""
    return connections[using].vendor == "postgresql"


def walked(words: Sequence[Word], *, group_ids: Sequence[UUID], part: Part, each: int) -> RawSQL:
    """Return the condition on messages that PostgreSQL tries on the newest ``each`` of the groups in a part of time.

    They need no entries yet: without, their text is folded there and then.
    """
    # Indexes: chat_message_created, and the key of SearchEntry.
    has, tried = _has(words)
    params = [list(group_ids), part.low or "-infinity", part.high or "infinity", each, *tried]
    return _is_among(_WALK.format(has=has), params)


def looked_up(words: Sequence[Word], *, group_id: UUID | None, part: Part) -> RawSQL:
    """Return the condition on messages of a part of time that PostgreSQL's index answers, of one group or of any."""
    # Index: chat_search_keys.
    has, tried = _has(words)
    keys = " && ".join(f"(%s::tsquery || {_STEM})" for _ in words)
    asked = [value for word in words for value in (_word_query(word), _with_forms(word))]
    params = [_where_and_when(group_id, part), *asked, part.low or "-infinity", part.high or "infinity", *tried]
    return _is_among(_LOOK_UP.format(keys=keys, has=has), params)


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


def _is_among(sql: str, params: list[Any]) -> RawSQL:
    """Return the condition that a message is one of those; as an array, lest PostgreSQL begins with all messages."""
    condition = f"chat_chatmessage.id = ANY(ARRAY({sql}))"
    return RawSQL(condition, params, output_field=BooleanField())  # noqa: S611


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
        params += [piece for pieces in word.alternatives for piece in pieces] + [_with_forms(word)]
    return " AND ".join(conditions), params


def _with_forms(word: Word) -> str:
    """Return the word where it has English forms; of one with signs in it PostgreSQL would look for the rest alone."""
    return word.text if word.text.isalpha() else ""


def _word_query(word: Word) -> str:
    return " | ".join(f"({' & '.join(map(_piece_query, pieces))})" for pieces in word.alternatives)


def _piece_query(piece: str) -> str:
    """Return what the index has of every text with ``piece``."""
    if len(piece) < PIECE:
        return f"{_lexeme(piece)}:*"
    return " & ".join(_lexeme(piece[place : place + PIECE]) for place in range(len(piece) - PIECE + 1))


def _lexeme(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _where_and_when(group_id: UUID | None, part: Part) -> str:
    wanted = [_lexeme(f"#{group_id}")] if group_id else []
    windows = _windows(int(part.low.timestamp()), int(part.high.timestamp())) if part.low and part.high else []
    if windows:
        wanted.append(f"({' | '.join(_lexeme(window) for window in windows)})")
    return " & ".join(wanted)


def _windows(low: int, high: int) -> list[str]:
    """Return the fewest windows that cover the time, none where even the largest are too many."""
    for size in SIZES:
        if (high >> size) - (low >> size) < WINDOWS_AT_MOST:
            return [f"@{size}:{number}" for number in range(low >> size, (high >> size) + 1)]
    return []
