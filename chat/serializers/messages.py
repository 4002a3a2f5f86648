"""Messages, as one viewer sees them.

A page is mostly plain text, and the hottest read there is: what is rare is looked at only where a row has it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chat.adapter import UserId
from chat.files.addresses import Addresses
from chat.models import Extras, extras_of
from chat.models.prepared import Row
from chat.serializers.attachments import attachment_json
from chat.serializers.wire import Json, wire_time, wire_user_id

QUOTE_MAX_LENGTH = 200
"""Characters of a quoted message: enough to know it again; its seq leads to the rest."""

# What a message of plain text says of everything else.
NOTHING_ELSE: Mapping[str, Any] = {
    "reply_to_id": None,
    "reply_to": None,
    "forwarded_from": None,
    "mentions": [],
    "reactions": [],
    "attachments": [],
    "location": None,
    "gif": None,
    "poll": None,
    "system": None,
}


@dataclass(frozen=True, slots=True)
class _Page:
    """What the messages of a page have in common."""

    viewer_id: UserId
    now: datetime
    extras: Extras
    quotes: Mapping[UUID, Json | None]
    addresses: Addresses | None


def messages_json(rows: Sequence[Row], viewer_id: UserId, addresses: Addresses | None = None) -> list[Json]:
    """Return messages, from their MESSAGE_FIELDS. A statement for each kind of extras that the rows have.

    ``addresses`` says where their files are, if not on this site.
    """
    extras = extras_of(rows, viewer_id)
    if extras.attachments and addresses is None:
        addresses = Addresses.here()
    now = datetime.now(UTC)
    quotes = {key: _quote_json(row, now) for key, row in extras.quotes.items()}
    page = _Page(viewer_id, now, extras, quotes, addresses)
    return [_message_json(row, page) for row in rows]


def message_json(row: Row, viewer_id: UserId) -> Json:
    """Return one message, as ``messages_json`` does several."""
    return messages_json([row], viewer_id)[0]


def gone_at(row: Row, now: datetime) -> datetime | None:
    """Return since when nobody is sent the content of a message: it was deleted, or its time is over."""
    if row["deleted_at"] is None and row["expires_at"] is not None and row["expires_at"] <= now:
        expired: datetime = row["expires_at"]
        return expired
    deleted: datetime | None = row["deleted_at"]
    return deleted


def _message_json(row: Row, page: _Page) -> Json:
    gone = gone_at(row, page.now)
    own = row["client_id"] is not None and row["sender_id"] == page.viewer_id
    shown = {
        "id": str(row["id"]),
        "chat_group_id": str(row["group_id"]),
        "seq": row["seq"],
        "version": row["version"],
        "sender_user_id": wire_user_id(row["sender_id"]),
        "message_type": row["message_type"],
        "message_text": None if gone else row["message_text"],
        "reference_id": row["reference_id"],
        "reference_type": row["reference_type"],
        "reference_list": None if gone else row["reference_list"],
        "client_id": str(row["client_id"]) if own else None,
        "deleted_at": wire_time(gone),
        "deleted_by_user_id": wire_user_id(row["deleted_by_id"]),
        "edited_at": wire_time(row["edited_at"]),
        "pinned_at": None if gone else wire_time(row["pinned_at"]),
        "pinned_by_user_id": None if gone else wire_user_id(row["pinned_by_id"]),
        "expires_at": wire_time(row["expires_at"]),
        "sent_at": wire_time(row["sent_at"]),
        "created_at": wire_time(row["created_at"]),
        "changed_at": wire_time(row["changed_at"]),
        **NOTHING_ELSE,
    }
    if not gone:
        _add_rest(shown, row, page)
    return shown


def _add_rest(shown: Json, row: Row, page: _Page) -> None:
    """Put into ``shown`` what differs from NOTHING_ELSE."""
    extras, reply_to_id = page.extras, row["reply_to_id"]
    if reply_to_id is not None and reply_to_id in page.quotes:
        quote = page.quotes[reply_to_id]
        shown["reply_to_id"] = quote["id"] if quote else str(reply_to_id)
        shown["reply_to"] = quote
    if files := extras.attachments and extras.attachments.get(row["id"]):
        shown["attachments"] = [attachment_json(file, page.addresses) for file in files]
    for key, value in (row["metadata"] or {}).items():
        if key in _SHAPED:
            shown_as, shaped = _SHAPED[key]
            shown[shown_as] = shaped(value, row, extras)


def _quote_json(row: Row | None, now: datetime) -> Json | None:
    """Return the message that is replied to, as it is now; nothing where the viewer hid it."""
    if row is None:
        return None
    gone = gone_at(row, now)
    text = row["message_text"]
    return {
        "id": str(row["id"]),
        "seq": row["seq"],
        "version": row["version"],
        "sender_user_id": wire_user_id(row["sender_id"]),
        "message_type": row["message_type"],
        "message_text": None if gone or text is None else text[:QUOTE_MAX_LENGTH],
        "edited_at": wire_time(row["edited_at"]),
        "deleted_at": wire_time(gone),
    }


def _as_it_is(value: Any, _row: Row, _extras: Extras) -> Any:  # noqa: ANN401 (each key of the metadata has its type)
    return value


def _reactions(value: Any, row: Row, extras: Extras) -> list[Json]:  # noqa: ANN401
    mine = extras.my_reactions.get(row["id"], ())
    return [{"emoji": emoji, "count": count, "mine": emoji in mine} for emoji, count in value]


def _forwarded(value: Any, _row: Row, _extras: Extras) -> Json:  # noqa: ANN401
    return {"name": value["name"]}


def _location(value: Any, _row: Row, _extras: Extras) -> Json:  # noqa: ANN401
    return {name: value[name] for name in ("latitude", "longitude", "name")}


def _gif(value: Any, _row: Row, _extras: Extras) -> Json:  # noqa: ANN401
    return {name: value[name] for name in ("url", "preview_url", "width", "height", "provider")}


def _poll(value: Any, row: Row, extras: Extras) -> Json:  # noqa: ANN401
    mine = extras.my_votes.get(row["id"], ())
    options = [
        {"id": option["id"], "text": option["text"], "votes": option["votes"], "mine": option["id"] in mine}
        for option in value["options"]
    ]
    settings = {name: value[name] for name in ("multiple", "anonymous", "voters")}
    settings["closed_at"] = wire_time(value["closed_at"] and datetime.fromisoformat(value["closed_at"]))
    return {"question": row["message_text"], "options": options} | settings


def _system(value: Any, _row: Row, _extras: Extras) -> Json:  # noqa: ANN401
    said = {name: value.get(name) for name in ("kind", "actor_user_id", "user_id", "value")}
    return said | {"call": _call(value["call"]) if "call" in value else None}


def _call(call: Json) -> Json:
    shown = {name: call[name] for name in ("id", "call_type", "state")}
    for name in ("started_at", "answered_at", "ended_at"):
        shown[name] = wire_time(call[name] and datetime.fromisoformat(call[name]))
    return shown


_SHAPED: Mapping[str, tuple[str, Callable[[Any, Row, Extras], Any]]] = {
    "mentions": ("mentions", _as_it_is),
    "reactions": ("reactions", _reactions),
    "forwarded": ("forwarded_from", _forwarded),
    "location": ("location", _location),
    "gif": ("gif", _gif),
    "poll": ("poll", _poll),
    "system": ("system", _system),
}
"""As what, and how, each key of the metadata is shown; what has no entry is shown to nobody."""
