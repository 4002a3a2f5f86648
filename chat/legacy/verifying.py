"""Verify: whether the old tables and the new ones still say the same of who has what, at any time after a fold.

It computes both sides anew and asks nothing of the fold but ``LegacyRow``. These are differences:

- *unfolded*: an old row that no run has accounted for. Rows that came since the last run are such; run the fold again.
- *changed*: an old row that was kept or merged, and is not as it was then; likewise.
- *vanished*: a row that was folded, and is in the old table no more.
- *no target*: a row that was kept or merged, where what it became is not there. What people here remove themselves
  (reactions, votes, blocks …) may be gone.
- *lost*: a message that somebody could see before and does not see now.
- *gained*: a message that somebody sees now and could not see before.

Before and after are about people who still have an account. Not called a difference is what people did here since, as
far as the rows tell: a message whose version is above the one that it was folded with was deleted, restored or kept by
people here, a group was deleted here, and what a person hid, cleared, left or joined where their membership has changed
since it was folded. ``LegacyRow`` notes the sum of its two versions; a membership without an old row is told by those
alone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Count

from chat.legacy.after import After, Seat, Shown, read_after
from chat.legacy.before import EARLIEST, Before, Item, Progress, batches
from chat.legacy.naming import key_of
from chat.legacy.rows import IMPLIED, OldMessage, Row
from chat.legacy.source import Source

if TYPE_CHECKING:
    from chat.legacy.models import Models

REMOVED_BY_PEOPLE = frozenset({"MessageReaction", "PollVote", "Block", "Connection", "ChatSettings", "ReadMark"})
"""What people remove, or what goes with them, without a trace: a missing one proves nothing."""
_LIVE = ("kept", "merged")
_Folded = Mapping[tuple[str, str], int]
"""What was noted of memberships, by group and person."""
_Seats = Mapping[str, Mapping[str, int]]
"""Who had an active row, by conversation, and up to when they had cleared it."""


class Kind(StrEnum):
    """What a difference is; see above."""

    UNFOLDED = "unfolded"
    CHANGED = "changed"
    VANISHED = "vanished"
    NO_TARGET = "no target"
    LOST = "lost"
    GAINED = "gained"


class Difference(NamedTuple):
    """One thing that is not as it was."""

    kind: Kind
    table: str
    old_id: str
    person: str = ""
    """The key of a user, where it is about what they see."""
    note: str = ""

    def __str__(self) -> str:
        told = f" by {self.person}" if self.person else ""
        return f"{self.kind}: {self.table} {self.old_id}{told}{f' ({self.note})' if self.note else ''}"


class Account(NamedTuple):
    """What ``LegacyRow`` says of an old row."""

    outcome: str
    reason: str
    new_model: str
    new_id: str
    fingerprint: str
    folded_version: int | None


def verify(source: Source, models: "Models", *, progress: Progress | None = None) -> list[Difference]:
    """Return all differences between the old tables and the new ones. Reads only."""
    return list(differences(source, models, progress=progress))


def differences(source: Source, models: "Models", *, progress: Progress | None = None) -> Iterator[Difference]:
    """Yield what ``verify`` returns, in bounded memory."""
    tell = progress or _quiet
    accounts = Accounts(source, models)
    with Before(source, tell) as before:
        for table in sorted({*source.present, *accounts.tables()} - {IMPLIED}):
            yield from _conservation(accounts, before, table, tell)
        before.read()
        done = 0
        for items in before.pages(1000):
            yield from _visibility(accounts, before, items)
            done += len(items)
            tell("seeing", done, 0)


class Accounts:
    """Reads of ``LegacyRow`` for one source."""

    def __init__(self, source: Source, models: "Models") -> None:
        self.source, self.models = source, models
        self.rows = models.rows("LegacyRow").filter(source=source.name, database=source.options.database)

    def tables(self) -> list[str]:
        """Return which tables have rows in it."""
        return list(self.rows.order_by().values_list("table", flat=True).distinct())

    def of(self, table: str, old_ids: Collection[str]) -> dict[str, Account]:
        """Return what became of these rows, by old id."""
        found = self.rows.filter(table=table, old_id__in=old_ids)
        return {old_id: Account(*rest) for old_id, *rest in found.values_list("old_id", *Account._fields)}

    def memberships(self, rows: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], int]:
        """Return what was noted of memberships that came from these rows of people."""
        by_table: dict[str, dict[str, str]] = defaultdict(dict)
        for table, old_id, person in rows:
            by_table[table][old_id] = person
        noted: dict[tuple[str, str], int] = {}
        for table, people in by_table.items():
            for old_id, account in self.of(table, list(people)).items():
                if account.new_model == "ChatGroupUser" and account.folded_version is not None:
                    key = (account.new_id, people[old_id])
                    noted[key] = max(account.folded_version, noted.get(key, 0))
        return noted

    def shared(self, accounts: Collection[Account]) -> set[str]:
        """Return the keys of what several old rows became."""
        wanted = {account.new_id for account in accounts if account.new_id}
        several = self.rows.filter(new_model="Call", new_id__in=wanted).order_by().values("new_id")
        return set(several.annotate(number=Count("pk")).filter(number__gt=1).values_list("new_id", flat=True))


def _conservation(accounts: Accounts, before: Before, table: str, tell: Progress) -> Iterator[Difference]:
    """Yield which rows of a table are not accounted for as they are, or were and are not there."""
    done, known, total = 0, 0, accounts.source.count(table) if table in accounts.source.present else 0
    for rows in batches(accounts.source.rows(table), 1000):
        found = accounts.of(table, [row.old_id for row in rows])
        yield from _accounted(accounts.models, rows, found)
        known += len(found)
        done += len(rows)
        tell(table, done, total)
    if known != accounts.rows.filter(table=table).count():
        yield from _vanished(accounts, before, table)


def _accounted(models: "Models", rows: Sequence[Row], found: Mapping[str, Account]) -> Iterator[Difference]:
    targets = _targets(models, found.values())
    for row in rows:
        account = found.get(row.old_id)
        if account is None:
            yield Difference(Kind.UNFOLDED, row.table, row.old_id)
            continue
        if account.outcome not in _LIVE:
            continue
        if account.fingerprint != row.fingerprint:
            yield Difference(Kind.CHANGED, row.table, row.old_id)
        target = (account.new_model, account.new_id)
        if target not in targets and account.new_model not in REMOVED_BY_PEOPLE:
            yield Difference(Kind.NO_TARGET, row.table, row.old_id, note=" ".join(target).strip())


def _targets(models: "Models", accounts: Collection[Account]) -> set[tuple[str, str]]:
    """Return which of the new rows that these name are there."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for account in accounts:
        if account.new_model not in {"", *REMOVED_BY_PEOPLE}:
            wanted[account.new_model].add(account.new_id)
    there = set()
    for name, ids in wanted.items():
        rows, field = models.rows(name), key_of(name)
        keys = {key: new_id for new_id in ids if (key := _key(rows.model, field, new_id)) is not None}
        present = rows.filter(**{f"{field}__in": keys}).values_list(field, flat=True)
        there |= {(name, keys[key]) for key in present.distinct()}
    return there


