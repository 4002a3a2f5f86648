"""Messages: the kind of things that make most of a timeline."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chat.adapter import UserId
from chat.legacy.changes import Changes
from chat.legacy.context import Fold
from chat.legacy.forwards import Forwards
from chat.legacy.pins import Pins
from chat.legacy.polls.parts import PollParts
from chat.legacy.reactions import Reactions
from chat.legacy.receipts import Receipts
from chat.legacy.replies import Replies
from chat.legacy.rows import OldMessage, OldPerson
from chat.legacy.scratch import Entry
from chat.legacy.targets import Placed, Said, Target
from chat.legacy.texts import cleaned, is_clean, json_cleaned
from chat.legacy.times import micros
from chat.legacy.words import Flag, Reason
from chat.roles import MessageType, ReferenceType

if TYPE_CHECKING:
    from chat.legacy.ledger import Known

COLUMNS = (
    "id",
    "group_id",
    "seq",
    "version",
    "sender_id",
    "message_type",
    "message_text",
    "reference_id",
    "reference_type",
    "reference_list",
    "counts",
    "read_at",
    "deleted_at",
    "purged_at",
    "reply_to_id",
    "edited_at",
    "pinned_at",
    "pinned_by_id",
    "sent_at",
    "metadata",
    "created_at",
    "changed_at",
)
REVISION_COLUMNS = ("group_id", "message_id", "version", "message_text", "written_at")
REFERENCE_ID_MAX_LENGTH, REFERENCE_TYPE_MAX_LENGTH = 255, 100
_TYPES = frozenset(MessageType.values)


class Messages:
    """The kind ``message`` of a timeline's things."""

    rank = 0

    def __init__(self, fold: Fold, polls: PollParts) -> None:
        self._fold = fold
        self.table = ""
        """Where they were; known once some were read."""
        self._rows = fold.writer.table("ChatMessage", COLUMNS)
        self._revisions = fold.writer.table("MessageRevision", REVISION_COLUMNS)
        self._old: dict[str, OldMessage] = {}
        self._new_ids: dict[str, str] = {}
        self._known: dict[str, Known] = {}
        self._placed: dict[str, tuple[int, UserId | None, bool]] = {}
        self._began_empty = fold.ledger.is_empty and not fold.models.rows("ChatMessage").exists()
        self._is_spelled_otherwise = False
        self._replies = Replies(fold, self._new_ids)
        self._forwards = Forwards(fold)
        self._reactions = Reactions(fold)
        self._receipts = Receipts(fold)
        self._pins = Pins(fold)
        self._polls = polls
        self._hanging = (self._reactions, self._pins)
        self._changes = Changes(fold, self._reactions, self._pins)

    def load(self, entries: Sequence[Entry]) -> None:
        """Read the old messages with all that is about them, and who everybody is."""
        fold, ids = self._fold, [entry.id for entry in entries]
        read = fold.ahead.read(ids)
        self._old = old = {message.row.old_id: message for message in read.messages}
        table = next(iter(old.values())).row.table if old else ""
        self.table = table or self.table
        self._known = fold.ledger.known(table, ids)
        self._read_known()
        self._give_ids(entries)
        self._replies.load(old, entries, table)
        self._forwards.load(old)
        people: set[OldPerson | None] = {message.sender for message in old.values()}
        people |= self._reactions.load(read.reactions)
        people |= self._receipts.load(read.receipts)
        people |= self._pins.load(read.pins)
        people |= self._polls.load(ids)
        for message in old.values():
            people.update(message.hidden_for)
            people.add(message.pinned_by)
        fold.people.find(people)
        self._forwards.name(old)

    def has(self, old_id: str) -> bool:
        """Return whether the old message is still there."""
        return old_id in self._old

    def sender(self, old_id: str) -> UserId | None:
        """Return who said it."""
        return self._fold.people.of(self._old[old_id].sender).user if old_id in self._old else None

    def before(self, old_id: str, target: Target) -> tuple[int, Said] | None:
        """Return its number, and what is known of it, if it was folded before; apply what changed since."""
        known = self._known.get(old_id)
        if known is None:
            return None
        old = self._old[old_id]
        if old.forwarded_from is not None:  # a run that was killed may not have come to link it
            self._forwards.link(old, known.new_id)
        old, known = self._polls.renewed(old, known, target)
        seq, sender, counts = self._placed[known.new_id]
        hidden_for: Sequence[UserId] = ()
        if known.fingerprint != old.row.fingerprint or any(part.has_new(old_id) for part in self._hanging):
            self._changes.apply(old, known, target)
            hidden_for = self._hidden_for(old)
        return seq, Said(known.new_id, sender, counts, hidden_for)

    def refused(self, old_id: str, *, seen: bool) -> bool:
        """Quarantine what nobody known said, where nobody known could see it."""
        old = self._old[old_id]
        if seen or old.sender is None or self._fold.people.of(old.sender).user is not None:
            return False
        self._fold.ledger.quarantined(old.row, Reason.NOBODY_COULD_SEE, old.flags)
        self._new_ids.pop(old_id)
        for part in (self._reactions, self._receipts, self._pins, self._polls):
            part.refuse(old_id)
        return True

    def add(self, placed: Placed) -> Said:
        """Add a message, with its revision, reactions and pin."""
        old, flags = self._old[placed.old_id], placed.flags
        message_id = self._new_ids[placed.old_id]
        if not old.deleted:
            old = self._polls.shown(old, placed, message_id)
        sender = self._sender(old, flags)
        message_type = old.message_type
        if message_type not in _TYPES:
            message_type = MessageType.TEXT
            flags.append(Flag.TYPE_UNKNOWN)
        if old.sender is None:
            message_type = MessageType.SYSTEM
        counts = not old.deleted and message_type != MessageType.SYSTEM
        rest = self._tombstone(old, placed, message_id) if old.deleted else self._live(old, placed, message_id, counts)
        group_id = placed.target.group.id
        self._rows.append((message_id, group_id, placed.seq, placed.version, sender, message_type, *rest))
        if old.flags:
            flags.extend(old.flags)
        self._fold.ledger.kept(old.row, "ChatMessage", message_id, placed.version, flags)
        return Said(message_id, sender, counts, self._hidden_for(old))

    def read(self, old_id: str, target: Target, conversation: int, seq: int) -> None:
        """Move positions by the message's own time of reading, by receipts, and by what members say they read."""
        old, reading = self._old[old_id], target.reading
        for user in reading.readers_of(old_id):
            reading.read(user, conversation, seq, micros(old.created_at) if old.created_at else 0)
        if old.read_at is not None and len(target.seats) <= 2:  # noqa: PLR2004 (said of the other of two)
            sender = self._fold.people.of(old.sender).user
            for user in target.seats:
                if user != sender:
                    reading.read_alone(user, conversation, seq, micros(old.read_at))
        self._receipts.read(old_id, target, conversation, seq)

    def _read_known(self) -> None:
        """Read the numbers of what is there."""
        new_ids = [known.new_id for known in self._known.values()]
        self._placed = {}
        for start in range(0, len(new_ids), 500):
            rows = self._fold.models.rows("ChatMessage").filter(pk__in=new_ids[start : start + 500])
            for pk, *values in rows.values_list("pk", "seq", "sender_id", "counts"):
                self._placed[str(pk)] = tuple(values)
        self._known = {old_id: known for old_id, known in self._known.items() if known.new_id in self._placed}

    def _give_ids(self, entries: Sequence[Entry]) -> None:
        self._new_ids.clear()
        wanted: dict[str, str] = {}
        for entry in entries:
            old = self._old.get(entry.id)
            if old is None:
                continue
            if entry.id in self._known:
                self._new_ids[entry.id] = self._known[entry.id].new_id
            elif old.keep_id is not None:
                wanted[entry.id] = str(old.keep_id)
            else:
                self._new_ids[entry.id] = self._fold.ids.of(old.row.table, entry.id, entry.time)
        if not wanted:
            return
        taken = self._taken(wanted)
        times = {entry.id: entry.time for entry in entries}
        for old_id, new_id in wanted.items():
            is_free = new_id not in taken
            table = self._old[old_id].row.table
            self._new_ids[old_id] = new_id if is_free else self._fold.ids.of(table, old_id, times[old_id])
            taken.add(new_id)

    def _taken(self, wanted: Mapping[str, str]) -> set[str]:
        """Return which of these ids are in use.

        Where there was no message before the run, none is, as old ids are unique: unless some are text, and one UUID is
        spelled in two ways.
        """
        if not self._is_spelled_otherwise:
            self._is_spelled_otherwise = any(old_id != new_id for old_id, new_id in wanted.items())
        if not self._is_spelled_otherwise and self._began_empty:
            return set()
        return self._fold.taken("ChatMessage", wanted.values())

    def _sender(self, old: OldMessage, flags: list[str]) -> UserId | None:
        if old.sender is None or old.message_type == MessageType.SYSTEM:
            return None
        known = self._fold.people.of(old.sender)
        if known.flag is not None:
            flags.append(known.flag)
        if known.user is None:
            flags.append(Flag.SENDER_UNKNOWN)
        return known.user

    def _hidden_for(self, old: OldMessage) -> Sequence[UserId]:
        if not old.hidden_for:
            return ()
        users = (self._fold.people.of(person).user for person in old.hidden_for)
        return [user for user in users if user is not None]

    def _tombstone(self, old: OldMessage, placed: Placed, message_id: str) -> tuple[Any, ...]:
        """Return a deleted message from its text on, which stays behind."""
        for part in (self._reactions, self._receipts, self._pins, self._polls):
            part.drop(placed.old_id, message_id)
        deleted_at = old.deleted_at or old.changed_at or placed.created_at
        reference_id, reference_type, _ = _reference(old, placed.flags)
        return (
            None,
            reference_id,
            reference_type,
            None,
            False,
            old.read_at,
            deleted_at,
            deleted_at,
            None,
            old.edited_at,
            None,
            None,
            placed.sent_at,
            None,
            placed.created_at,
            max(deleted_at, placed.created_at),
        )

    def _live(self, old: OldMessage, placed: Placed, message_id: str, counts: bool) -> tuple[Any, ...]:
        """Return any other message from its text on."""
        flags = placed.flags
        text = old.text
        if text is not None and not is_clean(text):
            text = cleaned(text)
            flags.append(Flag.TEXT_CLEANED)
        reference_id, reference_type, legacy = _reference(old, flags)
        pinned_at, pinned_by = self._pins.of(old, placed, message_id)
        edited_at = self._edited(old, placed, message_id)
        return (
            text,
            reference_id,
            reference_type,
            None if not old.reference_list else json_cleaned(old.reference_list),
            counts,
            old.read_at,
            None,
            None,
            self._replies.of(old, placed) if old.reply_to is not None else None,
            edited_at,
            pinned_at,
            pinned_by,
            placed.sent_at,
            self._metadata(old, placed, message_id, legacy),
            placed.created_at,
            max(old.changed_at, placed.created_at) if old.changed_at is not None else placed.created_at,
        )

    def _edited(self, old: OldMessage, placed: Placed, message_id: str) -> datetime | None:
        """Keep what it said before; return when it was edited."""
        if old.original_text is None or old.original_text == old.text:  # nothing else was said before
            return old.edited_at
        before = cleaned(old.original_text)
        self._revisions.append((placed.target.group.id, message_id, placed.version, before, placed.created_at))
        return old.edited_at or old.changed_at or placed.created_at

    def _metadata(
        self, old: OldMessage, placed: Placed, message_id: str, more: dict[str, Any]
    ) -> dict[str, Any] | None:
        metadata: dict[str, Any] = json_cleaned(dict(old.metadata)) if old.metadata else {}
        if old.forwarded_from is not None or old.forwarded_name is not None:
            metadata["forwarded"] = self._forwards.of(old, message_id, placed.flags)
        reactions = self._reactions.of(placed, message_id)
        if reactions:
            metadata["reactions"] = reactions
        legacy = json_cleaned(dict(old.legacy)) | more if old.legacy or more else {}
        if legacy:
            metadata["legacy"] = legacy
        return metadata or None


