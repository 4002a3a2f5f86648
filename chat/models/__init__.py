"""State: each model with its queryset and every read."""

from chat.models.attachment import Attachment
from chat.models.calls import Call, CallParticipant
from chat.models.changes import Changes, Synced, changes_since, sync_since
from chat.models.extras import Extras, extras_of
from chat.models.group import ChatGroup
from chat.models.hidden import MessageHidden
from chat.models.history import History, history_read
from chat.models.legacy import LegacyNumber, LegacyRow
from chat.models.listing import listed, listed_first
from chat.models.membership import ChatGroupUser
from chat.models.mention import Mention
from chat.models.message import ChatMessage
from chat.models.people.block import Block
from chat.models.people.connection import Connection
from chat.models.people.invitation import Invitation
from chat.models.people.join_request import JoinRequest
from chat.models.people.presence import Presence
from chat.models.people.settings import ChatSettings
from chat.models.reaction import MessageReaction
from chat.models.read_mark import ReadMark
from chat.models.receipts import receipts_of
from chat.models.revision import MessageRevision
from chat.models.safety.audit import AuditEntry
from chat.models.safety.held_message import HeldMessage
from chat.models.safety.jobs import DataExport, Erasure
from chat.models.safety.legal_hold import LegalHold
from chat.models.safety.report import Report, ReportedMessage
from chat.models.safety.restrictions import Ban, Suspension
from chat.models.scheduled import ScheduledMessage
from chat.models.search import Found, Position, Search, messages_search
from chat.models.search_entry import SearchEntry
from chat.models.search_progress import SearchProgress
from chat.models.support.attendance import Attendance
from chat.models.support.canned_reply import CannedReply
from chat.models.support.hours import BusinessHours, Holiday, OpeningInterval
from chat.models.support.request import StatusChange, SupportRequest
from chat.models.support.tags import RequestTag, SupportTag
from chat.models.vote import PollVote

__all__ = [
    "Attachment",
    "Attendance",
    "AuditEntry",
    "Ban",
    "Block",
    "BusinessHours",
    "Call",
    "CallParticipant",
    "CannedReply",
    "Changes",
    "ChatGroup",
    "ChatGroupUser",
    "ChatMessage",
    "ChatSettings",
    "Connection",
    "DataExport",
    "Erasure",
    "Extras",
    "Found",
    "HeldMessage",
    "History",
    "Holiday",
    "Invitation",
    "JoinRequest",
    "LegacyNumber",
    "LegacyRow",
    "LegalHold",
    "Mention",
    "MessageHidden",
    "MessageReaction",
    "MessageRevision",
    "OpeningInterval",
    "PollVote",
    "Position",
    "Presence",
    "ReadMark",
    "Report",
    "ReportedMessage",
    "RequestTag",
    "ScheduledMessage",
    "Search",
    "SearchEntry",
    "SearchProgress",
    "StatusChange",
    "SupportRequest",
    "SupportTag",
    "Suspension",
    "Synced",
    "changes_since",
    "extras_of",
    "history_read",
    "listed",
    "listed_first",
    "messages_search",
    "receipts_of",
    "sync_since",
]
