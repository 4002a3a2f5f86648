"""What a page of messages shows beside the messages themselves: one prepared read for the whole page."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import F, QuerySet

from chat.adapter import UserId
from chat.models.attachment import Attachment
from chat.models.hidden import MessageHidden
from chat.models.message import ChatMessage
from chat.models.prepared import Among, Ids, Param, Prepared, Row, rows_together
from chat.models.reaction import MessageReaction
from chat.models.vote import PollVote
from chat.roles import WITH_FILES, MessageType

# What a quote needs of its message.
QUOTE_FIELDS = (
    "id",
    "seq",
    "version",
    "sender_id",
    "message_type",
    "message_text",
    "edited_at",
    "deleted_at",
    "expires_at",
)

POLL = MessageType.POLL  # found in its class, it takes as long as all the rest of a comparison

# What is shown of a file.
ATTACHMENT_FIELDS = (
    "id",
    "message_id",
    "name",
    "mime_type",
    "kind",
    "size",
    "width",
    "height",
    "duration_ms",
    "waveform",
    "scan_state",
    "preview",
    "position",
)


@dataclass(frozen=True, slots=True)
class Extras:
    """The messages that are replied to, as far as the viewer sees them; by message, its files and what the viewer did.

    A quote of what the viewer hid is there, but None.
    """

    quotes: dict[UUID, Row | None] = field(default_factory=dict)
    attachments: dict[UUID, list[Row]] = field(default_factory=dict)
    my_reactions: dict[UUID, set[str]] = field(default_factory=dict)
    my_votes: dict[UUID, set[int]] = field(default_factory=dict)


def extras_of(rows: Iterable[Row], viewer_id: UserId) -> Extras:
    """Return what ``rows`` (with MESSAGE_FIELDS) show beside themselves.

    One statement on PostgreSQL, elsewhere one for each kind that is there.
    """
    live = [row for row in rows if row["deleted_at"] is None]
    replied_to = {row["reply_to_id"] for row in live if row["reply_to_id"]}
    on_page: dict[UUID, Row | None] = {row["id"]: row for row in live if row["id"] in replied_to} if replied_to else {}
    wanted: Mapping[Prepared, Collection[UUID]] = {
        _QUOTES: replied_to - on_page.keys(),
        _ATTACHMENTS: [row["id"] for row in live if row["message_type"] in WITH_FILES],
        _MY_REACTIONS: [row["id"] for row in live if _has(row, "reactions")],
        _MY_VOTES: [row["id"] for row in live if row["message_type"] == POLL],
    }
    found = _read({prepared: keys for prepared, keys in wanted.items() if keys}, viewer_id)
    return Extras(
        quotes=on_page | {row["id"]: _unless_hidden(row) for row in found.get(_QUOTES, ())},
        attachments=_by_message(sorted(found.get(_ATTACHMENTS, ()), key=itemgetter("position"))),
        my_reactions=_values_by_message(found.get(_MY_REACTIONS, ()), "emoji"),
        my_votes=_values_by_message(found.get(_MY_VOTES, ()), "option"),
    )


def _read(wanted: Mapping[Prepared, Collection[UUID]], viewer_id: UserId) -> Mapping[Prepared, list[Row]]:
    if not wanted:
        return {}
    reads = [(prepared, {"message_ids": keys, "viewer_id": viewer_id}) for prepared, keys in wanted.items()]
    return dict(zip(wanted, rows_together(ChatMessage, reads), strict=True))


def _has(row: Row, key: str) -> bool:
    return bool(row["metadata"] and row["metadata"].get(key))


def _by_message(rows: Iterable[Row]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(row["message_id"], []).append(row)
    return found


def _values_by_message(rows: Iterable[Row], name: str) -> dict[UUID, set[Any]]:
    found: dict[UUID, set[Any]] = {}
    for row in rows:
        found.setdefault(row["message_id"], set()).add(row[name])
    return found


def _viewer() -> Param:
    return Param("viewer_id", get_user_model()._meta.pk)


def _unless_hidden(row: Row) -> Row | None:
    return None if row["is_hidden"] else row


def _quotes() -> QuerySet[ChatMessage]:
    """Keep what the viewer sees, and what they hid."""
    rows = ChatMessage.objects.in_reach_of(_viewer()).filter(Among(F("pk"), Ids("message_ids")))
    return rows.annotate(is_hidden=MessageHidden.objects.of_message_for(_viewer()))


def _attachments() -> QuerySet[Attachment]:
    # Index: chat_attachment_position.
    return Attachment.objects.kept().filter(message__pk__in=Ids("message_ids"))


def _my_reactions() -> QuerySet[MessageReaction]:
    # Index: chat_reaction_once.
    return MessageReaction.objects.filter(Among(F("message_id"), Ids("message_ids")), user=_viewer())


def _my_votes() -> QuerySet[PollVote]:
    # Index: chat_vote_once.
    return PollVote.objects.filter(message__pk__in=Ids("message_ids"), user=_viewer())


_QUOTES = Prepared(("is_hidden", *QUOTE_FIELDS), _quotes)
_ATTACHMENTS = Prepared(ATTACHMENT_FIELDS, _attachments)
_MY_REACTIONS = Prepared(("message_id", "emoji"), _my_reactions)
_MY_VOTES = Prepared(("message_id", "option"), _my_votes)
