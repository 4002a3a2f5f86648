"""Sending text."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chat.adapter import User, UserId
from chat.conf import chat_settings
from chat.roles import ReferenceType
from chat.services.cleaning import clean_text
from chat.services.sending import Outgoing, Sent, outgoing_send


def message_send(
    *,
    acting_user: User,
    group_id: UUID,
    message_text: str,
    reference_id: str = "",
    reference_type: str = ReferenceType.CHAT,
    client_id: UUID | None = None,
    reply_to_id: UUID | None = None,
    mention_ids: Sequence[UserId] = (),
    sent_at: datetime | None = None,
) -> Sent:
    """Send a text message.

    ``reply_to_id`` is a message of the same group that the sender sees; ``mention_ids`` are members; ``sent_at`` is the
    time that a scheduled message was meant for.

    Who may, what is raised, locked and published: as for ``outgoing_send``.
    """
    outgoing = Outgoing(
        message_text=clean_text(message_text, field="message_text", max_length=chat_settings.MESSAGE_MAX_LENGTH),
        reference_id=clean_text(reference_id, field="reference_id", max_length=255, allow_blank=True),
        reference_type=clean_text(reference_type, field="reference_type", max_length=100, allow_blank=True)
        or ReferenceType.CHAT,
        client_id=client_id,
        reply_to_id=reply_to_id,
        mention_ids=mention_ids,
        sent_at=sent_at,
    )
    return outgoing_send(acting_user=acting_user, group_id=group_id, outgoing=outgoing)
