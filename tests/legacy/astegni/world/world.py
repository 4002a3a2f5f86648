"""The world: what was made under which name, and how to find what became of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chat.models import Call, ChatGroup, ChatGroupUser, ChatMessage, LegacyRow
from tests.legacy.astegni.builder import OldAstegni
from tests.legacy.astegni.world.cast import Cast

Scene = Callable[["World"], None]


@dataclass
class World:
    """An older database in the making; afterwards, what it was and what it became."""

    old: OldAstegni
    cast: Cast
    ids: dict[str, int] = field(default_factory=dict)

    def name(self, name: str, number: int) -> int:
        """Give a row a name, and return its number."""
        assert name not in self.ids, name
        self.ids[name] = number
        return number

    def __getitem__(self, name: str) -> int:
        """Return the number of a row."""
        return self.ids[name]

    # What became of it.

    def row(self, table: str, name: str | int) -> LegacyRow:
        """Return what is said of a row, by its name or number."""
        number = name if isinstance(name, int) else self.ids[name]
        return LegacyRow.objects.get(source="astegni", table=table, old_id=str(number))

    def told(self, table: str, name: str | int) -> tuple[str, str]:
        """Return outcome and reason of a row."""
        row = self.row(table, name)
        return row.outcome, row.reason

    def flags(self, table: str, name: str | int) -> set[str]:
        """Return the flags of a row, without numbers that follow them."""
        return {flag.partition(":")[0] for flag in self.row(table, name).flags}

    def group(self, name: str) -> ChatGroup:
        """Return the group that a conversation became."""
        return ChatGroup.objects.get(pk=self.row("conversations", name).new_id)

    def message(self, name: str) -> ChatMessage:
        """Return the message that an old one became."""
        return ChatMessage.objects.get(pk=self.row("chat_messages", name).new_id)

    def call(self, name: str) -> Call:
        """Return the call that an old row became or went into."""
        return Call.objects.get(pk=self.row("call_logs", name).new_id)

    def poll(self, name: str) -> ChatMessage:
        """Return the message that a poll became."""
        return ChatMessage.objects.get(pk=self.row("polls", name).new_id)

    def member(self, conversation: str, name: str) -> ChatGroupUser:
        """Return somebody's membership in what a conversation became."""
        return ChatGroupUser.objects.get(group=self.group(conversation), user=self.cast.users[name])

    def members(self, conversation: str) -> dict[str, str]:
        """Return everybody who is in what a conversation became, with their roles."""
        names = {user.pk: name for name, user in self.cast.users.items()}
        rows = ChatGroupUser.objects.live().filter(group=self.group(conversation))
        return {names[row.user_id]: str(row.role) for row in rows}

    def sees(self, name: str, conversation: str) -> list[str]:
        """Return the texts of the messages that somebody sees in what a conversation became."""
        user = self.cast.users[name]
        rows = ChatMessage.objects.visible_to(user).filter(group=self.group(conversation)).order_by("seq")
        return [row.message_text or "" for row in rows if row.message_type != "system" or row.message_text]

    def unread(self, name: str, conversation: str) -> int:
        """Return how many messages somebody has not read in what a conversation became."""
        rows: Any = ChatGroupUser.objects.of(self.cast.users[name]).filter(group=self.group(conversation))
        return int(rows.with_unread().get().unread)


def build(old: OldAstegni, cast: Cast, *scenes: Scene) -> World:
    """Fill a database with these scenes; with all of them where none is named."""
    from tests.legacy.astegni.world import calls, conversations, messages, people  # noqa: PLC0415 (they need World)

    cast.settle(old)
    world = World(old, cast)
    for scene in scenes or (*conversations.SCENES, *messages.SCENES, *calls.SCENES, *people.SCENES):
        scene(world)
    return world
