"""Reactions: the same emoji of one person once, the earliest; how many there are of each stands in the message."""

from collections.abc import Collection, Iterable
from typing import Any

from chat.adapter import UserId
from chat.legacy.context import Fold
from chat.legacy.rows import OldPerson, OldReaction
from chat.legacy.scratch import old_id as sortable
from chat.legacy.targets import Placed
from chat.legacy.texts import cleaned
from chat.legacy.times import micros_or_none
from chat.legacy.words import Flag, Reason

COLUMNS = ("group_id", "message_id", "user_id", "emoji", "created_at")
EMOJI_MAX_LENGTH = 64


class Reactions:
    """Of one batch."""

    def __init__(self, fold: Fold) -> None:
        self._fold = fold
        self._rows = fold.writer.table("MessageReaction", COLUMNS)
        self._old: dict[str, list[OldReaction]] = {}

    def load(self, reactions: Iterable[OldReaction]) -> set[OldPerson | None]:
        """Keep the reactions to a batch's messages that are not accounted for; return who reacted."""
        self._old = {}
        people: set[OldPerson | None] = set()
        for reaction in self._fold.ledger.new(reactions):
            self._old.setdefault(reaction.message, []).append(reaction)
            people.add(reaction.person)
        return people

    def of(self, placed: Placed, message_id: str, before: Collection[tuple[UserId, str]] = ()) -> list[list[Any]]:
        """Add the reactions to a message; return how many are new of each emoji, the first one first.

        ``before``: those that it has already, by person and emoji.
        """
        found = self._old.get(placed.old_id)
        if not found:
            return []
        counts: dict[str, int] = {}
        seen: set[tuple[UserId, str]] = set(before)
        for reaction in sorted(found, key=_order):
            emoji = cleaned(reaction.emoji)[:EMOJI_MAX_LENGTH]
            known = self._fold.people.of(reaction.person)
            if known.user is None or not emoji:
                self._fold.ledger.quarantined(reaction.row, Reason.PERSON_UNKNOWN)
                continue
            if (known.user, emoji) in seen:
                self._fold.ledger.merged(reaction.row, "MessageReaction", message_id, Reason.SAME_REACTION)
                continue
            seen.add((known.user, emoji))
            counts[emoji] = counts.get(emoji, 0) + 1
            at = reaction.created_at or placed.created_at
            self._rows.append((placed.target.group.id, message_id, known.user, emoji, at))
            flags: list[str] = [known.flag] if known.flag else []
            if known.user not in placed.target.seats:
                flags.append(Flag.REACTOR_NO_MEMBER)
            if emoji != reaction.emoji:
                flags.append(Flag.VALUE_CUT)
            self._fold.ledger.kept(reaction.row, "MessageReaction", message_id, flags=flags)
        return [[emoji, count] for emoji, count in counts.items()]

    def has_new(self, old_id: str) -> bool:
        """Return whether a message has any that are not accounted for."""
        return any(not self._fold.ledger.was_refused(each.row) for each in self._old.get(old_id, ()))

    def drop(self, old_id: str, _message_id: str) -> None:
        """Account for reactions to what is a tombstone now."""
        for reaction in self._old.get(old_id, ()):
            self._fold.ledger.reported(reaction.row, Reason.MESSAGE_DELETED)

    def refuse(self, old_id: str) -> None:
        """Account for reactions to what becomes nothing."""
        for reaction in self._old.get(old_id, ()):
            self._fold.ledger.quarantined(reaction.row, Reason.PARENT_MISSING)


def _order(reaction: OldReaction) -> tuple[bool, int, bool, Any]:
    at, old_id = micros_or_none(reaction.created_at), sortable(reaction.row.old_id)
    return at is None, at or 0, isinstance(old_id, str), old_id
