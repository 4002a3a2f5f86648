"""Reacting to messages."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat import events, policy
from chat.adapter import User
from chat.conf import chat_settings
from chat.exceptions import Conflict
from chat.models import ChatMessage, MessageReaction
from chat.roles import Action, MessageType
from chat.services.emojis import emoji_clean
from chat.services.message_writing import MessageWrite, message_write
from chat.services.people.rules import require_unblocked
from chat.services.sending import require_open


def reaction_add(*, acting_user: User, message_id: UUID, emoji: str) -> ChatMessage:
    """React to a message with one emoji. The same again changes nothing; another one comes beside it.

    Who may: see the permission table; to messages of the system nobody.

    Raises InvalidInput (``not_one_emoji``), NotFound, NotAllowed, Conflict (``group_closed``, ``message_gone``,
    ``too_many_reactions``). Locks the group, the membership, the message. Publishes ``message.reacted``.
    """
    emoji = emoji_clean(emoji, field="emoji")
    with message_write(acting_user, message_id) as change:
        require_may_react(change)
        mine = MessageReaction.objects.filter(message=change.message, user=acting_user, emoji=emoji)
        if not mine.exists():
            _require_room(change.message, emoji)
            MessageReaction.objects.create(
                group_id=change.message.group_id,
                message=change.message,
                user=acting_user,
                emoji=emoji,
                created_at=change.write.now,
            )
            _count(change, emoji, 1)
    return change.message


def reaction_remove(*, acting_user: User, message_id: UUID, emoji: str) -> ChatMessage:
    """Take one's own reaction back; one that is not there changes nothing.

    Who may, what is raised, locked and published: as for ``reaction_add``.
    """
    emoji = emoji_clean(emoji, field="emoji")
    with message_write(acting_user, message_id) as change:
        require_may_react(change)
        mine = MessageReaction.objects.filter(message=change.message, user=acting_user, emoji=emoji)
        if mine.delete()[0]:
            _count(change, emoji, -1)
    return change.message


def require_may_react(change: MessageWrite) -> None:
    """Raise NotAllowed or Conflict unless the person may react to the message, or vote in it. For services only."""
    require_open(change.membership)
    by_people = change.message.message_type != MessageType.SYSTEM
    policy.require(by_people and policy.may(change.membership, Action.MESSAGE_REACT))
    require_unblocked(change.membership)
    change.require_shown()


def _counts(message: ChatMessage) -> dict[str, int]:
    return dict((message.metadata or {}).get("reactions", ()))


def _require_room(message: ChatMessage, emoji: str) -> None:
    used = _counts(message)
    if emoji not in used and len(used) >= chat_settings.REACTIONS_MAX:
        raise Conflict(_("This message has too many different reactions already."), code="too_many_reactions")


def _count(change: MessageWrite, emoji: str, step: int) -> None:
    counts = _counts(change.message)
    counts[emoji] = counts.get(emoji, 0) + step
    reactions = [[used, count] for used, count in counts.items() if count]
    change.message.metadata = (change.message.metadata or {}) | {"reactions": reactions}
    change.save(events.MessageReacted, "metadata")
