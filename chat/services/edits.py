"""Editing one's own messages."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat import events, policy
from chat.adapter import Reviewed, User, UserId
from chat.choices import Verdict
from chat.conf import chat_settings
from chat.exceptions import Conflict, NotFound
from chat.models import ChatMessage, Mention, MessageHidden, MessageRevision
from chat.roles import WITH_FILES, MessageType
from chat.services.cleaning import clean_text
from chat.services.message_writing import MessageWrite, message_write
from chat.services.people.rules import require_unblocked
from chat.services.safety.review import is_reviewing, review_ask, review_refusal
from chat.services.sending import mentions_add, mentions_clean, mentions_metadata, require_open

UNSET: Any = object()


def message_edit(
    *, acting_user: User, message_id: UUID, message_text: str = UNSET, mention_ids: Sequence[UserId] = UNSET
) -> ChatMessage:
    """Change the text of an own message, or whom it mentions; what is not named stays, and so does nothing new.

    The former text is kept as a revision. Who is mentioned already may have left since.

    Who may: its sender, within the setting EDIT_WINDOW. Not what they forwarded: those are another's words.

    Raises InvalidInput, NotFound, NotAllowed (also ``review_refused``: an edit is not held, but refused), Conflict
    (``group_closed``, ``message_gone``, ``not_editable``, ``edit_window_over``). Asks the host's review of a new text,
    then locks the group, the membership, the message. Publishes ``message.edited``.
    """
    if message_text is not UNSET and is_reviewing():
        _require_review(acting_user, message_id, message_text)
    with message_write(acting_user, message_id) as change:
        _require_may_edit(change)
        message = change.message
        before = (message.message_text, _mentioned(message))
        text = message.message_text if message_text is UNSET else _clean(message, message_text)
        if mention_ids is not UNSET:
            _mention(change, mention_ids)
        if (text, _mentioned(message)) != before:
            _do_edit(change, text)
    return message


def _require_review(user: User, message_id: UUID, text: str) -> None:
    """Raise NotAllowed unless the new text passes. Whose message it is not is refused later."""
    message = ChatMessage.objects.visible_to(user).filter(pk=message_id).first()
    if message is None:
        raise NotFound
    if message.sender_id == user.pk:
        said = Reviewed(message_type=message.message_type, message_text=_clean(message, text), edited_id=message.pk)
        review = review_ask(user, message.group_id, said)
        if review.verdict != Verdict.PASS:
            raise review_refusal(review)


def _require_may_edit(change: MessageWrite) -> None:
    message = change.message
    require_open(change.membership)
    policy.require(policy.may_edit(change.membership, message))
    require_unblocked(change.membership)
    change.require_shown()
    is_forwarded = "forwarded" in (message.metadata or {})  # even where the first message went with its group
    if is_forwarded or message.message_type not in {MessageType.TEXT, *WITH_FILES}:
        raise Conflict(_("A message of this kind cannot be edited."), code="not_editable")
    window = chat_settings.EDIT_WINDOW
    if window is not None and change.write.now >= message.created_at + timedelta(seconds=window):
        raise Conflict(_("The time in which this could be edited is over."), code="edit_window_over")


def _clean(message: ChatMessage, text: str) -> str | None:
    captions = message.message_type in WITH_FILES
    text = clean_text(text, field="message_text", max_length=chat_settings.MESSAGE_MAX_LENGTH, allow_blank=captions)
    return text or None


def _mentioned(message: ChatMessage) -> list[str]:
    mentioned: list[str] = (message.metadata or {}).get("mentions", [])
    return mentioned


def _mention(change: MessageWrite, user_ids: Sequence[UserId]) -> None:
    """Count new mentions and no more those that were dropped; the caller saves the message."""
    message = change.message
    wanted = mentions_clean(change.membership.group, user_ids, already=_mentioned(message))
    rows = Mention.objects.filter(message=message)
    rows.exclude(user__in=wanted).delete()
    known = set(rows.values_list("user_id", flat=True))
    mentions_add(message, [user_id for user_id in wanted if user_id not in known])
    hidden = MessageHidden.objects.filter(message=message, active=True)
    rows.filter(user__in=hidden.values("user")).update(counts=False)
    rest = {key: value for key, value in (message.metadata or {}).items() if key != "mentions"}
    message.metadata = rest | mentions_metadata(wanted) or None


def _do_edit(change: MessageWrite, text: str | None) -> None:
    message = change.message
    former, written_at = message.message_text, message.edited_at or message.created_at
    message.message_text = text
    message.edited_at = change.write.now
    change.save(events.MessageEdited, "message_text", "metadata", "edited_at")
    if former != text:
        MessageRevision.objects.create(
            group_id=message.group_id,
            message=message,
            version=message.version,
            message_text=former,
            written_at=written_at,
        )
