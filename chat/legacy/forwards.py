"""Forwards: whose words a message was, and of which message it is a copy, where that can be proved."""

from collections.abc import Mapping
from typing import Any

from chat.adapter import UserId, get_adapter
from chat.legacy.context import Fold
from chat.legacy.rows import OldMessage, OldPerson
from chat.legacy.texts import cleaned
from chat.legacy.words import Flag

_CHAIN_MAX = 100
_AT_ONCE = 500


class Forwards:
    """Of one batch. A message is a copy of another only if that is there, is older, and says and carries the same."""

    def __init__(self, fold: Fold) -> None:
        self._fold = fold
        self._origins: dict[str, OldMessage] = {}
        self._links: list[tuple[str, str]] = []
        self._names: dict[UserId, str] = {}

    def load(self, old: Mapping[str, OldMessage]) -> None:
        """Read the messages that were forwarded, and those that they were copies of, to the first."""
        self._origins = {}
        step = {message.forwarded_from for message in old.values() if message.forwarded_from is not None}
        for _ in range(_CHAIN_MAX):
            here = {old_id: old[old_id] for old_id in step if old_id in old}
            away = sorted(step - here.keys() - self._origins.keys())
            found = here | {message.row.old_id: message for message in self._read(away)}
            new = {old_id: message for old_id, message in found.items() if old_id not in self._origins}
            self._origins |= new
            step = {message.forwarded_from for message in new.values() if message.forwarded_from is not None}
            if not step:
                break

    def name(self, old: Mapping[str, OldMessage]) -> None:
        """Find who the first authors are, and what they are called where the old rows do not say it."""
        forwarded = [message for message in old.values() if message.forwarded_from is not None]
        if not forwarded:
            return
        firsts = {message.row.old_id: self._first(message) for message in forwarded}
        people = [first.sender for first in firsts.values() if first is not None]
        people += [OldPerson(user_id=message.forwarded_from) for message in forwarded]
        self._fold.people.find(people)
        users = {
            self._author(message, firsts[message.row.old_id]) for message in forwarded if not message.forwarded_name
        }
        found = get_adapter().profiles(users - {None})
        self._names = {user: profile.name for user, profile in found.items()}

    def of(self, old: OldMessage, message_id: str, flags: list[str]) -> dict[str, str]:
        """Return what a new message says of its first author."""
        first = self._first(old) if old.forwarded_from is not None else None
        user = self._author(old, first)
        if first is not None:
            self.link(old, message_id)
        elif old.forwarded_from is not None and user is None:
            flags.append(Flag.FORWARD_UNKNOWN)
        name = cleaned(old.forwarded_name or "") or self._names.get(user, "")
        return {"user_id": "" if user is None else str(user), "name": name}

    def link(self, old: OldMessage, message_id: str) -> None:
        """Have a new message linked with the first of its chain, when all messages are there."""
        first = self._first(old)
        if first is not None:
            self._fold.scratch.forwards_add([(message_id, first.row.old_id)])

    def _first(self, message: OldMessage) -> OldMessage | None:
        """Return the first of the chain of which this is a copy."""
        first: OldMessage | None = None
        while message.forwarded_from is not None:
            origin = self._origins.get(message.forwarded_from)
            if origin is None or not _is_copy(message, origin):
                break
            first = message = origin
        return first

    def _author(self, old: OldMessage, first: OldMessage | None) -> UserId | None:
        if first is not None:
            return self._fold.people.of(first.sender).user
        if old.forwarded_from is None:
            return None
        return self._fold.people.of(OldPerson(user_id=old.forwarded_from)).user

    def _read(self, ids: list[str]) -> list[OldMessage]:
        return list(self._fold.source.messages(ids)) if ids else []


def _is_copy(copy: OldMessage, origin: OldMessage) -> bool:
    if copy.created_at is None or origin.created_at is None or origin.created_at >= copy.created_at:
        return False
    return (copy.text, copy.reference_list) == (origin.text, origin.reference_list)


def forwards_link(fold: Fold, table: str) -> None:
    """Say of new messages which ones they are copies of, now that all are there. That is shown to nobody."""
    messages = fold.models.rows("ChatMessage")
    for links in fold.scratch.forwards(_AT_ONCE):
        found = fold.ledger.found(table, {origin for _, origin in links})
        origins: dict[str, Any] = {copy: found[origin].new_id for copy, origin in links if origin in found}
        rows = list(messages.filter(pk__in=origins, forwarded_from__isnull=True).only("pk"))
        for row in rows:
            row.forwarded_from_id = origins[str(row.pk)]
        messages.bulk_update(rows, ["forwarded_from"])
