"""Replies: which new message an old one answers, if that is in the same group."""

from collections.abc import Mapping, Sequence

from chat.legacy.context import Fold
from chat.legacy.rows import OldMessage
from chat.legacy.scratch import Entry
from chat.legacy.targets import Placed
from chat.legacy.words import Flag

_RANK = 0


class Replies:
    """Of one batch. ``new_ids`` has the new ids of its messages, as they are given."""

    def __init__(self, fold: Fold, new_ids: Mapping[str, str]) -> None:
        self._fold, self._new_ids = fold, new_ids
        self._places: dict[str, int | None] = {}
        self._earlier: dict[str, str] = {}

    def load(self, old: Mapping[str, OldMessage], entries: Sequence[Entry], table: str) -> None:
        """Find where the messages are that are answered."""
        self._places, self._earlier = {}, {}
        wanted = {message.reply_to for message in old.values() if message.reply_to is not None}
        if not wanted:
            return
        here = {entry.id: entry.target for entry in entries if entry.id in wanted}
        outside = sorted(wanted - here.keys())
        found = self._fold.scratch.places_of(_RANK, outside)
        self._places = here | {old_id: entry.target for old_id, entry in found.items()}
        targets = {entry.target for entry in entries}
        same = [old_id for old_id, entry in found.items() if entry.target in targets]
        self._earlier = {old_id: known.new_id for old_id, known in self._fold.ledger.found(table, same).items()}

    def of(self, old: OldMessage, placed: Placed) -> str | None:
        """Return the new message that is answered; None, and a flag, where it is in another group or nowhere."""
        wanted = old.reply_to or ""
        if wanted not in self._places:
            placed.flags.append(Flag.REPLY_MISSING)
            return None
        if self._places[wanted] != placed.target.plans[0][0]:
            placed.flags.append(Flag.REPLY_ELSEWHERE)
            return None
        new_id = self._new_ids.get(wanted) or self._earlier.get(wanted)
        if new_id is None:
            placed.flags.append(Flag.REPLY_MISSING)
        return new_id
