"""State: each model with its queryset and every read."""

from chat.models.changes import Changes, Synced, changes_since, sync_since
from chat.models.group import ChatGroup, peer_key
from chat.models.membership import ChatGroupUser
from chat.models.message import ChatMessage
from chat.models.read_mark import ReadMark

__all__ = [
    "Changes",
    "ChatGroup",
    "ChatGroupUser",
    "ChatMessage",
    "ReadMark",
    "Synced",
    "changes_since",
    "peer_key",
    "sync_since",
]
