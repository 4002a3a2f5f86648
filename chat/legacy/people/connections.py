"""Connections: one for two people, whoever asked and as whom. The strongest state wins."""

from collections.abc import Mapping, Sequence
from typing import Any

from chat.choices import ConnectionState
from chat.legacy.people.merging import Item, Kind, Made
from chat.legacy.rows import OldConnection, OldPerson
from chat.legacy.times import EPOCH, micros
from chat.legacy.words import Flag, Reason
from chat.peers import pair_key

_STRENGTH = {ConnectionState.ACCEPTED: 0, ConnectionState.PENDING: 1, ConnectionState.REJECTED: 2}
"""Of two rows the first in this order wins."""
_BLOCKED = "blocked"


class Connections(Kind[OldConnection]):
    """Connections, by the pair of people."""

    table = "connections"
    model = "Connection"

    def people_of(self, old: OldConnection) -> Sequence[OldPerson]:
        """Return who asked whom."""
        return old.requester, old.recipient

    def key_of(self, item: Item[OldConnection]) -> str | None:
        """Return the key of the pair; None where the row says nothing of two known people."""
        requester, recipient = item.users
        if None in item.users or requester == recipient or item.old.state not in _STRENGTH:
            return None
        return pair_key((requester, recipient))

    def refuse(self, item: Item[OldConnection]) -> None:
        """List what says ``blocked``, or that somebody is connected with themselves."""
        ledger, row = self.fold.ledger, item.old.row
        if item.old.state == _BLOCKED:
            ledger.reported(row, Reason.CONNECTION_BLOCKED, item.flags)
        elif None in item.users:
            super().refuse(item)
        elif item.users[0] == item.users[1]:
            ledger.reported(row, Reason.SELF_CONNECTION, item.flags)
        else:
            ledger.quarantined(row, Reason.STATE_UNKNOWN, item.flags)

    def existing(self, groups: Mapping[str, Sequence[Item[OldConnection]]]) -> dict[str, Any]:
        """Return the connections of these pairs that are here."""
        return {row.pair_key: row for row in self.fold.models.rows(self.model).filter(pair_key__in=list(groups))}

    def make(self, items: Sequence[Item[OldConnection]]) -> Made[OldConnection]:
        """Return the one connection: of the strongest state, of those the one asked for first."""
        strongest = min(items, key=_order)
        requester, recipient = strongest.users
        old = strongest.old
        asked = old.requested_at or old.answered_at
        if asked is None:
            strongest.flags.append(Flag.TIME_UNREADABLE)
        row = self.fold.models.Connection(
            id=self.fold.ids.uuid_of(self.table, strongest.old_id, micros(asked or EPOCH)),
            pair_key=pair_key((requester, recipient)),
            requester_id=requester,
            recipient_id=recipient,
            state=old.state,
            requested_at=asked or EPOCH,
            answered_at=None if old.state == ConnectionState.PENDING else old.answered_at,
        )
        return Made(row, strongest)

    def change(self, found: Any, made: Made[OldConnection], version: int | None) -> bool:  # noqa: ANN401, ARG002
        """Apply an answer that was given in the old application to a request that nobody has answered here."""
        names = ("requester_id", "requested_at")
        is_same = all(getattr(found, name) == getattr(made.row, name) for name in names)
        if (found.state, found.answered_at) == (made.row.state, made.row.answered_at):
            return True
        if found.state != ConnectionState.PENDING or not is_same:
            return False
        changes = {"state": made.row.state, "answered_at": made.row.answered_at}
        self.fold.models.rows(self.model).filter(pk=found.pk).update(**changes)
        return True


def _order(item: Item[OldConnection]) -> tuple[int, int, tuple[int, str]]:
    asked = item.old.requested_at or item.old.answered_at
    return _STRENGTH[ConnectionState(item.old.state)], micros(asked or EPOCH), item.age
