"""What a page of messages shows beside the messages themselves: one read of each kind for the whole page."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from chat.adapter import UserId
from chat.models.message import ChatMessage
from chat.models.prepared import Row
from chat.models.reaction import MessageReaction
from chat.models.vote import PollVote
from chat.roles import MessageType

# What a quote needs of its message.
QUOTE_FIELDS = (
    "id",
    "group_id",
    "seq",
    "version",
    "sender_id",
    "message_type",
    "message_text",
    "edited_at",
    "deleted_at",
    "expires_at",
)


@dataclass(frozen=True, slots=True)
class Extras:
    """The messages that are replied to, as far as the viewer sees them; by message, the viewer's reactions and votes."""

    quotes: dict[UUID, Row] = field(default_factory=dict)
    my_reactions: dict[UUID, set[str]] = field(default_factory=dict)
    my_votes: dict[UUID, set[int]] = field(default_factory=dict)


def extras_of(rows: Iterable[Row], viewer_id: UserId) -> Extras:
    """Return what ``rows`` (with MESSAGE_FIELDS) show beside themselves. A statement for each kind that is there."""
    live = [row for row in rows if row["deleted_at"] is None]
    return Extras(
        quotes=_quotes({row["reply_to_id"] for row in live if row["reply_to_id"]}, viewer_id),
        my_reactions=_mine(MessageReaction, "emoji", [row["id"] for row in live if has(row, "reactions")], viewer_id),
        my_votes=_mine(
            PollVote, "option", [row["id"] for row in live if row["message_type"] == MessageType.POLL], viewer_id
        ),
    )


def has(row: Row, key: str) -> bool:
    """Return whether the metadata of a message has anything under ``key``."""
    return bool(row["metadata"] and row["metadata"].get(key))


def _quotes(message_ids: Collection[UUID], viewer_id: UserId) -> dict[UUID, Row]:
    if not message_ids:
        return {}
    rows = ChatMessage.objects.visible_to(viewer_id).filter(pk__in=message_ids).values(*QUOTE_FIELDS)
    return {row["id"]: row for row in rows}


def _mine(
    model: type[MessageReaction] | type[PollVote], name: str, message_ids: Collection[UUID], viewer_id: UserId
) -> dict[UUID, set[Any]]:
    found: dict[UUID, set[Any]] = {}
    if message_ids:
        rows = model.objects.filter(message_id__in=message_ids, user=viewer_id)
        for message_id, value in rows.values_list("message_id", name):
            found.setdefault(message_id, set()).add(value)
    return found
