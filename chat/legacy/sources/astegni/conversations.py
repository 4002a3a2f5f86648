"""Conversations with who is or was in them, and which of them changed since a time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from chat.legacy.rows import Kind, OldConversation, OldMember
from chat.legacy.source import Source, Values
from chat.legacy.sources.astegni.values import flag_of, id_of, maybe_person_of, person_of, text_of
from chat.legacy.words import Flag

CHANGED: Mapping[str, Sequence[str]] = {
    "conversations": ("created_at", "updated_at", "last_message_at"),
    "conversation_participants": (
        *("created_at", "updated_at", "joined_at", "left_at", "last_read_at", "chat_cleared_at"),
    ),
    "chat_messages": ("created_at", "updated_at", "edited_at", "deleted_at", "pinned_at"),
    "message_reactions": ("created_at",),
    "message_read_receipts": ("read_at",),
    "pinned_messages": ("pinned_at",),
    "call_logs": ("created_at", "started_at", "answered_at", "ended_at"),
    "polls": ("created_at", "updated_at", "ended_at", "closed_at"),
    "poll_votes": ("created_at", "voted_at", "updated_at"),
}
"""Which columns say when a row was created, edited, deleted or read."""
_OWNERS: Mapping[str, tuple[str, str]] = {
    "message_reactions": ("message_id", "chat_messages"),
    "message_read_receipts": ("message_id", "chat_messages"),
    "pinned_messages": ("message_id", "chat_messages"),
    "poll_votes": ("poll_id", "polls"),
}
"""Tables without a conversation of their own: their column, and the table whose conversation it leads to."""


def conversations(source: Source) -> Iterator[OldConversation]:
    """Yield the conversations by number, each with its members: two streams in one order, read side by side."""
    rows = source.read("conversation_participants", order=("conversation_id", "id"))
    groups = groupby(rows, key=itemgetter("conversation_id"))
    waiting = next(groups, None)
    for values in source.read("conversations"):
        members: list[OldMember] = []
        while waiting is not None and waiting[0] <= values["id"]:
            if waiting[0] == values["id"]:
                members = [_member_of(source, each) for each in waiting[1]]
            waiting = next(groups, None)
        yield _conversation_of(source, values, members)


def changed_since(source: Source, time: datetime) -> set[str]:
    """Return the numbers of the conversations with a row created, edited, deleted or read at or after ``time``."""
    found: set[str] = set()
    for table, names in CHANGED.items():
        columns = set(source.columns(table)) if table in source.present else set()
        used = [name for name in names if name in columns]
        if used:
            found.update(_changed_in(source, table, used, time))
    return found


def _changed_in(source: Source, table: str, names: Sequence[str], time: datetime) -> Iterator[str]:
    naive = time.astimezone(source.options.timezone).replace(tzinfo=None)
    calls = time.astimezone(source.options.call_timezone).replace(tzinfo=None)
    moment = min(naive, calls) if table == "call_logs" else naive
    value = moment.isoformat(" ") if source.connection.vendor == "sqlite" else moment
    quote = source.connection.ops.quote_name
    which = " OR ".join(f"{quote(name)} >= %s" for name in names)
    key = "id" if table == "conversations" else "conversation_id"
    statement = f"SELECT DISTINCT {key} FROM {quote(table)} WHERE {which}"  # noqa: S608 (our own names)
    if table in _OWNERS:
        column, owner = _OWNERS[table]
        inner = f"SELECT {quote(column)} FROM {quote(table)} WHERE {which}"  # noqa: S608
        statement = f"SELECT DISTINCT conversation_id FROM {quote(owner)} WHERE id IN ({inner})"  # noqa: S608
    with source.connection.cursor() as cursor:
        cursor.execute(statement, [value] * len(names))
        while rows := cursor.fetchmany(1000):
            yield from (str(conversation) for (conversation,) in rows)


def _conversation_of(source: Source, values: Values, members: Sequence[OldMember]) -> OldConversation:
    row = source.row("conversations", values)
    kind = str(values.get("type"))
    known = kind in (Kind.DIRECT, Kind.GROUP, Kind.CHANNEL)
    picture = kind != Kind.DIRECT and text_of(values, "avatar_url")
    return OldConversation(
        key=row.old_id,
        kind=Kind(kind) if known else Kind.GROUP,
        members=members,
        row=row,
        name=text_of(values, "name") or None,
        description=text_of(values, "description") or "",
        created_by=maybe_person_of(values, "created_by_"),
        created_at=source.time(values.get("created_at")),
        archived=flag_of(values, "is_archived"),
        flags=[
            *([] if known else [Flag.GROUP_TYPE_UNKNOWN]),
            *([Flag.PICTURE_DROPPED] if picture else []),
        ],
    )


def _member_of(source: Source, values: Values) -> OldMember:
    return OldMember(
        person=person_of(values),
        row=source.row("conversation_participants", values),
        role="admin" if values.get("role") == "admin" else "member",
        active=flag_of(values, "is_active", default=True),
        joined_at=source.time(values.get("joined_at")) or source.time(values.get("created_at")),
        left_at=source.time(values.get("left_at")),
        muted=flag_of(values, "is_muted"),
        pinned=flag_of(values, "is_pinned"),
        cleared_at=source.time(values.get("chat_cleared_at")),
        read_at=source.time(values.get("last_read_at")),
        read_message=id_of(values, "last_read_message_id"),
        changed_at=source.time(values.get("updated_at")),
        flags=_cleared_flags(source, values),
    )


def _cleared_flags(source: Source, values: Values) -> Sequence[str]:
    raw = values.get("chat_cleared_at")
    return ("unreadable_clear",) if raw is not None and source.time(raw) is None else ()
