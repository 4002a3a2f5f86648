"""How messages are written: added with their number, or changed: locked, as a member sees them; stamped, published."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chat import events, policy
from chat.adapter import User, UserId
from chat.exceptions import NotFound
from chat.models import ChatGroup, ChatGroupUser, ChatMessage
from chat.roles import MessageType
from chat.services.writing import GroupWrite, group_id_of, group_write


@dataclass
class MessageWrite:
    """A change in progress: the locked group, the member who acts, and the locked message."""

    write: GroupWrite
    membership: ChatGroupUser
    message: ChatMessage

    @property
    def is_gone(self) -> bool:
        """Whether nobody is sent the content of the message any more: it was deleted, or its time is over."""
        return self.message.is_gone_at(self.write.now)

    def require_shown(self) -> None:
        """Raise Conflict (``message_gone``) unless the message has its content still."""
        policy.require_shown(self.message, self.write.now)

    def save(self, kind: type[events.MessageEvent], *fields: str) -> None:
        """Write these fields of the message with the group's next version, and publish an event of this kind."""
        message_stamp(self.write, self.message, *fields)
        message_event_publish(kind, self.message, self.membership.user_id)


@contextmanager
def message_write(acting_user: User, message_id: UUID) -> Iterator[MessageWrite]:
    """Lock the group of a message that ``acting_user`` sees, their membership, then the message, for one change.

    Raises NotFound, also where the message was hidden or cleared, or the person removed, while this waited.
    """
    with group_write(group_id_of(ChatMessage.objects.visible_to(acting_user), message_id)) as write:
        membership = write.membership_of(acting_user.pk)
        rows = ChatMessage.objects.seen_by(membership)
        message = rows.filter(pk=message_id).select_for_update(no_key=True, of=("self",)).first()
        if message is None:
            raise NotFound
        yield MessageWrite(write, membership, message)


def message_stamp(write: GroupWrite, message: ChatMessage, *fields: str) -> None:
    """Write these fields of a locked message, with the group's next version. For services only."""
    message.version = write.next_version()
    message.changed_at = write.now
    message.save(update_fields=[*fields, "version", "changed_at"])


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


def message_add(write: GroupWrite, **fields: Any) -> ChatMessage:
    """Give a message its number, version and times in a locked group, and keep it. For services only.

    What the system says does not disappear: it has no content of anybody's.
    """
    group = write.group
    created_at = _next_created_at(group, write.now)
    lifetime = None if fields["message_type"] == MessageType.SYSTEM else group.message_lifetime
    write.set(last_seq=group.last_seq + 1, last_message_at=created_at)
    return ChatMessage.objects.create(
        group=group,
        seq=group.last_seq,
        version=write.next_version(),
        expires_at=created_at + timedelta(seconds=lifetime) if lifetime else None,
        created_at=created_at,
        changed_at=created_at,
        **fields,
    )


def _next_created_at(group: ChatGroup, now: datetime) -> datetime:
    """Return the database's time, or the group's last plus one microsecond where the clock stands or goes back."""
    if group.last_message_at is None:
        return now
    return max(now, group.last_message_at + timedelta(microseconds=1))
