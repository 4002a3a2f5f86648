"""What happened, as typed events: ids, version and actor, never content.

Whoever shows an event reads the rows again, as the person it is shown to. Only services publish, and receivers hear of
an event after its transaction has committed.
"""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar
from uuid import UUID

from django.db import router, transaction

from chat.adapter import UserId
from chat.models import ChatGroup
from chat.signals import chat_event


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something happened in a group. ``actor_id`` is None where nobody in particular did it."""

    name: ClassVar[str]
    group_id: UUID
    actor_id: UserId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupEvent(Event):
    """A shared change: ``version`` is the group's afterwards."""

    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCreated(GroupEvent):
    """A group was started."""

    name = "group.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupUpdated(GroupEvent):
    """A group was renamed or its settings changed."""

    name = "group.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupClosed(GroupEvent):
    """Nobody can send any more; everything stays readable."""

    name = "group.closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDeleted(GroupEvent):
    """A group was deleted for everyone."""

    name = "group.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestChanged(GroupEvent):
    """A support request has another status, or somebody else takes care of it."""

    name = "request.changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberEvent(GroupEvent):
    """Something happened to a member, ``user_id``."""

    user_id: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAdded(MemberEvent):
    """A person was added, or added again."""

    name = "member.added"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRemoved(MemberEvent):
    """The person was removed, left (``actor_id`` is then their own), or is gone from the site."""

    name = "member.removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSilenced(MemberEvent):
    """A member is to be silent for a time, or may write again."""

    name = "member.silenced"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRoleChanged(MemberEvent):
    """A member has another role; ``actor_id`` is None where they inherited it."""

    name = "member.role_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinEvent(Event):
    """Something happened to the request of ``user_id``, who is no member, to join."""

    request_id: UUID
    user_id: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinRequested(JoinEvent):
    """Somebody asks to join."""

    name = "join.requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinAnswered(JoinEvent):
    """A request to join was accepted or rejected, or withdrawn (``actor_id`` is then ``user_id``)."""

    name = "join.answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEvent(GroupEvent):
    """Something happened to a message."""

    message_id: UUID
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCreated(MessageEvent):
    """A message was sent."""

    name = "message.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdited(MessageEvent):
    """Its sender changed what a message says, or whom it mentions."""

    name = "message.edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePinned(MessageEvent):
    """A message was pinned for everyone."""

    name = "message.pinned"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageUnpinned(MessageEvent):
    """A message is no longer pinned."""

    name = "message.unpinned"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeleted(MessageEvent):
    """A message was deleted for everyone."""

    name = "message.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRestored(MessageEvent):
    """A deletion was undone."""

    name = "message.restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageExpired(MessageEvent):
    """The time of a message was over, and its content was removed for good."""

    name = "message.expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePurged(MessageEvent):
    """The content of a deleted message was removed for good."""

    name = "message.purged"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageErased(MessageEvent):
    """The content of a message was removed for good, as its author was erased."""

    name = "message.erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReacted(MessageEvent):
    """Somebody reacted to a message, or took a reaction back."""

    name = "message.reacted"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollVoted(MessageEvent):
    """Somebody voted, or changed or withdrew their vote; ``actor_id`` is None where the poll is anonymous."""

    name = "poll.voted"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollClosed(MessageEvent):
    """A poll was closed: nobody can vote in it any more."""

    name = "poll.closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileScanned(MessageEvent):
    """A file of a message was found to be clean, or was refused."""

    name = "file.scanned"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent(MessageEvent):
    """Something happened to a call; ``message_id`` is the message that shows it."""

    call_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStarted(CallEvent):
    """Somebody calls the others."""

    name = "call.started"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallChanged(CallEvent):
    """A call rings, was answered, is over, or somebody's part in it is another."""

    name = "call.changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAdvanced(Event):
    """Somebody's read or received position moved forward."""

    name = "read.advanced"
    read_seq: int
    delivered_seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChanged(Event):
    """The actor changed what only they see of the group: for their other devices."""

    name = "state.changed"
    state_version: int


def publish(event: Event) -> None:
    """Send ``event`` on the signal ``chat_event`` once the current transaction has committed."""
    using = router.db_for_write(ChatGroup)
    transaction.on_commit(partial(_deliver, event), using=using, robust=True)


def _deliver(event: Event) -> None:
    chat_event.send_robust(sender=type(event), event=event)