def _key(model: Any, field: str, text: str) -> Any:  # noqa: ANN401 (as the model's key is)
    meta = model._meta
    try:
        return (meta.pk if field == "pk" else meta.get_field(field).target_field).to_python(text)
    except ValidationError:
        return None


def _vanished(accounts: Accounts, before: Before, table: str) -> Iterator[Difference]:
    before.note(row.old_id for row in accounts.source.rows(table))
    folded = accounts.rows.filter(table=table).order_by("pk").values_list("old_id", flat=True)
    for old_ids in batches(folded.iterator(chunk_size=2000), 500):
        for old_id in before.not_noted(old_ids):
            yield Difference(Kind.VANISHED, table, old_id)


class _Seen(NamedTuple):
    """An item with what became of it, and who could see it before."""

    item: Item
    table: str
    account: Account
    at_least: set[str]
    at_most: set[str] | None
    """None: nothing is known."""
    deleted: bool = False
    """For all, in the old chat."""


def _visibility(accounts: Accounts, before: Before, items: Sequence[Item]) -> Iterator[Difference]:
    seats = before.seats({item.conversation for item in items})
    seen = [*_messages_before(accounts, before, items, seats), *_others_before(accounts, items, seats)]
    shown_by = _shown_by(accounts.models, [one.account for one in seen])
    after = read_after(accounts.models, set(shown_by.values()))
    folded = accounts.memberships(before.seat_rows({item.conversation for item in items}))
    found: list[Difference] = []
    for one in seen:
        found += _Compared(one, after, folded).differences(shown_by.get(one.account.new_id))
    living = living_people({difference.person for difference in found})
    yield from (difference for difference in found if difference.person in living)


