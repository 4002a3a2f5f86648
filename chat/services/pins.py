"""Pinning messages for everyone."""

from uuid import UUID

from chat import events, policy
from chat.adapter import User
from chat.models import ChatMessage
from chat.roles import Action, SystemKind
from chat.services.message_writing import MessageWrite, message_write
from chat.services.people.rules import require_unblocked
from chat.services.sending import require_open
from chat.services.system_messages import system_message_add


def message_pin(*, acting_user: User, message_id: UUID) -> ChatMessage:
    """Pin a message for everyone. One that is pinned already stays as it is.

    Who may: see the permission table.

    Raises NotFound, NotAllowed, Conflict (``group_closed``, ``message_gone``). Locks the group, the membership, the
    message. Publishes ``message.pinned``, and ``message.created`` for what the system says of it.
    """
    with message_write(acting_user, message_id) as change:
        _require_may_pin(change)
        change.require_shown()
        if change.message.pinned_at is None:
            change.message.pinned_at = change.write.now
            change.message.pinned_by = acting_user
            change.save(events.MessagePinned, "pinned_at", "pinned_by")
            # Not which one: who joins later sees what is said here, and not the message.
            system_message_add(change.write, kind=SystemKind.MESSAGE_PINNED, actor_id=acting_user.pk)
    return change.message


def message_unpin(*, acting_user: User, message_id: UUID) -> ChatMessage:
    """Take a message off the pinned ones. One that is not pinned stays as it is.

    Who may, what is raised and locked: as for ``message_pin``. Publishes ``message.unpinned``.
    """
    with message_write(acting_user, message_id) as change:
        _require_may_pin(change)
        if change.message.pinned_at is not None:
            change.message.pinned_at = change.message.pinned_by = None
            change.save(events.MessageUnpinned, "pinned_at", "pinned_by")
    return change.message


def _require_may_pin(change: MessageWrite) -> None:
    require_open(change.membership)
    policy.require(policy.may(change.membership, Action.MESSAGE_PIN))
    require_unblocked(change.membership)
