"""Undo: remove what a fold made, and nothing else.

- A group that the fold made goes whole, by statements over many groups, a batch in one transaction.
- Of a group that was there before, native or made by another run, the folded tail goes: its last messages. Counters go
  back and read positions with them; versions never do, and its members are told to load it anew.
- Settings, blocks, connections and reports that the fold made go, with what people changed in them since.
- What ``LegacyRow`` said of all this goes.

Old tables are not read. A run that was killed is finished by the next one. Where people have written in folded groups
(``chat.legacy.touched`` says what that is) it is refused, with the list, and nothing is done; or those groups stay,
with all that ``LegacyRow`` says of them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Least

from chat.legacy.before import Progress, batches
from chat.legacy.naming import key_of
from chat.legacy.source import Source
from chat.legacy.touched import FOLDED, Touched, TouchedGroup, related_to, touched_among

if TYPE_CHECKING:
    from chat.legacy.models import Models

_GROUPS = 200
"""How many groups go in one transaction."""
_ROWS = 2000


@dataclass
class Undone:
    """What was removed, and what stays."""

    groups: int = 0
    tails: int = 0
    people: int = 0
    """Rows of settings, blocks, connections and reports."""
    rows: int = 0
    """Of ``LegacyRow``."""
    kept: list[TouchedGroup] = field(default_factory=list)


def undo(
    source: Source,
    models: "Models",
    *,
    keep_touched: bool = False,
    run: UUID | None = None,
    progress: Progress | None = None,
) -> Undone:
    """Remove what was folded from ``source``, or what one ``run`` of it made.

    Raises Touched, before anything is removed, where people have written in such groups, unless ``keep_touched``. Locks
    the groups of a batch.
    """
    undoing = Undoing(source, models, run, progress or (lambda _phase, _done, _total: None))
    touched = list(undoing.touched())
    if touched and not keep_touched:
        raise Touched(touched)
    undoing.remove(touched)
    return undoing.undone


class Undoing:
    """One undoing in progress."""

    def __init__(self, source: Source, models: "Models", run: UUID | None, progress: Progress) -> None:
        self.models, self.run, self.progress = models, run, progress
        self.folded = models.rows("LegacyRow").filter(source=source.name, database=source.options.database)
        self.rows = self.folded if run is None else self.folded.filter(run=run)
        self.undone = Undone()

    def touched(self) -> Iterator[TouchedGroup]:
        """Yield the groups in which people have written."""
        for ids in self._whole_groups():
            yield from self._touched(self._groups(ids))
        for some in batches(self.tails, _GROUPS):
            yield from self._touched(self._groups(some))

    def remove(self, touched: Collection[TouchedGroup]) -> None:
        """Remove all but the groups in ``touched``, and those that became so meanwhile."""
        self.undone.kept += touched
        for ids in self._whole_groups():
            self._remove_groups(set(ids) - self._kept)
            self.progress("groups", self.undone.groups, 0)
        for group_id in self.tails:
            if group_id not in self._kept:
                self._remove_tail(group_id)
        self._remove_people()
        self._forget_the_rest()

    @property
    def _kept(self) -> set[UUID]:
        return {touched.group_id for touched in self.undone.kept}

    @cached_property
    def tails(self) -> list[UUID]:
        """The groups that were there before, with folded messages or members in them."""
        found: dict[UUID, None] = {}
        names = ("ChatMessage", "Call", "ChatGroupUser")
        for name, ids in self._targets(new_model__in=names):
            rows = self.models.rows(name).filter(**{f"{key_of(name)}__in": ids})
            groups = set(rows.values_list("group_id", flat=True)) - found.keys()
            whole = self._made.filter(new_id__in=[str(pk) for pk in groups]).values_list("new_id", flat=True)
            found |= dict.fromkeys(groups - {UUID(pk) for pk in whole})
        return sorted(found)

    @property
    def _made(self) -> Any:  # noqa: ANN401 (a queryset of any registry's model)
        return self.rows.filter(new_model="ChatGroup", outcome="kept")

    def _whole_groups(self) -> Iterator[list[UUID]]:
        for _name, ids in self._targets(new_model="ChatGroup", outcome="kept"):
            for some in batches(ids, _GROUPS):
                yield [UUID(pk) for pk in some]

    def _groups(self, ids: Collection[UUID], *, lock: bool = False) -> list[Any]:
        rows = self.models.rows("ChatGroup").filter(pk__in=ids).order_by("pk")
        if lock and not self.models.connection.features.has_select_for_update:
            rows.update(version=F("version"))  # SQLite: a transaction that begins with a write waits for its turn
        return list(rows.select_for_update() if lock else rows)

    def _touched(self, groups: Collection[Any]) -> Iterator[TouchedGroup]:
        touched = touched_among(self.models, self.folded, groups)
        yield from touched
        for group in groups:
            if group.pk not in {one.group_id for one in touched} and self._is_mixed(group):
                yield TouchedGroup(group.pk, "ChatMessage")

    def _is_mixed(self, group: Any) -> bool:  # noqa: ANN401 (a group of any registry)
        """Return whether something that stays stands after what goes."""
        if group.pk in self.tails:
            return self._tail_of(group) is None
        return self._has_other_runs and group.last_seq > 0 and self._tail_of(group) != 1

    @cached_property
    def _has_other_runs(self) -> bool:
        return self.run is not None and self.folded.exclude(run=self.run).exists()

    def _tail_of(self, group: Any) -> int | None:  # noqa: ANN401 (a group of any registry)
        """Return the number of the first message that goes; None where one that stays stands after it."""
        first: int | None = None
        after, messages = 0, self.models.rows("ChatMessage").filter(group=group.pk).order_by("seq")
        while page := dict(messages.filter(seq__gt=after).values_list("pk", "seq")[:_ROWS]):
            going = self._going(page)
            for pk, after in page.items():
                if pk in going:
                    first = first or after
                elif first is not None:
                    return None
        return first or after + 1

    def _going(self, message_ids: Collection[UUID]) -> set[UUID]:
        """Return which of these messages were folded, themselves or to show a call."""
        calls = dict(self.models.rows("Call").filter(message__in=message_ids).values_list("pk", "message_id"))
        found = self.rows.filter(new_model="ChatMessage", new_id__in=[str(pk) for pk in message_ids])
        going = {UUID(pk) for pk in found.values_list("new_id", flat=True)}
        found = self.rows.filter(new_model="Call", new_id__in=[str(pk) for pk in calls])
        return going | {calls[UUID(pk)] for pk in found.values_list("new_id", flat=True)}

    def _remove_groups(self, ids: Collection[UUID]) -> None:
        """Remove groups with all that is in them, and what ``LegacyRow`` says of it."""
        with transaction.atomic(using=self.models.database):
            groups = self._groups(ids, lock=True)
            self.undone.kept += (touched := list(self._touched(groups)))
            going = [group.pk for group in groups if group.pk not in {one.group_id for one in touched}]
            messages = self.models.rows("ChatMessage").filter(group__in=going)
            self._unlink(messages)
            self._remove(self.models.rows("Call").filter(group__in=going))
            for model, key in related_to(self.models.ChatGroup):
                if model.__name__ not in {"ChatMessage", "Call", "ChatGroup"}:
                    self._remove(self.models.rows(model.__name__).filter(**{f"{key}__in": going}))
            self._remove(messages)
            self._remove(self.models.rows("ChatGroup").filter(pk__in=going))
        self.undone.groups += len(going)

    def _remove_tail(self, group_id: UUID) -> None:
        """Remove the last messages of a group that stays, and the members that came with them."""
        with transaction.atomic(using=self.models.database):
            [group] = self._groups([group_id], lock=True)
            if touched := list(self._touched([group])):
                self.undone.kept += touched
                return
            first = self._tail_of(group) or 1
            messages = self.models.rows("ChatMessage").filter(group=group_id, seq__gte=first)
            self._unlink(messages)
            self._remove(self.models.rows("Call").filter(message__in=messages.values("pk")))
            for model, key in related_to(self.models.ChatMessage):
                if model.__name__ not in {"ChatMessage", "Call"}:
                    going = {f"{key}__in": messages.values("pk")}
                    self._remove(self.models.rows(model.__name__).filter(**going))
            self._remove(messages)
            self._forget_seats(group_id)
            self._set_back(group, first)
        self.undone.tails += 1

    def _forget_seats(self, group_id: UUID) -> None:
        """Remove the members that came with a fold, and forget which old rows stand for the others and the group."""
        told = self.rows.filter(new_id=str(group_id), new_model__in=["ChatGroupUser", "ChatGroup"])
        came = told.filter(new_model="ChatGroupUser", outcome="kept").values_list("folded_version", flat=True)
        # The fold notes the version of a membership and its first state version together, which is 0 or 1.
        versions = {version - state for version in came if version for state in (0, 1)}
        members = self.models.rows("ChatGroupUser").filter(group=group_id, version__in=versions)
        _erase(members.filter(floor_version=F("version")))
        self.undone.rows += _erase(told)

    def _set_back(self, group: Any, first: int) -> None:  # noqa: ANN401 (a group of any registry)
        """Let a group end before message ``first``. Its members, who may know more, must load it anew."""
        of_group = {"group": group.pk}
        self.models.rows("ReadMark").filter(**of_group, seq__gte=first).delete()
        self.models.rows("SearchProgress").filter(**of_group, seq__gte=first).update(seq=first - 1)
        positions = ("read_seq", "unread_from_seq", "delivered_seq")
        members = self.models.rows("ChatGroupUser").filter(**of_group)
        capped = {name: Least(F(name), first - 1) for name in positions}
        members.update(**capped, visible_from_seq=Least(F("visible_from_seq"), first))
        for pk in members.order_by("pk").values_list("pk", flat=True):
            group.version += 1
            members.filter(pk=pk).update(version=group.version, floor_version=group.version)
        last = self.models.rows("ChatMessage").filter(**of_group).order_by("-seq").first()
        group.last_seq, group.last_message_at = first - 1, last and last.created_at
        group.save(using=self.models.database, update_fields=["last_seq", "last_message_at", "version"])
        # The mark by which what people write from now on is known, for as long as rows of another run stay.
        self.folded.filter(new_model="ChatGroup", new_id=str(group.pk)).update(folded_version=group.version)

    def _remove_people(self) -> None:
        """Remove what was folded of no group."""
        kept = self._kept
        for name, ids in self._targets(outcome="kept", new_id__gt=""):
            if name in FOLDED or name == "ChatGroup":
                continue
            rows = self.models.rows(name).filter(**{f"{key_of(name)}__in": ids})
            if name == "Report" and kept:
                rows = rows.exclude(group__in=kept)
            with transaction.atomic(using=self.models.database):
                for model, key in related_to(rows.model):
                    self._remove(self.models.rows(model.__name__).filter(**{f"{key}__in": rows.values("pk")}))
                self.undone.people += rows.count()
                self._remove(rows)
            self.progress("people", self.undone.people, 0)

    def _remove(self, rows: QuerySet[Any]) -> None:
        """Remove rows by one statement, after what ``LegacyRow`` says of them."""
        name = rows.model.__name__
        named = self.rows.filter(new_model=name)
        if named.exists():
            keys = rows.order_by().values_list(key_of(name), flat=True).distinct()
            for some in batches(keys.iterator(chunk_size=_ROWS), _ROWS):
                self.undone.rows += _erase(named.filter(new_id__in=[str(key) for key in some]))
        _erase(rows)

    def _unlink(self, messages: QuerySet[Any]) -> None:
        """Let no message that stays be a forward of one that goes."""
        forwards = self.models.rows("ChatMessage").filter(forwarded_from__in=messages.values("pk"))
        forwards.exclude(pk__in=messages.values("pk")).update(forwarded_from=None)

    def _forget_the_rest(self) -> None:
        """Remove what ``LegacyRow`` says of nothing that is there."""
        rest = self.rows
        if self.undone.kept:
            # What people removed in a group that stays must not come back with the next fold.
            rest = rest.filter(Q(new_id="") | Q(new_model__in=self._of_no_group()))
        while keys := list(rest.order_by("pk").values_list("pk", flat=True)[:_ROWS]):
            with transaction.atomic(using=self.models.database):
                self.undone.rows += _erase(rest.filter(pk__lte=keys[-1]))
            self.progress("rows", self.undone.rows, 0)

    def _of_no_group(self) -> set[str]:
        names = set(self.rows.order_by().values_list("new_model", flat=True).distinct())
        return {name for name in names if name and name not in FOLDED | {"ChatGroup", "Report"}}

    def _targets(self, **which: Any) -> Iterator[tuple[str, list[str]]]:
        """Yield what old rows became, by model, in the order in which it was noted."""
        last, rows = 0, self.rows.filter(**which).order_by("pk")
        while page := list(rows.filter(pk__gt=last).values_list("pk", "new_model", "new_id")[:_ROWS]):
            last = page[-1][0]
            by_model: dict[str, list[str]] = defaultdict(list)
            for _pk, name, new_id in page:
                by_model[name].append(new_id)
            yield from by_model.items()


def _erase(rows: QuerySet[Any]) -> int:
    """Remove rows by one statement, and return how many there were. What hangs on them was removed before.

    Django's own way reads them first, with all that hangs on them: a million.
    """
    return rows._raw_delete(rows.db)  # noqa: SLF001 (see above)
