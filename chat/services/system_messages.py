"""What the system says in a conversation: that somebody came or went, that something is called otherwise now."""

from chat import events
from chat.adapter import UserId
from chat.conf import chat_settings
from chat.roles import MessageType, SystemKind
from chat.services.message_writing import message_add, message_event_publish
from chat.services.writing import GroupWrite


def system_message_add(
    write: GroupWrite,
    *,
    kind: SystemKind,
    actor_id: UserId | None,
    user_id: UserId | None = None,
    value: str | None = None,
) -> None:
    """Say in a locked group what ``actor_id`` has just done, to ``user_id``; nothing with SYSTEM_MESSAGES off.

    It has a number and a version of its own, counts as unread for nobody, moves nobody's position, and stays where
    messages disappear. What it says in words is made for each reader, see ``chat.rendering``. For services only.
    Publishes ``message.created``.
    """
    if not chat_settings.SYSTEM_MESSAGES:
        return
    said = {"kind": str(kind), "actor_user_id": _text(actor_id), "user_id": _text(user_id), "value": value}
    message = message_add(write, message_type=MessageType.SYSTEM, counts=False, metadata={"system": said})
    message_event_publish(events.MessageCreated, message, actor_id)


def _text(user_id: UserId | None) -> str | None:
    return None if user_id is None else str(user_id)
