"""State: each model with its queryset and every read."""

from chat.models.group import ChatGroup, peer_key
from chat.models.membership import ChatGroupUser
from chat.models.message import ChatMessage
from chat.models.read_mark import ReadMark

__all__ = ["ChatGroup", "ChatGroupUser", "ChatMessage", "ReadMark", "peer_key"]
