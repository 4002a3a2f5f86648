"""A client that keeps its view of a group in step by ``changes`` alone."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from chat.models import ChatGroupUser, ChatMessage, changes_since
from chat.serializers import Json, messages_json
from chat.serializers.messages import QUOTE_MAX_LENGTH

GROUP_FIELDS = (
    *("name", "description", "posting", "history_visibility", "message_lifetime"),
    *("group_type", "closed_at", "last_seq"),
)
MEMBER_FIELDS = ("role", "left_at", "version")
QUOTE_FIELDS = ("id", "seq", "version", "sender_user_id", "message_type", "message_text", "edited_at", "deleted_at")
STATE_FIELDS = (
    "read_seq",
    "delivered_seq",
    "unread_from_seq",
    "visible_from_seq",
    "muted_until",
    "pinned_at",
    "archived_at",
    "draft_text",
    "draft_reply_to",
    "draft_changed_at",
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
        self.messages: dict[str, Json] = {}
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
        self.messages = self._shown(messages)
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
            assert len(changes.messages) <= 2 * limit, "so many that changed, and so many that are shown again"
            assert len(changes.members) <= limit
            assert changes.version >= self.known[0]
            for message in changes.messages:
                assert message.version <= membership.group.version
                assert message.seq >= membership.visible_from_seq
            for member in changes.members:
                assert self.known[0] < member.version <= changes.version
                self.members[member.user_id] = _values(member, MEMBER_FIELDS)
                if member.left_at is not None:
                    del self.members[member.user_id]
            self.apply(self._shown(changes.messages), [str(message_id) for message_id in changes.hidden])
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
        self.drop_below(membership.visible_from_seq)

    def apply(self, messages: dict[str, Json], hidden: Collection[str]) -> None:
        """Keep messages that are new or changed, drop those that were hidden; their quotes elsewhere follow."""
        self.messages |= messages
        self.messages = {key: message for key, message in self.messages.items() if key not in hidden}
        for message in self.messages.values():
            if message["reply_to_id"] in messages:
                message["reply_to"] = _quote(messages[message["reply_to_id"]])
            if message["reply_to_id"] in hidden:
                message["reply_to"] = None

    def drop_below(self, first: int) -> None:
        """Drop messages that the viewer cleared, and what is quoted of them."""
        self.messages = {key: message for key, message in self.messages.items() if message["seq"] >= first}
        for message in self.messages.values():
            if message["reply_to"] and message["reply_to"]["seq"] < first:
                message["reply_to_id"] = message["reply_to"] = None

    def _shown(self, messages: Iterable[ChatMessage]) -> dict[str, Json]:
        shown = messages_json([vars(message) for message in messages], self.user.pk)
        return {message["id"]: message for message in shown}


def _values(row: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _quote(message: Json) -> Json:
    quote = {name: message[name] for name in QUOTE_FIELDS}
    return quote | {"message_text": quote["message_text"] and quote["message_text"][:QUOTE_MAX_LENGTH]}
