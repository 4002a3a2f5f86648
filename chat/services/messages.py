"""Sending, deleting, restoring and purging messages."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from chat import events, policy
from chat.adapter import User, UserId
from chat.conf import chat_settings
from chat.exceptions import Conflict, KeyReused, NotAllowed, NotFound
from chat.models import ChatGroup, ChatGroupUser, ChatMessage
from chat.roles import Action, MessageType, ReferenceType
from chat.services import fast_send
from chat.services.cleaning import clean_text
from chat.services.reads import read_mark_add
from chat.services.writing import GroupWrite, group_write


@dataclass(frozen=True, slots=True)
class Draft:
    """What a client asks to send, checked; ``hash`` tells a retry from another message under the same client_id."""

    message_text: str
    reference_id: str
    reference_type: str
    client_id: UUID | None

    @property
    def hash(self) -> str:
        """HMAC-SHA-256 of the content, which it outlives without telling it; empty without a client_id."""
        if self.client_id is None:
            return ""
        content = json.dumps([self.message_text, self.reference_id, self.reference_type])
        return salted_hmac("chat.client_hash", content, algorithm="sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Sent:
    """The outcome of a send: the message, and whether it is new (False: a retry of one that was there)."""

    message: ChatMessage
    created: bool


def message_send(
    *,
    acting_user: User,
    group_id: UUID,
    message_text: str,
    reference_id: str = "",
    reference_type: str = ReferenceType.CHAT,
    client_id: UUID | None = None,
) -> Sent:
    """Send a text message.

    Who may: members whose role may send in this kind of group. The same ``client_id`` from the same person returns the
    first message, whatever became of it since.

    Raises InvalidInput, NotFound (stranger, former member), NotAllowed, Conflict (``group_closed``), KeyReused.
    Locks the group, then the sender's membership. Publishes ``message.created``, and ``read.advanced`` where sending
    passed unread messages. The sender has then read everything.
    """
    draft = Draft(
        message_text=clean_text(message_text, field="message_text", max_length=chat_settings.MESSAGE_MAX_LENGTH),
        reference_id=clean_text(reference_id, field="reference_id", max_length=255, allow_blank=True),
        reference_type=clean_text(reference_type, field="reference_type", max_length=100, allow_blank=True)
        or ReferenceType.CHAT,
        client_id=client_id,
    )
    if fast_send.is_available():
        sent = fast_send.fast_send(group_id=group_id, sender_id=acting_user.pk, draft=draft)
        if sent is not None:
            _publish_sent(sent.message, passed_unread=sent.passed_unread)
            return Sent(sent.message, created=True)
    with group_write(group_id) as write:
        membership = write.membership_of(acting_user.pk)
        known = _sent_before(membership, draft)
        if known is not None:
            return Sent(known, created=False)
        _require_open(membership)
        message = _do_send(write, membership, draft)
    return Sent(message, created=True)


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
        _publish(events.MessageDeleted, message, acting_user.pk)
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
        _publish(events.MessageRestored, message, acting_user.pk)
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
            _publish(events.MessagePurged, message, None)
    return len(rows)


def _require_open(membership: ChatGroupUser) -> None:
    if membership.group.closed_at is not None:
        raise Conflict(_("The other person is gone; this conversation can only be read."), code="group_closed")
    policy.require(policy.may(membership, Action.MESSAGE_SEND))


def _sent_before(membership: ChatGroupUser, draft: Draft) -> ChatMessage | None:
    """Return the message that this client_id already made. Raises KeyReused when that had other content."""
    if draft.client_id is None:
        return None
    message = ChatMessage.objects.filter(
        group_id=membership.group_id, sender_id=membership.user_id, client_id=draft.client_id
    ).first()
    if message is not None and message.client_hash != draft.hash:
        raise KeyReused(field="client_id")
    return message


def _do_send(write: GroupWrite, membership: ChatGroupUser, draft: Draft) -> ChatMessage:
    group = write.group
    created_at = _next_created_at(group, write.now)
    write.set(last_seq=group.last_seq + 1, last_message_at=created_at)
    message = ChatMessage.objects.create(
        group=group,
        seq=group.last_seq,
        version=write.next_version(),
        sender_id=membership.user_id,
        message_text=draft.message_text,
        reference_id=draft.reference_id,
        reference_type=draft.reference_type,
        client_id=draft.client_id,
        client_hash=draft.hash,
        created_at=created_at,
        changed_at=created_at,
    )
    _publish_sent(message, passed_unread=_read_by_sending(membership, message))
    return message


def _next_created_at(group: ChatGroup, now: datetime) -> datetime:
    """Return the database's time, or the group's last plus one microsecond where the clock stands or goes back."""
    if group.last_message_at is None:
        return now
    return max(now, group.last_message_at + timedelta(microseconds=1))


def _read_by_sending(membership: ChatGroupUser, message: ChatMessage) -> bool:
    """Move the sender's positions to the message; return whether that passed messages not read before."""
    passed_unread = membership.read_seq < message.seq - 1
    if passed_unread:
        read_mark_add(membership, to_seq=message.seq, at=message.created_at)
    membership.read_seq = membership.delivered_seq = membership.unread_from_seq = message.seq
    membership.read_changed_at = message.created_at
    membership.state_version += 1
    membership.save(update_fields=["read_seq", "delivered_seq", "unread_from_seq", "read_changed_at", "state_version"])
    return passed_unread


def _publish_sent(message: ChatMessage, *, passed_unread: bool) -> None:
    _publish(events.MessageCreated, message, message.sender_id)
    if passed_unread:
        events.publish(
            events.ReadAdvanced(
                group_id=message.group_id,
                actor_id=message.sender_id,
                read_seq=message.seq,
                delivered_seq=message.seq,
            )
        )


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


def _publish(kind: type[events.MessageEvent], message: ChatMessage, actor_id: UserId | None) -> None:
    events.publish(
        kind(
            group_id=message.group_id,
            version=message.version,
            actor_id=actor_id,
            message_id=message.pk,
            seq=message.seq,
        )
    )


__all__ = ["Sent", "message_delete", "message_restore", "message_send", "tombstones_purge", "undo_ends_at"]
