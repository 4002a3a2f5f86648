"""Messages, as this surface's clients read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.request import Request

from chat.adapter import UserId
from chat.choices import NumberKind
from chat.compat.astegni.legacies import sender_pair
from chat.compat.astegni.media import NOTHING, media_json
from chat.compat.astegni.persons import People, people_read, wire_key
from chat.compat.astegni.reactions import WORDS, reactors_read
from chat.models import Extras, extras_of
from chat.models.prepared import Row
from chat.rendering import plain_text
from chat.roles import MessageType
from chat.sentences import ids_named
from chat.serializers import Json, gone_at, wire_time
from chat.services.numbers import Numbers, numbers_give


@dataclass(frozen=True, slots=True)
class _Page:
    """What the messages of a page have in common."""

    request: Request
    now: datetime
    extras: Extras
    reactors: Mapping[tuple[UUID, str], list[UserId]]
    people: People
    numbers: Numbers
    read_by_others: int


def messages_json(rows: Sequence[Row], request: Request, *, in_old_shape: bool, read_by_others: int = 0) -> list[Json]:
    """Return messages, from their MESSAGE_FIELDS. A statement for each kind of thing that they have beside words."""
    extras = extras_of(rows, request.user.pk)
    quotes = [quote for quote in extras.quotes.values() if quote is not None]
    reactors = reactors_read([row["id"] for row in rows if row["deleted_at"] is None and _reactions(row)])
    numbers = numbers_give(
        {
            NumberKind.CONVERSATION: {row["group_id"] for row in rows},
            NumberKind.MESSAGE: [row["id"] for row in [*quotes, *rows]],
            NumberKind.POLL: [row["id"] for row in rows if row["message_type"] == MessageType.POLL],
        }
    )
    ids = {row["sender_id"] for row in [*rows, *quotes]} | ids_named(rows)
    if in_old_shape:
        ids |= {user_id for users in reactors.values() for user_id in users}
    people = people_read(request.user.pk, ids, in_old_shape=in_old_shape)
    page = _Page(request, datetime.now(UTC), extras, reactors, people, numbers, read_by_others)
    return [_message_json(row, page) for row in rows]


def preview_json(row: Row, people: People, number: int, viewer_id: UserId) -> Json:
    """Return a message as the last one of a conversation."""
    gone = gone_at(row, datetime.now(UTC)) is not None
    return {
        "id": number,
        "content": None if gone else content_of(row, people),
        "message_type": row["message_type"],
        "is_deleted": gone,
        "is_mine": row["sender_id"] == viewer_id,
        "created_at": wire_time(row["created_at"]),
        **_sender_json(row, people),
    }


def content_of(row: Row, people: People, file_names: Sequence[str] = ()) -> str | None:
    """Return what a message says; one without words says what it is."""
    said = plain_text(row, file_names=file_names, names=people.names())
    return said or str(MessageType(row["message_type"]).label)


def _message_json(row: Row, page: _Page) -> Json:
    gone = gone_at(row, page.now)
    mine = row["sender_id"] == page.request.user.pk
    files = page.extras.attachments.get(row["id"], ())
    names = [] if row["message_text"] else [file["name"] for file in files]
    return {
        "id": page.numbers[NumberKind.MESSAGE][row["id"]],
        "conversation_id": page.numbers[NumberKind.CONVERSATION][row["group_id"]],
        **_sender_json(row, page.people),
        "content": None if gone else content_of(row, page.people, names),
        **({"message_type": row["message_type"], **NOTHING} if gone else media_json(row, files, page.request)),
        "reply_to_id": None,
        "reply_to": None,
        **({} if gone else _reply_json(row, page)),
        **_forward_json({} if gone else row["metadata"] or {}),
        "reactions": [] if gone else _reactions_json(row, page),
        "poll_id": page.numbers[NumberKind.POLL].get(row["id"]),
        "status": "read" if not mine or page.read_by_others >= row["seq"] else "sent",
        "is_mine": mine,
        "is_edited": row["edited_at"] is not None,
        "edited_at": wire_time(row["edited_at"]),
        "is_deleted": gone is not None,
        "deleted_at": wire_time(gone),
        "is_pinned": not gone and row["pinned_at"] is not None,
        "pinned_at": None if gone else wire_time(row["pinned_at"]),
        "created_at": wire_time(row["created_at"]),
    }


def _sender_json(row: Row, people: People) -> Json:
    sender = row["sender_id"]
    system = row["message_type"] == MessageType.SYSTEM
    return {
        "sender_user_id": wire_key(sender),
        "sender_name": _("System") if system else people.name(sender),
        "sender_avatar": people.profiles[sender].avatar_url,
        **_pair_json(row, people),
    }


def _pair_json(row: Row, people: People) -> Json:
    """Return the profile that it was sent under, in an older chat; else the one under which the sender is shown."""
    pair = sender_pair(row) if people.in_old_shape else None
    if pair is None:
        return people.pair(row["sender_id"], "sender_")
    return {"sender_profile_id": pair[1], "sender_profile_type": pair[0]}


def _reply_json(row: Row, page: _Page) -> Json:
    quote = page.extras.quotes.get(row["reply_to_id"])
    if quote is None:
        return {}
    number = page.numbers[NumberKind.MESSAGE][quote["id"]]
    gone = gone_at(quote, page.now) is not None
    told = {"id": number, "content": None if gone else quote["message_text"], "message_type": quote["message_type"]}
    return {"reply_to_id": number, "reply_to": told | _sender_json(quote, page.people) | {"is_deleted": gone}}


def _forward_json(metadata: Mapping[str, Any]) -> Json:
    forwarded = metadata.get("forwarded")
    return {"is_forwarded": forwarded is not None, "forwarded_from": forwarded and forwarded["name"]}


def _reactions(row: Row) -> list[tuple[str, int]]:
    return (row["metadata"] or {}).get("reactions") or []


def _reactions_json(row: Row, page: _Page) -> list[Json]:
    mine = page.extras.my_reactions.get(row["id"], ())
    shown = []
    for emoji, count in _reactions(row):
        users = page.reactors.get((row["id"], emoji), [])
        pairs = [page.people.pair(user_id) for user_id in users]
        shown.append(
            {
                "reaction": WORDS.get(emoji, emoji),
                "emoji": emoji,
                "count": count,
                "user_ids": [wire_key(user_id) for user_id in users],
                "mine": emoji in mine,
                **({"profile_ids": [pair["profile_id"] for pair in pairs]} if page.people.in_old_shape else {}),
            }
        )
    return shown
