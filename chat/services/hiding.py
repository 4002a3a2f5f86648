"""Deleting messages for oneself alone, and showing them again."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from chat.adapter import User
from chat.exceptions import NotFound
from chat.models import ChatGroupUser, ChatMessage, Mention, MessageHidden
from chat.services.reads import state_changed_publish
from chat.services.writing import atomic, group_id_of, own_membership


def message_hide(*, acting_user: User, message_id: UUID) -> None:
    """Delete a message for the acting person alone; others keep it. Hiding it again changes nothing.

    Who may: every member, for themselves, whatever they see; also a tombstone.

    Raises NotFound. Locks the own membership, then the message, so that its deletion for everyone is counted once.
    Publishes ``state.changed``.
    """
    with _own_write(acting_user, message_id) as (membership, message):
        _set_hidden(membership, message, hidden=True)


def message_unhide(*, acting_user: User, message_id: UUID) -> ChatMessage:
    """Show a message again that the acting person deleted for themselves, at any time: nothing of it was lost.

    Who may: whoever hid it, for themselves. One that is not hidden stays as it is.

    Raises NotFound, also where the history was cleared since. Locks and publishes as ``message_hide``.
    """
    with _own_write(acting_user, message_id) as (membership, message):
        _set_hidden(membership, message, hidden=False)
    return message


@contextmanager
def _own_write(acting_user: User, message_id: UUID) -> Iterator[tuple[ChatGroupUser, ChatMessage]]:
    group_id = group_id_of(ChatMessage.objects.in_reach_of(acting_user), message_id)
    with atomic():
        membership = own_membership(group_id, acting_user.pk)
        rows = ChatMessage.objects.reached_by(membership).filter(pk=message_id)
        message = rows.select_for_update(no_key=True, of=("self",)).first()
        if message is None:
            raise NotFound
        yield membership, message


def _set_hidden(membership: ChatGroupUser, message: ChatMessage, *, hidden: bool) -> None:
    mine = {"message": message, "user_id": membership.user_id}
    row = MessageHidden.objects.filter(**mine).first() or MessageHidden(**mine, active=False)
    if row.active is hidden:
        return
    membership.state_version += 1
    membership.save(update_fields=["state_version"])
    row.group_id, row.seq, row.active = message.group_id, message.seq, hidden
    row.counts = message.counts and message.sender_id != membership.user_id
    row.state_version = membership.state_version
    row.save()
    Mention.objects.filter(**mine).update(counts=message.counts and not hidden)
    state_changed_publish(membership)
