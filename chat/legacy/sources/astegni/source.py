"""The source ``astegni``: its tables, and what reads each of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from chat.legacy.rows import (
    MessageKey,
    OldBlock,
    OldCall,
    OldConnection,
    OldConversation,
    OldMessage,
    OldOther,
    OldPin,
    OldPoll,
    OldReaction,
    OldReceipt,
    OldReport,
    OldSettings,
)
from chat.legacy.source import Source
from chat.legacy.sources.astegni import calls, conversations, messages, people, polls

KEY = ("id",)


class Astegni(Source):
    """An Astegni database in any state between profiles and users, on PostgreSQL or SQLite."""

    name = "astegni"
    tables = dict.fromkeys(
        (
            *("conversations", "conversation_participants", "chat_messages", "message_reactions"),
            *("message_read_receipts", "pinned_messages", "call_logs", "polls", "poll_options", "poll_votes"),
            *("chat_settings", "blocked_chat_contacts", "connections", "chat_privacy_reports"),
            *("chat_active_sessions", "chat_two_step_verification"),
        ),
        KEY,
    )
    needed = ("conversations", "conversation_participants", "chat_messages")

    def conversations(self) -> Iterator[OldConversation]:
        """Yield every conversation once, with its members, by number."""
        return conversations.conversations(self)

    def message_keys(self) -> Iterator[MessageKey]:
        """Yield where every message belongs, by number."""
        for values in self.read("chat_messages", columns=("id", "conversation_id", "created_at")):
            time = self.time(values.get("created_at"))
            yield MessageKey(str(values["id"]), str(values["conversation_id"]), time)

    def messages(self, old_ids: Sequence[str]) -> Iterator[OldMessage]:
        """Yield the messages with these numbers."""
        return (messages.message_of(self, each) for each in self.read_in("chat_messages", "id", map(int, old_ids)))

    def reactions(self, message_ids: Sequence[str]) -> Iterator[OldReaction]:
        """Yield the reactions to these messages."""
        rows = self.read_in("message_reactions", "message_id", map(int, message_ids))
        return (messages.reaction_of(self, each) for each in rows)

    def receipts(self, message_ids: Sequence[str]) -> Iterator[OldReceipt]:
        """Yield who read these messages; in practice there is nothing."""
        rows = self.read_in("message_read_receipts", "message_id", map(int, message_ids))
        return (messages.receipt_of(self, each) for each in rows)

    def pins(self, message_ids: Sequence[str]) -> Iterator[OldPin]:
        """Yield the pins of these messages that have rows of their own."""
        rows = self.read_in("pinned_messages", "message_id", map(int, message_ids))
        return (messages.pin_of(self, each) for each in rows)

    def calls(self) -> Iterator[OldCall]:
        """Yield every row about calls; those of one call may be far apart."""
        return (calls.call_of(self, each) for each in self.read("call_logs"))

    def polls(self) -> Iterator[OldPoll]:
        """Yield every poll with its options and votes."""
        return polls.polls(self)

    def settings(self) -> Iterator[OldSettings]:
        """Yield every row of settings."""
        return (people.settings_of(self, each) for each in self.read("chat_settings"))

    def blocks(self) -> Iterator[OldBlock]:
        """Yield every block."""
        return (people.block_of(self, each) for each in self.read("blocked_chat_contacts"))

    def connections(self) -> Iterator[OldConnection]:
        """Yield every request to be in contact."""
        return (people.connection_of(self, each) for each in self.read("connections"))

    def reports(self) -> Iterator[OldReport]:
        """Yield every report."""
        return (people.report_of(self, each) for each in self.read("chat_privacy_reports"))

    def others(self) -> Iterator[OldOther]:
        """Yield sessions and codes of two-step sign-in."""
        return people.others(self)

    def changed_since(self, time: datetime) -> set[str]:
        """Return the numbers of conversations with a row created, edited, deleted or read at or after ``time``."""
        return conversations.changed_since(self, time)
