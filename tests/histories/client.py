"""A client that keeps its view of a group in step by ``changes`` alone."""

from typing import Any
from uuid import UUID

from chat.models import ChatGroupUser, ChatMessage, changes_since

GROUP_FIELDS = ("name", "description", "posting", "history_visibility", "group_type", "closed_at", "last_seq")
MEMBER_FIELDS = ("role", "left_at", "version")
MESSAGE_FIELDS = ("seq", "version", "sender_id", "message_type", "created_at", "deleted_at", "deleted_by_id")
CONTENT_FIELDS = ("message_text", "reference_id", "reference_type")
STATE_FIELDS = (
    "read_seq",
    "delivered_seq",
    "unread_from_seq",
    "visible_from_seq",
    "muted_until",
    "pinned_at",
    "archived_at",
    "state_version",
)
PLENTY = 10_000


class Gone(Exception):
    """The group is not found by its viewer (any more)."""


class Client:
    """One device of one viewer: what it holds of a group, and how it learns what changed."""

    def __init__(self, group_id: UUID, user: Any) -> None:
        self.group_id = group_id
        self.user = user
        self.known = (0, 0)
        self.group: dict[str, Any] = {}
        self.state: dict[str, Any] = {}
        self.members: dict[Any, dict[str, Any]] = {}
        self.messages: dict[UUID, dict[str, Any]] = {}
        self.polls = 0
        self.resets = 0

    @property
    def view(self) -> dict[str, Any]:
        """What is on the screen."""
        return {
            "known": self.known,
            "group": self.group,
            "state": self.state,
            "members": self.members,
            "messages": self.messages,
        }

    def load(self) -> None:
        """Load the group anew. Raises Gone."""
        membership = self._membership()
        members = ChatGroupUser.objects.live().filter(group_id=self.group_id, version__lte=membership.group.version)
        self.members = {row.user_id: _values(row, MEMBER_FIELDS) for row in members}
        messages = ChatMessage.objects.seen_by(membership).filter(version__lte=membership.group.version)
        self.messages = {row.pk: _message(row) for row in messages}
        self._keep_group(membership)
        self._keep_state(membership)
        self.known = (membership.group.version, membership.state_version)

    def poll(self, *, limit: int = PLENTY, pages: int = PLENTY) -> None:
        """Ask for what changed, so many pages at most, and apply it. Raises Gone."""
        for _ in range(pages):
            membership = self._membership()
            changes = changes_since(membership, self.known, limit=limit)
            self.polls += 1
            if changes.reset:
                self.resets += 1
                self.load()
                return
            assert len(changes.messages) <= limit
            assert len(changes.members) <= limit
            assert changes.version >= self.known[0]
            for message in changes.messages:
                assert message.version <= changes.version
                assert message.seq >= membership.visible_from_seq
                self.messages[message.pk] = _message(message)
            for member in changes.members:
                assert self.known[0] < member.version <= changes.version
                self.members[member.user_id] = _values(member, MEMBER_FIELDS)
                if member.left_at is not None:
                    del self.members[member.user_id]
            self.messages = {key: row for key, row in self.messages.items() if key not in changes.hidden}
            if changes.group_changed:
                self._keep_group(membership)
            if changes.state_changed:
                self._keep_state(membership)
            self.known = (changes.version, changes.state_version)
            if not changes.has_more:
                return

    def _membership(self) -> ChatGroupUser:
        try:
            return ChatGroupUser.objects.of(self.user).select_related("group").get(group_id=self.group_id)
        except ChatGroupUser.DoesNotExist:
            raise Gone from None

    def _keep_group(self, membership: ChatGroupUser) -> None:
        self.group = _values(membership.group, GROUP_FIELDS)

    def _keep_state(self, membership: ChatGroupUser) -> None:
        self.state = _values(membership, STATE_FIELDS)
        first = membership.visible_from_seq
        self.messages = {key: message for key, message in self.messages.items() if message["seq"] >= first}


def _values(row: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _message(message: ChatMessage) -> dict[str, Any]:
    """What a viewer is sent: of a tombstone, no content."""
    fields = MESSAGE_FIELDS if message.deleted_at else MESSAGE_FIELDS + CONTENT_FIELDS
    return _values(message, fields)
