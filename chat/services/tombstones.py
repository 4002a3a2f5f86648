"""Deleting, restoring and purging messages."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import events, policy
from chat.adapter import User
from chat.conf import chat_settings
from chat.exceptions import Conflict, NotAllowed, NotFound
from chat.models import ChatGroupUser, ChatMessage
from chat.roles import MessageType
from chat.services.messages import message_event_publish
from chat.services.writing import GroupWrite, group_write


def message_delete(*, acting_user: User, message_id: UUID) -> ChatMessage:
    """Delete a message for everyone: from now on nobody is sent its content, a tombstone remains.

    Who may: its sender, and moderators (see the permission table). Deleting again changes nothing.

    Raises NotFound, NotAllowed. Locks the group. Publishes ``message.deleted``.
    """
    with group_write(_group_of(acting_user, message_id)) as write:
        membership = write.membership_of(acting_user.pk)
        message = _message_in(membership, message_id)
        if message.message_type == MessageType.SYSTEM:
            raise NotAllowed
        policy.require(policy.may_delete(membership, message))
        if message.deleted_at is not None:
            return message
        message.deleted_at = write.now
        message.deleted_by = acting_user
        message.counts = False
        _stamp(write, message, "deleted_at", "deleted_by", "counts")
        message_event_publish(events.MessageDeleted, message, acting_user.pk)
    return message


def message_restore(*, acting_user: User, message_id: UUID) -> ChatMessage:
    """Undo a deletion within the setting UNDO_WINDOW.

    Who may: whoever deleted it. Restoring a live message changes nothing.

    Raises NotFound, NotAllowed, Conflict (``undo_window_over``). Locks the group. Publishes ``message.restored``.
    """
    with group_write(_group_of(acting_user, message_id)) as write:
        membership = write.membership_of(acting_user.pk)
        message = _message_in(membership, message_id)
        if message.deleted_at is None:
            policy.require(policy.may_delete(membership, message))
            return message
        policy.require(message.deleted_by_id == acting_user.pk and policy.may_delete(membership, message))
        if message.purged_at is not None or write.now >= undo_ends_at(message.deleted_at):
            raise Conflict(_("The time in which this could be undone is over."), code="undo_window_over")
        message.deleted_at = None
        message.deleted_by = None
        message.counts = message.message_type != MessageType.SYSTEM
        _stamp(write, message, "deleted_at", "deleted_by", "counts")
        message_event_publish(events.MessageRestored, message, acting_user.pk)
    return message


def undo_ends_at(deleted_at: datetime) -> datetime:
    """Return when a deletion of ``deleted_at`` becomes final."""
    return deleted_at + timedelta(seconds=chat_settings.UNDO_WINDOW)


def tombstones_purge(*, batch_size: int = 500) -> Iterator[int]:
    """Remove the content of messages whose undo window is over, group by group.

    What they were about (``reference_id``) stays, so that a tombstone keeps its place in a conversation about it.

    Yields how many were purged after each batch of one group; every batch is a transaction of its own, so that it can
    be stopped at any time. Who may: the site's operator (management command). Locks one group at a time. Publishes
    ``message.purged``.
    """
    deleted_before = timezone.now() - timedelta(seconds=chat_settings.UNDO_WINDOW)
    due = ChatMessage.objects.purgeable(deleted_before)
    while group_id := due.order_by("deleted_at").values_list("group_id", flat=True).first():
        yield _purge_batch(group_id, deleted_before, batch_size)


def _purge_batch(group_id: UUID, deleted_before: datetime, batch_size: int) -> int:
    with group_write(group_id, even_deleted=True) as write:
        due = ChatMessage.objects.purgeable(deleted_before).filter(group_id=group_id)
        rows = list(due.select_for_update(no_key=True, of=("self",)).order_by("seq")[:batch_size])
        for message in rows:
            message.message_text = None
            message.reference_list = None
            message.purged_at = write.now
            _stamp(write, message, "message_text", "reference_list", "purged_at")
            message_event_publish(events.MessagePurged, message, None)
    return len(rows)


def _group_of(user: User, message_id: UUID) -> UUID:
    """Return the group to lock for a message that ``user`` can see. Raises NotFound."""
    group_id = ChatMessage.objects.visible_to(user).filter(pk=message_id).values_list("group_id", flat=True).first()
    if group_id is None:
        raise NotFound
    return group_id


def _message_in(membership: ChatGroupUser, message_id: UUID) -> ChatMessage:
    """Return the message, locked, as the member sees it now. Raises NotFound."""
    rows = ChatMessage.objects.seen_by(membership)
    message = rows.filter(pk=message_id).select_for_update(no_key=True, of=("self",)).first()
    if message is None:
        raise NotFound
    return message


def _stamp(write: GroupWrite, message: ChatMessage, *fields: str) -> None:
    message.version = write.next_version()
    message.changed_at = write.now
    message.save(update_fields=[*fields, "version", "changed_at"])
