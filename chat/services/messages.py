"""Sending messages."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from chat import events, policy
from chat.adapter import User, UserId
from chat.conf import chat_settings
from chat.exceptions import Conflict, KeyReused
from chat.models import ChatGroup, ChatGroupUser, ChatMessage
from chat.roles import Action, ReferenceType
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
    message_event_publish(events.MessageCreated, message, message.sender_id)
    if passed_unread:
        events.publish(
            events.ReadAdvanced(
                group_id=message.group_id,
                actor_id=message.sender_id,
                read_seq=message.seq,
                delivered_seq=message.seq,
            )
        )


def message_event_publish(kind: type[events.MessageEvent], message: ChatMessage, actor_id: UserId | None) -> None:
    """Publish that something happened to ``message``, which has its version already. For services only."""
    events.publish(
        kind(
            group_id=message.group_id,
            version=message.version,
            actor_id=actor_id,
            message_id=message.pk,
            seq=message.seq,
        )
    )
