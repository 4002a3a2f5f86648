"""Changes: what the old application did to messages since they were folded, where nobody has changed them here."""

from typing import Any

from chat.choices import Outcome
from chat.legacy.context import Fold
from chat.legacy.ledger import Known
from chat.legacy.pins import Pins
from chat.legacy.reactions import Reactions
from chat.legacy.rows import OldMessage
from chat.legacy.targets import Placed, Target
from chat.legacy.texts import cleaned, json_cleaned
from chat.legacy.times import micros
from chat.legacy.words import Flag, Reason
from chat.roles import MessageType

_CONTENT = ("MessageRevision", "MessageReaction", "PollVote", "Mention")
"""What goes with the text of a message that is deleted."""

_HANGING = ("ChatMessage", "MessageReaction", "PollVote")
"""What rows became that hung on a message, or showed in it."""


class Changes:
    """Of one batch. Few messages change: each is read and written by itself, under its group's lock."""

    def __init__(self, fold: Fold, reactions: Reactions, pins: Pins) -> None:
        self._fold, self._reactions, self._pins = fold, reactions, pins

    def apply(self, old: OldMessage, known: Known, target: Target) -> None:
        """Change a message to what the old row says now, add what hangs on it, and account for that."""
        message = self._fold.models.rows("ChatMessage").get(pk=known.new_id)
        placed = Placed(
            target,
            0,
            old.row.old_id,
            message.seq,
            0,
            micros(message.sent_at or message.created_at),
            message.created_at,
            message.sent_at,
            [],
        )
        is_untouched = message.version == known.folded_version
        changes: dict[str, Any] = {}
        if known.fingerprint != old.row.fingerprint:
            self._note_reading(old, message)
            changes = self._content(old, message)
        if changes:
            placed.flags.append(Flag.CHANGED_LATER if is_untouched else Flag.NEW_APP_WINS)
        if not is_untouched:
            changes = {}
        if changes.get("deleted_at") or (message.deleted_at and "deleted_at" not in changes):
            self._reactions.drop(old.row.old_id, known.new_id)
            self._pins.drop(old.row.old_id, known.new_id)
        else:
            changes |= self._hanging(old, message, placed, changes)
        version = message.version
        if changes:
            version = self._write(message, changes, old, target)
        self._account(old, known, placed.flags, version if is_untouched else None)

    def _content(self, old: OldMessage, message: Any) -> dict[str, Any]:  # noqa: ANN401 (a historical model's)
        """Return what the old row says of the message itself, as far as it differs."""
        if old.deleted:
            return {} if message.deleted_at else _tombstone(old, message)
        said: dict[str, Any] = {
            "message_text": None if old.text is None else cleaned(old.text),
            "reference_list": json_cleaned(old.reference_list) if old.reference_list else None,
            "edited_at": old.edited_at,
        }
        if message.deleted_at is not None:  # it was taken back in the old application
            said |= {"deleted_at": None, "purged_at": None, "counts": message.message_type != MessageType.SYSTEM}
        if old.pinned != (message.pinned_at is not None):
            by = self._fold.people.of(old.pinned_by).user if old.pinned else None
            said |= {"pinned_at": (old.pinned_at or message.created_at) if old.pinned else None, "pinned_by_id": by}
        return {name: value for name, value in said.items() if getattr(message, name) != value}

    def _note_reading(self, old: OldMessage, message: Any) -> None:  # noqa: ANN401
        """Keep when somebody read it first, which takes no version."""
        if old.read_at is not None and message.read_at is None:
            self._fold.models.rows("ChatMessage").filter(pk=message.pk).update(read_at=old.read_at)

    def _hanging(
        self,
        old: OldMessage,
        message: Any,  # noqa: ANN401
        placed: Placed,
        changes: dict[str, Any],
    ) -> dict[str, Any]:
        """Add new reactions and pins; return what they change of the message."""
        found: dict[str, Any] = {}
        metadata = dict(message.metadata or {})
        rows = self._fold.models.rows("MessageReaction").filter(message=message.pk).values_list("user_id", "emoji")
        counts = self._reactions.of(placed, str(message.pk), before=set(rows) if self._has_reactions(old) else set())
        if counts:
            kept = dict(metadata.get("reactions", ()))
            for emoji, count in counts:
                kept[emoji] = kept.get(emoji, 0) + count
            found["metadata"] = metadata | {"reactions": [[emoji, count] for emoji, count in kept.items()]}
        if self._pins.has_new(old.row.old_id):
            at, by = self._pins.of(old, placed, str(message.pk))
            if message.pinned_at is None and changes.get("pinned_at") is None:
                found |= {"pinned_at": at, "pinned_by_id": by}
        return found

    def _has_reactions(self, old: OldMessage) -> bool:
        return self._reactions.has_new(old.row.old_id)

    def _write(self, message: Any, changes: dict[str, Any], old: OldMessage, target: Target) -> int:  # noqa: ANN401
        """Write a message with the group's next version, which is returned; keep what it said before."""
        fold, group = self._fold, target.group
        version = group.next_version()
        before = message.message_text
        if changes.get("deleted_at"):
            for name in _CONTENT:
                fold.models.rows(name).filter(message=message.pk).delete()
            fold.models.rows("MessageHidden").filter(message=message.pk).update(counts=False)
            self._let_go(old, message)
        elif "message_text" in changes and before is not None:
            fold.models.rows("MessageRevision").create(
                group_id=group.id,
                message_id=message.pk,
                version=version,
                message_text=before,
                written_at=message.edited_at or message.created_at,
            )
        changed_at = max(old.changed_at or message.changed_at, message.changed_at)
        fold.models.rows("ChatMessage").filter(pk=message.pk).update(**changes, version=version, changed_at=changed_at)
        return version

    def _let_go(self, old: OldMessage, message: Any) -> None:  # noqa: ANN401
        """Say of what hung on a message that it was deleted with it: reactions, pins, polls with options and votes."""
        rows = self._fold.ledger.rows().filter(new_model__in=_HANGING, new_id=str(message.pk))
        rows.exclude(table=old.row.table, old_id=old.row.old_id).update(
            outcome=Outcome.REPORTED,
            reason=Reason.MESSAGE_DELETED,
            flags=[],
            new_model="",
            new_id="",
            folded_version=None,
        )

    def _account(self, old: OldMessage, known: Known, flags: list[str], version: int | None) -> None:
        said: dict[str, Any] = {"fingerprint": old.row.fingerprint}
        if flags:
            said["flags"] = sorted({*known.flags, *flags})
        if version is not None:
            said["folded_version"] = version
        self._fold.ledger.update(known.pk, **said)


def _tombstone(old: OldMessage, message: Any) -> dict[str, Any]:  # noqa: ANN401
    deleted_at = old.deleted_at or old.changed_at or message.created_at
    gone = dict.fromkeys(("message_text", "reference_list", "metadata", "pinned_at", "pinned_by_id"))
    return gone | {"deleted_at": deleted_at, "purged_at": deleted_at, "counts": False}
