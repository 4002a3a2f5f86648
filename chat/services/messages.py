"""Sending."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Unpack
from uuid import UUID

from chat.adapter import User, UserId
from chat.conf import chat_settings
from chat.roles import ReferenceType
from chat.services.cleaning import clean_text
from chat.services.contents import Things, content_clean
from chat.services.references import clean_references
from chat.services.sending import Outgoing, Sent, outgoing_send


class Words(Things, total=False):
    """What a message can be sent with."""

    message_text: str | None
    reference_id: str
    reference_type: str
    client_id: UUID | None
    reply_to_id: UUID | None
    mention_ids: Sequence[UserId]
    attachment_ids: Sequence[UUID]
    reference_list: list[dict[str, Any]] | None
    sent_at: datetime | None


def message_send(*, acting_user: User, group_id: UUID, **words: Unpack[Words]) -> Sent:
    """Send a text message, a poll whose question is the text, or a location, a GIF or files with or without a text.

    ``reply_to_id`` is a message of the same group that the sender sees; ``mention_ids`` are members; ``attachment_ids``
    are own uploads, which also say what type the message has; ``reference_list`` is what ``clean_references`` takes;
    ``poll``, ``location`` or ``gif`` is what ``poll_clean``, ``location_clean`` or ``gif_clean`` takes; ``sent_at`` is
    the time that a scheduled message was meant for.

    Who may, what is raised, locked and published: as for ``outgoing_send``.
    """
    return outgoing_send(acting_user=acting_user, group_id=group_id, outgoing=outgoing_of(acting_user, **words))


def outgoing_of(
    user: User,
    *,
    message_text: str | None = None,
    reference_id: str = "",
    reference_type: str = ReferenceType.CHAT,
    client_id: UUID | None = None,
    reply_to_id: UUID | None = None,
    mention_ids: Sequence[UserId] = (),
    attachment_ids: Sequence[UUID] = (),
    reference_list: list[dict[str, Any]] | None = None,
    sent_at: datetime | None = None,
    **things: Unpack[Things],
) -> Outgoing:
    """Return what ``user`` wants to send, checked as far as that goes without the group. Raises InvalidInput."""
    content = content_clean(user=user, attachment_ids=attachment_ids, **things)
    outgoing = Outgoing(
        message_type=content.message_type,
        message_text=_text(message_text, optional=not content.needs_text),
        reference_id=clean_text(reference_id, field="reference_id", max_length=255, allow_blank=True),
        reference_type=clean_text(reference_type, field="reference_type", max_length=100, allow_blank=True)
        or ReferenceType.CHAT,
        client_id=client_id,
        reply_to_id=reply_to_id,
        mention_ids=mention_ids,
        attachment_ids=tuple(attachment_ids),
        reference_list=clean_references(reference_list, user=user),
        metadata=content.metadata,
        sent_at=sent_at,
    )
    if gif := things.get("gif"):  # its addresses may be others when this is sent again
        said = replace(outgoing, metadata={"gif": gif["id"]})
        outgoing = replace(outgoing, repeated=json.dumps(asdict(said), default=str, sort_keys=True))
    return outgoing


def _text(value: str | None, *, optional: bool) -> str | None:
    if optional and not value:
        return None
    return clean_text(value, field="message_text", max_length=chat_settings.MESSAGE_MAX_LENGTH)
