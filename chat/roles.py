"""The words of the app and the permission table: pure data.

The table is section "Permissions" of the documentation, which is generated from it.
"""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class GroupType(TextChoices):
    """What kind of conversation a group is; it never changes."""

    SUPPORT = "support", _("Support")
    PEER = "peer", _("Peer")
    GROUP = "group", _("Group")


class Role(TextChoices):
    """What a member is in a group."""

    CLIENT = "client", _("Client")
    STAFF = "staff", _("Staff")
    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    MEMBER = "member", _("Member")


class Posting(TextChoices):
    """Who may send in a group; ``admins`` makes it a channel."""

    EVERYONE = "everyone", _("Everyone")
    ADMINS = "admins", _("Owner and admins only")


class HistoryVisibility(TextChoices):
    """What somebody who joins later sees of what was written before."""

    START = "start", _("From the start")
    JOINED = "joined", _("From joining")


class MessageType(TextChoices):
    """What a message is made of."""

    TEXT = "text", _("Text")
    IMAGE = "image", _("Image")
    AUDIO = "audio", _("Audio")
    VIDEO = "video", _("Video")
    FILE = "file", _("File")
    LOCATION = "location", _("Location")
    GIF = "gif", _("GIF")
    POLL = "poll", _("Poll")
    SYSTEM = "system", _("System")


class SystemKind(TextChoices):
    """What the system tells in a conversation."""

    MEMBER_ADDED = "member_added", _("Member added")
    MEMBER_JOINED = "member_joined", _("Member joined by invitation")
    MEMBER_REMOVED = "member_removed", _("Member removed")
    MEMBER_LEFT = "member_left", _("Member left")
    MEMBER_GONE = "member_gone", _("Account deleted")
    MEMBER_SILENCED = "member_silenced", _("Member silenced")
    MEMBER_UNSILENCED = "member_unsilenced", _("Member may write again")
    ROLE_CHANGED = "role_changed", _("Role changed")
    OWNERSHIP_TRANSFERRED = "ownership_transferred", _("Ownership handed over")
    OWNERSHIP_INHERITED = "ownership_inherited", _("Ownership inherited")
    NAME_CHANGED = "name_changed", _("Renamed")
    DESCRIPTION_CHANGED = "description_changed", _("Description changed")
    POSTING_CHANGED = "posting_changed", _("Posting changed")
    HISTORY_VISIBILITY_CHANGED = "history_visibility_changed", _("History visibility changed")
    LIFETIME_CHANGED = "lifetime_changed", _("Message lifetime changed")
    SLOW_MODE_CHANGED = "slow_mode_changed", _("Slow mode changed")
    MESSAGE_PINNED = "message_pinned", _("Message pinned")
    CALL = "call", _("Call")
    REQUEST_ASSIGNED = "request_assigned", _("Request assigned")
    REQUEST_RESOLVED = "request_resolved", _("Request resolved")
    REQUEST_REOPENED = "request_reopened", _("Request reopened")
    DESK_AWAY = "desk_away", _("Nobody is at the desk")


WITH_FILES = frozenset({MessageType.IMAGE, MessageType.AUDIO, MessageType.VIDEO, MessageType.FILE})
"""What is made of files; text comes with it or not."""


class MarkKind(TextChoices):
    """What a position that moved forward says."""

    READ = "read", _("Read")
    DELIVERED = "delivered", _("Received")


class ScheduleState(TextChoices):
    """What became of a scheduled message; one that was sent is gone from the list."""

    WAITING = "waiting", _("Waiting")
    FAILED = "failed", _("Failed")


class ReferenceItemType(TextChoices):
    """What an item of ``reference_list`` points to."""

    DOCUMENT = "document", _("Document")
    FIELD = "field", _("Field")
    URL = "url", _("Link")


class FileKind(TextChoices):
    """How a file is shown."""

    IMAGE = "image", _("Image")
    AUDIO = "audio", _("Audio")
    VIDEO = "video", _("Video")
    FILE = "file", _("File")


class ScanState(TextChoices):
    """What a host's scanner says of a file; only clean ones are given out."""

    PENDING = "pending", _("Pending")
    CLEAN = "clean", _("Clean")
    REFUSED = "refused", _("Refused")


class ReferenceType(TextChoices):
    """Choices to offer for ``reference_type``; any text is accepted."""

    CHAT = "chat", _("Chat")
    FIELD = "field", _("Field")
    PROJECT = "project", _("Project")
    SUPPORT = "support", _("Support")
    GENERAL = "general", _("General")


