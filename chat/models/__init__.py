"""State: each model with its queryset and every read."""

from chat.models.changes import Changes, Synced, changes_since, sync_since
from chat.models.group import ChatGroup, peer_key
from chat.models.history import History, history_read
from chat.models.listing import listed, listed_first
from chat.models.membership import ChatGroupUser
from chat.models.message import ChatMessage
from chat.models.read_mark import ReadMark

__all__ = [
    "Changes",
    "ChatGroup",
    "ChatGroupUser",
    "ChatMessage",
    "History",
    "ReadMark",
    "Synced",
    "changes_since",
    "history_read",
    "listed",
    "listed_first",
    "peer_key",
    "sync_since",
]
