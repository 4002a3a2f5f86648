"""The words of people, support and safety: enum choices, pure data. Those of conversations are in ``chat.roles``."""

from collections.abc import Mapping

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Audience(TextChoices):
    """Whom a privacy setting lets do something."""

    EVERYONE = "everyone", _("Everyone")
    CONNECTIONS = "connections", _("My contacts")
    NONE = "none", _("Nobody")


class Visibility(TextChoices):
    """Whom a privacy setting lets see something."""

    EVERYONE = "everyone", _("Everyone")
    CONNECTIONS = "connections", _("My contacts")
    NOBODY = "nobody", _("Nobody")


class MuteDuration(TextChoices):
    """For how long somebody wants no notifications at all."""

    OFF = "off", _("Not muted")
    HOUR = "1h", _("1 hour")
    HOURS = "8h", _("8 hours")
    DAY = "24h", _("24 hours")
    FOREVER = "forever", _("Until I change it")


class ConnectionState(TextChoices):
    """What became of a request to connect."""

    PENDING = "pending", _("Waiting")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class JoinState(TextChoices):
    """What became of a request to join a group."""

    PENDING = "pending", _("Waiting")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class CallType(TextChoices):
    """What a call carries."""

    VOICE = "voice", _("Voice")
    VIDEO = "video", _("Video")


class CallState(TextChoices):
    """How far a call has come, or how it ended."""

    INITIATED = "initiated", _("Started")
    RINGING = "ringing", _("Ringing")
    ANSWERED = "answered", _("Answered")
    MISSED = "missed", _("Missed")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("Cancelled")
    NO_ANSWER = "no_answer", _("No answer")
    ENDED = "ended", _("Ended")
    FAILED = "failed", _("Failed")


class SupportStatus(TextChoices):
    """How far a support request has come."""

    OPEN = "open", _("Open")
    PENDING = "pending", _("Waiting for the client")
    SNOOZED = "snoozed", _("Snoozed")
    RESOLVED = "resolved", _("Resolved")


class Priority(IntegerChoices):
    """How urgent a support request is; a greater number comes first."""

    LOW = 1, _("Low")
    NORMAL = 2, _("Normal")
    HIGH = 3, _("High")
    URGENT = 4, _("Urgent")


class ReportKind(TextChoices):
    """What somebody reports."""

    SPAM = "spam", _("Spam")
    HARASSMENT = "harassment", _("Harassment")
    INAPPROPRIATE_CONTENT = "inappropriate_content", _("Inappropriate content")
    IMPERSONATION = "impersonation", _("Impersonation")
    SCAM = "scam", _("Scam")
    OTHER = "other", _("Something else")


class ReportState(TextChoices):
    """What became of a report."""

    PENDING = "pending", _("Waiting")
    REVIEWED = "reviewed", _("Reviewed")
    ACTION_TAKEN = "action_taken", _("Action taken")
    DISMISSED = "dismissed", _("Dismissed")


class JobState(TextChoices):
    """How far a long job has come."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")


class Outcome(TextChoices):
    """What became of a row of an older chat."""

    KEPT = "kept", _("Kept")
    MERGED = "merged", _("Merged")
    QUARANTINED = "quarantined", _("Quarantined")
    REPORTED = "reported", _("Reported")


class NumberKind(TextChoices):
    """What a surface with integer ids has numbers for."""

    CONVERSATION = "conversation", _("Conversation")
    MESSAGE = "message", _("Message")
    CALL = "call", _("Call")
    POLL = "poll", _("Poll")
    CONNECTION = "connection", _("Connection")


EMOJI_OF_WORDS: Mapping[str, str] = {
    "heart": "❤️",
    "thumbsup": "👍",
    "laugh": "😂",
    "wow": "😮",
    "sad": "😢",
    "angry": "😠",
}
"""The words that stand for reactions in an Astegni chat."""


class Verdict(TextChoices):
    """What the host's review may say of a message."""

    PASS = "pass", _("Pass")
    REFUSE = "refuse", _("Refuse")
    HOLD = "hold", _("Hold for review")


class AuditAction(TextChoices):
    """What the book of privileged acts knows."""

    LISTED = "listed", _("Listed")
    READ = "read", _("Read")
    REPORT_DECIDED = "report.decided", _("Decided a report")
    MESSAGE_APPROVED = "held_message.approved", _("Let a held message be sent")
    MESSAGE_REJECTED = "held_message.rejected", _("Rejected a held message")
    USER_SUSPENDED = "user.suspended", _("Suspended a person")
    SUSPENSION_LIFTED = "suspension.lifted", _("Lifted a suspension")
    SETTING_ADDED = "setting.added", _("Added a setting of the desk")
    SETTING_CHANGED = "setting.changed", _("Changed a setting of the desk")
    SETTING_DELETED = "setting.deleted", _("Deleted a setting of the desk")
    HOLD_PLACED = "hold.placed", _("Placed a legal hold")
    HOLD_LIFTED = "hold.lifted", _("Lifted a legal hold")
    EXPORT_REQUESTED = "export.requested", _("Asked for the export of a person's data")
    ERASURE_REQUESTED = "erasure.requested", _("Asked for a person to be erased")
    ERASURE_WITHDRAWN = "erasure.withdrawn", _("Took back that they are erased")
