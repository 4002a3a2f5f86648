"""Blocks: by person. A block of one's own profiles is none; one that now covers more than it did is listed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from chat.adapter import UserId
from chat.legacy.people.guarding import guard_pairs
from chat.legacy.people.merging import Item, Kind, Made
from chat.legacy.planning import Planned
from chat.legacy.rows import Kind as ConversationKind
from chat.legacy.rows import OldBlock, OldPerson
from chat.legacy.shelf import Shelf
from chat.legacy.texts import cleaned
from chat.legacy.times import EPOCH, micros
from chat.legacy.words import Flag, Reason

REASON_MAX_LENGTH = 500
Role = tuple[str | None, int | None]
"""A profile, by type and number; of somebody named by user alone, neither."""
Directs = Shelf[dict[str, list[Role]]]
"""By pair of people, their live conversations: the roles of each in it, by user."""


class Blocks(Kind[OldBlock]):
    """Blocks, by who blocks whom."""

    table = "blocked_chat_contacts"
    model = "Block"

    @cached_property
    def _directs(self) -> Directs:
        """The live conversations of two; read where there is a block."""
        directs = Directs()
        directs.add(
            (_pair(*sorted(roles)), roles)
            for planned in self.fold.scratch.planned()
            if planned.old.kind == ConversationKind.DIRECT and len(roles := _live_roles(planned)) == 2  # noqa: PLR2004
        )
        return directs

    def close(self) -> None:
        """Let go of the conversations that were read."""
        if "_directs" in self.__dict__:
            self._directs.close()

    def people_of(self, old: OldBlock) -> Sequence[OldPerson]:
        """Return who blocks whom."""
        return old.blocker, old.blocked

    def key_of(self, item: Item[OldBlock]) -> str | None:
        """Return both people's keys, in order; None for somebody unknown, and for oneself."""
        blocker, blocked = item.users
        return None if None in item.users or blocker == blocked else _pair(blocker, blocked)

    def refuse(self, item: Item[OldBlock]) -> None:
        """List a block between one's own profiles."""
        if None in item.users:
            super().refuse(item)
        else:
            self.fold.ledger.reported(item.old.row, Reason.SELF_BLOCK, item.flags)

    def existing(self, groups: Mapping[str, Sequence[Item[OldBlock]]]) -> dict[str, Any]:
        """Return the blocks between these people that are here."""
        blockers = {items[0].users[0] for items in groups.values()}
        blocked = {items[0].users[1] for items in groups.values()}
        rows = self.fold.models.rows(self.model).filter(blocker__in=blockers, blocked__in=blocked)
        return {key: row for row in rows if (key := _pair(row.blocker_id, row.blocked_id)) in groups}

    def make(self, items: Sequence[Item[OldBlock]]) -> Made[OldBlock]:
        """Return the one block: of the earliest time, for all the reasons."""
        earliest = min(items, key=_order)
        at = earliest.old.blocked_at
        if at is None:
            earliest.flags.append(Flag.TIME_UNREADABLE)
        blocker, blocked = earliest.users
        row = self.fold.models.Block(
            id=self.fold.ids.uuid_of(self.table, earliest.old_id, micros(at or EPOCH)),
            blocker_id=blocker,
            blocked_id=blocked,
            reason=_reasons(items, earliest),
            created_at=at or EPOCH,
        )
        if self._is_widened(items):
            earliest.flags.append(Flag.WIDENED)
        return Made(row, earliest)

    def change(self, found: Any, made: Made[OldBlock], version: int | None) -> bool:  # noqa: ANN401, ARG002
        """Return whether the block says the same already; else it may have been changed here, and stays."""
        return bool((found.created_at, found.reason) == (made.row.created_at, made.row.reason))

    def added(self, made: Sequence[Made[OldBlock]]) -> None:
        """Let the two be asked about again where they write to each other."""
        guard_pairs(self.fold, [(each.row.blocker_id, each.row.blocked_id) for each in made])

    def _is_widened(self, items: Sequence[Item[OldBlock]]) -> bool:
        """Return whether the two have a live conversation in roles that none of these blocks was about."""
        blocker, blocked = map(str, items[0].users)
        covered = {(_role(item.old.blocker), _role(item.old.blocked)) for item in items}
        if any(None in role for pair in covered for role in pair):
            return False  # by user: it covered everything
        key = _pair(*sorted((blocker, blocked)))
        return any(
            not any(one in roles.get(blocker, ()) and other in roles.get(blocked, ()) for one, other in covered)
            for roles in self._directs.of([key]).get(key, ())
        )


def _live_roles(planned: Planned) -> dict[str, list[Role]]:
    """Return in which roles people are in a conversation that both can still see."""
    roles: dict[str, list[Role]] = {}
    for member, known in planned.members():
        if member.active and known.user is not None:
            roles.setdefault(str(known.user), []).append(_role(member.person))
    return roles


def _order(item: Item[OldBlock]) -> tuple[bool, datetime, tuple[int, str]]:
    at = item.old.blocked_at
    return at is None, at or EPOCH, item.age


def _role(person: OldPerson) -> Role:
    return person.profile_type, person.profile_id


def _pair(one: UserId, other: UserId) -> str:
    return f"{one}\x1f{other}"


def _reasons(items: Sequence[Item[OldBlock]], leader: Item[OldBlock]) -> str:
    """Return the reasons, each once, in the order of the rows."""
    said = dict.fromkeys(cleaned(item.old.reason.strip()) for item in sorted(items, key=lambda item: item.age))
    joined = "; ".join(reason for reason in said if reason)
    if len(joined) > REASON_MAX_LENGTH:
        leader.flags.append(Flag.VALUE_CUT)
    return joined[:REASON_MAX_LENGTH]