def _messages_before(accounts: Accounts, before: Before, items: Sequence[Item], seats: _Seats) -> Iterator[_Seen]:
    """Yield the messages among ``items`` that are accounted for."""
    places = {item.old_id: item for item in items if item.kind == "message"}
    messages = list(accounts.source.messages(list(places))) if places else []
    hiding = before.resolve({person for message in messages for person in message.hidden_for})
    by_table: dict[str, list[OldMessage]] = defaultdict(list)
    for message in messages:
        by_table[message.row.table].append(message)
    for table, some in by_table.items():
        found = accounts.of(table, [message.row.old_id for message in some])
        for message in some:
            item, account = places.get(message.row.old_id), found.get(message.row.old_id)
            if item is not None and account is not None:
                hidden = {hiding[person] for person in message.hidden_for}
                people = set() if message.deleted else _uncleared(item, seats) - hidden
                yield _Seen(item, table, account, people, people, message.deleted)


def _others_before(accounts: Accounts, items: Sequence[Item], seats: _Seats) -> Iterator[_Seen]:
    """Yield the calls, and the polls without a message, among ``items`` that are accounted for.

    Whether clearing hid them the old chat does not say, so either is right.
    """
    by_table: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if item.kind != "message":
            by_table[item.table].append(item)
    for table, some in by_table.items():
        found = accounts.of(table, [item.old_id for item in some])
        shared = accounts.shared(found.values())
        for item in some:
            if (account := found.get(item.old_id)) is not None:
                there = None if account.new_id in shared else set(seats.get(item.conversation, ()))
                yield _Seen(item, table, account, _uncleared(item, seats), there)


def _uncleared(item: Item, seats: _Seats) -> set[str]:
    """Return who had an active row that had not cleared so far; what has no time at all any clearing hid."""
    time = EARLIEST if item.time is None else item.time
    return {person for person, cleared in seats.get(item.conversation, {}).items() if time > cleared}


def _shown_by(models: "Models", accounts: Collection[Account]) -> dict[str, UUID]:
    """Return the message that shows what an old row became, by the key of that."""
    found = {one.new_id: UUID(one.new_id) for one in accounts if one.new_model == "ChatMessage"}
    calls = [one.new_id for one in accounts if one.new_model == "Call"]
    rows = models.rows("Call").filter(pk__in=calls).values_list("pk", "message_id")
    return found | {str(pk): message_id for pk, message_id in rows}


class _Compared(NamedTuple):
    """Who could see an item before and who sees it now."""

    one: _Seen
    after: After
    folded: _Folded

    def differences(self, message_id: UUID | None) -> Iterator[Difference]:
        """Yield who lost it and who gained it, but by people here."""
        one = self.one
        message = None if message_id is None else self.after.shown.get(message_id)
        viewers = set() if message is None else self.after.viewers(message)
        for person in sorted(one.at_least - viewers):
            if message is None or not self._is_lost_here(message, person):
                note = one.account.outcome if message is None else ""
                yield Difference(Kind.LOST, one.table, one.item.old_id, person, note)
        for person in sorted(viewers - one.at_most) if one.at_most is not None else ():
            if message is not None and not self._is_gained_here(message, person):
                yield Difference(Kind.GAINED, one.table, one.item.old_id, person)

    def _is_lost_here(self, message: Shown, person: str) -> bool:
        """Return whether people here took the message from ``person``, or they did themselves."""
        if message.group_id in self.after.closed or message.expires:
            return True
        if message.deleted:
            return self._is_changed_here(message)
        seat = self.after.seats[message.group_id].get(person)
        return seat is not None and self._is_seat_changed_here(message, person, seat)

    def _is_gained_here(self, message: Shown, person: str) -> bool:
        """Return whether people here showed the message to ``person``, or they did themselves."""
        if self.one.deleted:
            return self._is_changed_here(message)
        if person in self.after.hidden[message.pk]:  # which they have shown again
            return True
        seat = self.after.seats[message.group_id][person]
        is_later = seat.floor > (self.one.account.folded_version or 0)
        return is_later and self._is_seat_changed_here(message, person, seat)

    def _is_changed_here(self, message: Shown) -> bool:
        return message.version > (self.one.account.folded_version or 0)

    def _is_seat_changed_here(self, message: Shown, person: str, seat: Seat) -> bool:
        folded = self.folded.get((str(message.group_id), person))
        if folded is not None:
            return seat.version + seat.state > folded
        return seat.state > 0 or seat.floor > (self.one.account.folded_version or 0)


def living_people(people: Collection[str]) -> set[str]:
    """Return those of these keys, as text, that are keys of users."""
    users = get_user_model()._default_manager.filter(pk__in=people)
    return {str(pk) for pk in users.values_list("pk", flat=True)}


def _quiet(_phase: str, _done: int, _total: int) -> None:
    """Tell nobody."""
