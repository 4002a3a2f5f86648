"""Merging: old rows that mean the same, as those of one person's several profiles, become one new row."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from chat.adapter import UserId
from chat.legacy.context import Fold
from chat.legacy.ledger import Known
from chat.legacy.people.batches import write_in_batches
from chat.legacy.rows import OldPerson, Row
from chat.legacy.shelf import Shelf
from chat.legacy.words import Flag, Reason

_AT_ONCE = 500


class OldThing(Protocol):
    """An old row of any kind."""

    @property
    def row(self) -> Row:
        """Which row it is."""
        ...


T = TypeVar("T", bound=OldThing)


@dataclass(slots=True)
class Item(Generic[T]):
    """An old row with who the people are whom it names."""

    old: T
    users: tuple[UserId | None, ...]
    flags: list[str] = field(default_factory=list)

    @property
    def old_id(self) -> str:
        """The key of the old row."""
        return self.old.row.old_id

    @property
    def age(self) -> tuple[int, str]:
        """What orders rows by their old ids, as numbers where they are numbers."""
        return len(self.old_id), self.old_id


@dataclass(slots=True)
class Made(Generic[T]):
    """What rows become: the new row, not yet saved, and the one of them that stands for it."""

    row: Any
    leader: Item[T]
    version: int | None = None
    """What ``LegacyRow`` keeps to see by it whether people changed the new row."""


class Kind(ABC, Generic[T]):
    """One kind of rows that merge. The batch calls ``existing`` once, then the rest for each group of rows."""

    table: ClassVar[str]
    model: ClassVar[str]
    same: ClassVar[Reason] = Reason.SAME_PERSON
    """Why a row is merged into another of its group."""

    def __init__(self, fold: Fold) -> None:
        self.fold = fold

    @abstractmethod
    def people_of(self, old: T) -> Sequence[OldPerson]:
        """Return whom an old row names."""

    @abstractmethod
    def key_of(self, item: Item[T]) -> str | None:
        """Return what rows have in common that become one; None where it becomes nothing."""

    def refuse(self, item: Item[T]) -> None:
        """Account for a row that becomes nothing."""
        self.fold.ledger.quarantined(item.old.row, Reason.PERSON_UNKNOWN, item.flags)

    @abstractmethod
    def existing(self, groups: Mapping[str, Sequence[Item[T]]]) -> dict[str, Any]:
        """Return the new rows that are there, by key. One statement."""

    @abstractmethod
    def make(self, items: Sequence[Item[T]]) -> Made[T]:
        """Return what a group of rows becomes."""

    def is_made(self, found: Any, made: Made[T]) -> bool:  # noqa: ANN401 (a row of any registry)
        """Return whether the row that is there is the one that was just made."""
        return bool(found.pk == made.row.pk)

    @abstractmethod
    def change(self, found: Any, made: Made[T], version: int | None) -> bool:  # noqa: ANN401
        """Let a new row of an earlier run be what its old rows say now, unless somebody changed it.

        ``version`` is what that run kept of it. Return whether it says that now.
        """

    def added(self, made: Sequence[Made[T]]) -> None:
        """Do what new rows ask for beside themselves."""


def fold_kind(fold: Fold, kind: Kind[T], rows: Iterable[T]) -> None:
    """Fold rows of one kind."""
    with Shelf[Item[T]]() as shelf:
        for items in _resolved(fold, kind, rows):
            shelf.add((_shelved(kind, item), item) for item in items)
        write_in_batches(fold, kind.table, shelf.together(), lambda groups: _write(fold, kind, dict(groups)))


def _resolved(fold: Fold, kind: Kind[T], rows: Iterable[T]) -> Iterator[list[Item[T]]]:
    remaining = iter(rows)
    while some := list(islice(remaining, _AT_ONCE)):
        named = [kind.people_of(old) for old in some]
        fold.people.find(person for people in named for person in people)
        items = []
        for old, people in zip(some, named, strict=True):
            known = [fold.people.of(person) for person in people]
            flags = dict.fromkeys(each.flag for each in known if each.flag is not None)
            items.append(Item(old, tuple(each.user for each in known), list(flags)))
        yield items


def _shelved(kind: Kind[T], item: Item[T]) -> str:
    key = kind.key_of(item)
    return f"-{item.old_id}" if key is None else f"+{key}"


def _write(fold: Fold, kind: Kind[T], groups: dict[str, list[Item[T]]]) -> None:
    """Write one batch of groups, and account for each of their rows that is not accounted for."""
    known = fold.ledger.known(kind.table, [item.old_id for items in groups.values() for item in items])
    wanted: dict[str, list[Item[T]]] = {}
    for key, items in groups.items():
        if key[0] == "-":
            kind.refuse(items[0])
        elif any(_is_news(item, known) for item in items):
            wanted[key[1:]] = items
    existing = kind.existing(wanted)
    made = {key: kind.make(items) for key, items in wanted.items()}
    new = {key: each for key, each in made.items() if key not in existing and not _told(wanted[key], known)}
    there = existing | _added(fold, kind, new, wanted)
    for key, each in made.items():
        is_new = key in new and key in there and kind.is_made(there[key], each)
        _account(fold, kind, wanted[key], known, there.get(key), each, is_new=is_new)


def _added(
    fold: Fold, kind: Kind[T], new: Mapping[str, Made[T]], groups: Mapping[str, Sequence[Item[T]]]
) -> dict[str, Any]:
    """Add new rows, as far as nobody adds the same meanwhile; return those that are there then."""
    rows = [made.row for made in new.values()]
    fold.models.rows(kind.model).bulk_create(rows, batch_size=_AT_ONCE, ignore_conflicts=True)
    there = kind.existing({key: groups[key] for key in new}) if new else {}
    kind.added([made for key, made in new.items() if key in there and kind.is_made(there[key], made)])
    return there


def _is_news(item: Item[T], known: Mapping[str, Known]) -> bool:
    return item.old_id not in known or known[item.old_id].fingerprint != item.old.row.fingerprint


def _told(items: Sequence[Item[T]], known: Mapping[str, Known]) -> list[Known]:
    return [known[item.old_id] for item in items if item.old_id in known]


def _account(
    fold: Fold,
    kind: Kind[T],
    items: Sequence[Item[T]],
    known: Mapping[str, Known],
    found: Any,  # noqa: ANN401 (a row of any registry)
    made: Made[T],
    *,
    is_new: bool,
) -> None:
    """Say what became of the rows of one group."""
    told = _told(items, known)
    kept = next((each for each in told if each.outcome == "kept"), None)
    if is_new:
        reason, note = kind.same, None
    elif kept is not None and found is not None and str(found.pk) == kept.new_id:
        changed = kind.change(found, made, kept.folded_version)
        reason, note = kind.same, Flag.CHANGED_LATER if changed else Flag.NEW_APP_WINS
    else:  # people here made their own, or took away what was folded
        reason, note = Reason.NATIVE_ROW, Flag.NEW_APP_WINS
    new_id = str(found.pk) if found is not None else told[0].new_id
    for item in items:
        flags = [*item.flags, *([note] if note else [])]
        if item.old_id in known:
            _renew(fold, item, known[item.old_id], flags, made, kept)
        elif is_new and item is made.leader:
            fold.ledger.kept(item.old.row, kind.model, new_id, made.version, flags)
        else:
            fold.ledger.merged(item.old.row, kind.model, new_id, reason, flags)


def _renew(fold: Fold, item: Item[T], entry: Known, flags: Sequence[str], made: Made[T], kept: Known | None) -> None:
    """Note that the old row is another now."""
    changes: dict[str, Any] = {}
    if entry.fingerprint != item.old.row.fingerprint:
        changes = {"fingerprint": item.old.row.fingerprint, "flags": list(dict.fromkeys([*entry.flags, *flags]))}
    if entry is kept and Flag.CHANGED_LATER in flags:
        changes["folded_version"] = made.version
    if changes:
        fold.ledger.update(entry.pk, **changes)
