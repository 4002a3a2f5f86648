"""What a member began to write, so that another of their devices goes on with it."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat.adapter import User
from chat.conf import chat_settings
from chat.exceptions import InvalidInput
from chat.models import ChatGroupUser, ChatMessage
from chat.services.cleaning import clean_text
from chat.services.states import state_save
from chat.services.writing import atomic, own_membership


def draft_set(
    *, acting_user: User, group_id: UUID, message_text: str = "", reply_to_id: UUID | None = None
) -> ChatGroupUser:
    """Keep what the acting person began to write in a group; neither text nor reply means: no draft.

    Sending text there removes it, see ``Outgoing.ends_draft``.

    Who may: every member, for themselves. Raises InvalidInput, NotFound. Locks the own membership alone. Publishes
    ``state.changed``.
    """
    limit = chat_settings.MESSAGE_MAX_LENGTH
    text = clean_text(message_text, field="message_text", max_length=limit, allow_blank=True)
    with atomic():
        membership = own_membership(group_id, acting_user.pk)
        _require_seen(membership, reply_to_id)
        if (text, reply_to_id) != (membership.draft_text, membership.draft_reply_to):
            at = membership.locked_at if text or reply_to_id else None
            state_save(membership, {"draft_text": text, "draft_reply_to": reply_to_id, "draft_changed_at": at})
    return membership


def _require_seen(membership: ChatGroupUser, message_id: UUID | None) -> None:
    seen = ChatMessage.objects.seen_by(membership)
    if message_id is not None and not seen.filter(pk=message_id).exists():
        raise InvalidInput(_("There is no such message here."), code="unknown_message", field="reply_to_id")
