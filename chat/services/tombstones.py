"""Deleting, restoring and purging messages."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Model
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from chat import events, policy
from chat.adapter import User
from chat.conf import chat_settings
from chat.exceptions import Conflict, NotAllowed
from chat.models import (
    Attachment,
    ChatMessage,
    LegalHold,
    Mention,
    MessageHidden,
    MessageReaction,
    MessageRevision,
    PollVote,
)
from chat.roles import MessageType
from chat.services.counting import message_counts_update
from chat.services.files import files_drop
from chat.services.message_writing import message_event_publish, message_stamp, message_write
from chat.services.people.rules import require_unblocked
from chat.services.sending import require_open
from chat.services.writing import GroupWrite, group_write

CONTENT_MODELS: tuple[type[Model], ...] = (MessageRevision, MessageReaction, PollVote, Mention)
"""What goes with the text of a message."""
CONTENT_FIELDS = ("message_text", "reference_list", "metadata", "purged_at")


def message_delete(*, acting_user: User, message_id: UUID) -> ChatMessage:
    """Delete a message for everyone: from now on nobody is sent its content, a tombstone remains. It loses its pin.

    Who may: its sender, and moderators (see the permission table). Deleting what is gone already changes nothing.

    Raises NotFound, NotAllowed. Locks the group, the membership, the message. Publishes ``message.deleted``.
    """
    with message_write(acting_user, message_id) as change:
        message = change.message
        if message.message_type == MessageType.SYSTEM:
            raise NotAllowed
        policy.require(policy.may_delete(change.membership, message))
        if not change.is_gone:
            message.deleted_at = change.write.now
            message.deleted_by = acting_user
            message.pinned_at = message.pinned_by = None
            message.counts = False
            message_counts_update(message)
            change.save(events.MessageDeleted, "deleted_at", "deleted_by", "pinned_at", "pinned_by", "counts")
    return message


def message_restore(*, acting_user: User, message_id: UUID) -> ChatMessage:
    """Undo a deletion within the setting UNDO_WINDOW.

    Who may: whoever deleted it, as far as they may write there now. Restoring a live message changes nothing.

    Raises NotFound, NotAllowed (also ``silenced``, ``privacy``), Conflict (``undo_window_over``, ``group_closed``).
    Locks the group, the membership, the message. Publishes ``message.restored``.
    """
    with message_write(acting_user, message_id) as change:
        message = change.message
        allowed = policy.may_delete(change.membership, message)
        if message.deleted_at is None:
            policy.require(allowed)
            return message
        policy.require(allowed and message.deleted_by_id == acting_user.pk)
        require_open(change.membership)
        require_unblocked(change.membership)
        if message.purged_at is not None or change.write.now >= _undo_ends_at(message):
            raise Conflict(_("The time in which this could be undone is over."), code="undo_window_over")
        message.deleted_at = message.deleted_by = None
        message.counts = message.message_type != MessageType.SYSTEM
        message_counts_update(message)
        change.save(events.MessageRestored, "deleted_at", "deleted_by", "counts")
    return message


def undo_ends_at(deleted_at: datetime) -> datetime:
    """Return when a deletion of ``deleted_at`` becomes final."""
    return deleted_at + timedelta(seconds=chat_settings.UNDO_WINDOW)


def _undo_ends_at(message: ChatMessage) -> datetime:
    """Return when a deleted message can no longer be restored: where messages disappear, with its own time at last."""
    final = undo_ends_at(message.deleted_at or message.created_at)
    return min(final, message.expires_at or final)


def tombstones_purge(*, batch_size: int = 500) -> Iterator[int]:
    """Remove the content of messages whose undo window is over, group by group.

    What they were about (``reference_id``) stays, so that a tombstone keeps its place in a conversation about it.
    What a legal hold covers stays stored until it is lifted.

    Yields how many were purged after each batch of one group; every batch is a transaction of its own, so that it can
    be stopped at any time. Who may: the site's operator (management command). Locks one group at a time. Publishes
    ``message.purged``.
    """
    # The database's clock, by which the window began: this machine's may run ahead, and would purge too early.
    window = timedelta(seconds=chat_settings.UNDO_WINDOW)
    due = ChatMessage.objects.purgeable(Now() - window).filter(~LegalHold.objects.over_messages())
    while group_id := due.order_by("deleted_at").values_list("group_id", flat=True).first():
        yield _purge_batch(group_id, window, batch_size)


def _purge_batch(group_id: UUID, window: timedelta, batch_size: int) -> int:
    with group_write(group_id, even_deleted=True) as write:
        due = ChatMessage.objects.purgeable(write.now - window).filter(group_id=group_id)
        due = due.filter(~LegalHold.objects.over_messages())
        rows = list(due.select_for_update(no_key=True, of=("self",)).order_by("seq")[:batch_size])
        content_remove(write, rows)
        for message in rows:
            message_stamp(write, message, *CONTENT_FIELDS)
            message_event_publish(events.MessagePurged, message, None)
    return len(rows)


def content_remove(write: GroupWrite, messages: Sequence[ChatMessage]) -> None:
    """Remove the content of locked messages for good. For services only, which then write CONTENT_FIELDS of each."""
    for model in CONTENT_MODELS:
        model._default_manager.filter(message__in=messages).delete()
    files_drop(Attachment.objects.filter(message__in=messages))
    for message in messages:
        message.message_text = message.reference_list = message.metadata = None
        message.purged_at = write.now


def messages_end(
    write: GroupWrite, messages: Sequence[ChatMessage], kind: type[events.MessageEvent], *cleared: str
) -> None:
    """Make tombstones without content, deleted by nobody, of locked messages. For services only.

    Of what a legal hold covers the content stays stored, until ``tombstones_purge`` finds it lifted. ``cleared`` names
    fields that the caller has emptied as well. Publishes an event of this kind for each.
    """
    of_these = ChatMessage.objects.filter(pk__in=[message.pk for message in messages])
    held = set(of_these.filter(LegalHold.objects.over_messages()).values_list("pk", flat=True))
    content_remove(write, [message for message in messages if message.pk not in held])
    MessageHidden.objects.filter(message__in=messages).update(counts=False)
    Mention.objects.filter(message__in=held).update(counts=False)
    for message in messages:
        message.deleted_at = message.deleted_at or min(message.expires_at or write.now, write.now)
        message.pinned_at = message.pinned_by = None
        message.counts = False
        message_stamp(write, message, "deleted_at", "pinned_at", "pinned_by", "counts", *CONTENT_FIELDS, *cleared)
        message_event_publish(kind, message, None)