def row_standing_for(placed: Placed, message_id: str, **values: Any) -> tuple[Any, ...]:
    """Return the row of a message that shows something else than an old message did: a call, or a poll."""
    said = {
        "id": message_id,
        "group_id": placed.target.group.id,
        "seq": placed.seq,
        "version": placed.version,
        "reference_id": "",
        "reference_type": ReferenceType.CHAT,
        "sent_at": placed.sent_at,
        "created_at": placed.created_at,
        "changed_at": placed.created_at,
        **values,
    }
    return tuple(said.get(name) for name in COLUMNS)


def _reference(old: OldMessage, flags: list[str]) -> tuple[str, str, dict[str, Any]]:
    """Return reference and type as far as they fit, and what is to be kept of those that do not."""
    reference_id, reference_type = old.reference_id, old.reference_type
    if (
        len(reference_id) <= REFERENCE_ID_MAX_LENGTH
        and len(reference_type) <= REFERENCE_TYPE_MAX_LENGTH
        and is_clean(reference_id)
        and is_clean(reference_type)
    ):
        return reference_id, reference_type, {}
    flags.append(Flag.VALUE_CUT)
    whole = {"reference_id": cleaned(reference_id), "reference_type": cleaned(reference_type)}
    return (
        whole["reference_id"][:REFERENCE_ID_MAX_LENGTH],
        whole["reference_type"][:REFERENCE_TYPE_MAX_LENGTH],
        whole,
    )
