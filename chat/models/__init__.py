"""State: each model with its queryset and every read."""

from chat.models.attachment import Attachment
from chat.models.changes import Changes, Synced, changes_since, sync_since
from chat.models.extras import Extras, extras_of
from chat.models.group import ChatGroup, peer_key
from chat.models.hidden import MessageHidden
from chat.models.history import History, history_read
from chat.models.listing import listed, listed_first
from chat.models.membership import ChatGroupUser
from chat.models.mention import Mention
from chat.models.message import ChatMessage
from chat.models.reaction import MessageReaction
from chat.models.read_mark import ReadMark
from chat.models.receipts import receipts_of
from chat.models.revision import MessageRevision
from chat.models.scheduled import ScheduledMessage
from chat.models.search import Found, Position, Search, messages_search
from chat.models.search_entry import SearchEntry
from chat.models.search_progress import SearchProgress
from chat.models.vote import PollVote

__all__ = [
    "Attachment",
    "Changes",
    "ChatGroup",
    "ChatGroupUser",
    "ChatMessage",
    "Extras",
    "Found",
    "History",
    "Mention",
    "MessageHidden",
    "MessageReaction",
    "MessageRevision",
    "PollVote",
    "Position",
    "ReadMark",
    "ScheduledMessage",
    "Search",
    "SearchEntry",
    "SearchProgress",
    "Synced",
    "changes_since",
    "extras_of",
    "history_read",
    "listed",
    "listed_first",
    "messages_search",
    "peer_key",
    "receipts_of",
    "sync_since",
]