class Action(TextChoices):
    """Everything that a member can be allowed to do."""

    GROUP_READ = "group.read", _("Read the conversation and its members")
    GROUP_UPDATE = "group.update", _("Rename it, change its settings")
    GROUP_SET_LIFETIME = "group.set_lifetime", _("Let messages disappear")
    GROUP_DELETE = "group.delete", _("Delete it for everyone")
    GROUP_LEAVE = "group.leave", _("Leave it")
    GROUP_TRANSFER = "group.transfer", _("Hand over ownership")
    MEMBER_ADD = "member.add", _("Add people")
    MEMBER_INVITE = "member.invite", _("Invite people by links, and answer who asks to join")
    MEMBER_REMOVE = "member.remove", _("Remove people")
    MEMBER_SET_ROLE = "member.set_role", _("Change roles")
    MEMBER_SILENCE = "member.silence", _("Silence people for a time")
    MEMBER_BAN = "member.ban", _("Ban people, and lift that")
    MESSAGE_SEND = "message.send", _("Send messages")
    MESSAGE_SEND_CHANNEL = "message.send_channel", _("Send messages where only admins post")
    MESSAGE_EDIT_OWN = "message.edit_own", _("Edit own messages")
    MESSAGE_REACT = "message.react", _("React to messages and vote in polls")
    MESSAGE_PIN = "message.pin", _("Pin messages for everyone")
    MESSAGE_DELETE_OWN = "message.delete_own", _("Delete own messages")
    MESSAGE_DELETE_ANY = "message.delete_any", _("Delete other people's messages")
    CALL_START = "call.start", _("Call the others")
    SUPPORT_RESOLVE = "support.resolve", _("Say that a request is resolved")
    SUPPORT_RATE = "support.rate", _("Rate how the own request was served")
    SUPPORT_STATUS = "support.status", _("Change the status of a request")
    SUPPORT_ASSIGN = "support.assign", _("Assign a request, hand it over")
    SUPPORT_NOTE = "support.note", _("Write notes at the request's desk")
    SUPPORT_TAG = "support.tag", _("Tag a request, set its priority")


_TALK = frozenset(
    {
        Action.GROUP_READ,
        Action.MESSAGE_SEND,
        Action.MESSAGE_EDIT_OWN,
        Action.MESSAGE_REACT,
        Action.MESSAGE_DELETE_OWN,
    }
)
_MODERATE = frozenset(
    {Action.MESSAGE_SEND_CHANNEL, Action.MESSAGE_DELETE_ANY, Action.MESSAGE_PIN, Action.GROUP_SET_LIFETIME}
)
_MANAGE = frozenset({Action.MEMBER_ADD, Action.MEMBER_REMOVE})
_RESTRAIN = frozenset({Action.MEMBER_SILENCE, Action.MEMBER_BAN})
_LEAD = frozenset({Action.GROUP_UPDATE, Action.GROUP_LEAVE, Action.MEMBER_INVITE, Action.CALL_START}) | _RESTRAIN
_ASK = frozenset({Action.SUPPORT_RESOLVE, Action.SUPPORT_RATE})
_SERVE = frozenset(
    {
        Action.SUPPORT_RESOLVE,
        Action.SUPPORT_STATUS,
        Action.SUPPORT_ASSIGN,
        Action.SUPPORT_NOTE,
        Action.SUPPORT_TAG,
    }
)

# What is not named here is refused.
PERMISSIONS: Mapping[tuple[str, str], frozenset[Action]] = {
    (GroupType.SUPPORT, Role.CLIENT): _TALK | _ASK,
    (GroupType.SUPPORT, Role.STAFF): _TALK | _MODERATE | _MANAGE | _SERVE | {Action.GROUP_LEAVE},
    (GroupType.PEER, Role.OWNER): _TALK | {Action.MESSAGE_PIN, Action.GROUP_SET_LIFETIME, Action.CALL_START},
    (GroupType.PEER, Role.MEMBER): _TALK | {Action.MESSAGE_PIN, Action.GROUP_SET_LIFETIME, Action.CALL_START},
    (GroupType.GROUP, Role.OWNER): frozenset(Action) - _ASK - _SERVE,
    (GroupType.GROUP, Role.ADMIN): _TALK | _MODERATE | _MANAGE | _LEAD,
    (GroupType.GROUP, Role.MEMBER): _TALK | {Action.GROUP_LEAVE, Action.CALL_START},
}

# What a closed conversation, which can only be read, refuses to everybody.
CLOSED_FOR = frozenset(
    {
        Action.GROUP_SET_LIFETIME,
        Action.MESSAGE_SEND,
        Action.MESSAGE_EDIT_OWN,
        Action.MESSAGE_REACT,
        Action.MESSAGE_PIN,
        Action.CALL_START,
    }
)

# What the desk of a request refuses to everybody: who is there follows from the request, and notes stay.
NOT_AT_A_DESK = _MANAGE | _ASK | _SERVE | {Action.GROUP_LEAVE, Action.GROUP_SET_LIFETIME}

# Whom somebody may add, remove, and give a role: the roles of the people acted upon.
MANAGEABLE: Mapping[tuple[str, str], frozenset[str]] = {
    (GroupType.SUPPORT, Role.STAFF): frozenset({Role.STAFF}),
    (GroupType.GROUP, Role.OWNER): frozenset({Role.OWNER, Role.ADMIN, Role.MEMBER}),
    (GroupType.GROUP, Role.ADMIN): frozenset({Role.MEMBER}),
}

# Who inherits a group whose last owner is gone: the oldest of the first of these roles that has anybody.
HEIRS = (Role.ADMIN, Role.MEMBER)
