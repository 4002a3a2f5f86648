"""Folding: the planned groups are written, a batch at a time, each in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db import IntegrityError, transaction

from chat.adapter import UserId
from chat.legacy.context import Fold
from chat.legacy.groups import Groups
from chat.legacy.ledger import Known
from chat.legacy.memberships import MEMBER_FIELDS, Member, Memberships
from chat.legacy.planning import Planned
from chat.legacy.reading import Reading
from chat.legacy.scratch import Entry, Slice
from chat.legacy.seats import roles_settle, seats_of, strangers_of
from chat.legacy.targets import Group, Items, Placed, Target
from chat.legacy.times import micros, moment
from chat.legacy.words import UNREAD_COLLAPSED, Flag, Reason

_ATTEMPTS = 3


class Batch(NamedTuple):
    """Slices of the timeline that are written in one transaction, and their entries in its order."""

    slices: Sequence[Slice]
    entries: Sequence[Entry]
    following: Sequence[str] = ()
    """Old ids of the messages in the next batch, which are read while this one is written."""


class Folding:
    """Folds batches of targets. One instance serves one run."""

    def __init__(self, fold: Fold, kinds: Sequence[Items]) -> None:
        self._fold = fold
        self._groups = Groups(fold)
        self._kinds = {kind.rank: kind for kind in kinds}
        self._open: dict[int, Target] = {}
        self._members: dict[str, dict[UserId, Member]] = {}

    def batch(self, batch: Batch) -> None:
        """Write what a batch becomes, in one transaction. Locks the groups that are there.

        Where somebody starts one of these conversations here meanwhile, it is done anew. Raises IntegrityError where
        that does not help.
        """
        continued = dict(self._open)
        for attempt in range(_ATTEMPTS):
            try:
                self._batch(batch)
            except IntegrityError:
                self._fold.writer.clear()
                if continued or attempt == _ATTEMPTS - 1:  # what a part before has begun cannot be told anew
                    raise
            else:
                return

    def _batch(self, batch: Batch) -> None:
        fold, slices = self._fold, batch.slices
        entries: dict[int, list[Entry]] = {}
        for entry in batch.entries:
            entries.setdefault(entry.target or 0, []).append(entry)
        with transaction.atomic(using=fold.models.database):
            fold.begin_writing()
            fold.people.forget()
            for rank, kind in self._kinds.items():
                kind.load([entry for entry in batch.entries if entry.rank == rank])
            targets = self._targets(slices)
            for part in slices:
                self._slice(part, targets[part.target], entries.get(part.target, []))
            fold.ledger.prepare()
            fold.ahead.begin(batch.following)
            fold.writer.flush()
        self._open = {part.target: targets[part.target] for part in slices if not part.ends}

    # Which groups.

    def _targets(self, slices: Sequence[Slice]) -> dict[int, Target]:
        """Return the targets of the slices, their groups locked."""
        numbers = [part.target for part in slices]
        plans, times = self._fold.scratch.conversations(numbers), self._fold.scratch.times(numbers)
        begun = {part.target: plans[part.target] for part in slices if part.target not in self._open}
        ids = {number: self._id(own, times) for number, own in begun.items()}
        found, peers = self._found(ids, begun)
        made = self._made({*(each for pair in ids.values() for each in pair), *peers.values()})
        known = self._known_members([plan for own in begun.values() for _, plan in own])
        targets = {part.target: self._open[part.target] for part in slices if part.target in self._open}
        groups = {target.group.id: target.group for target in targets.values()}
        for number, own in begun.items():
            group = self._group(own, ids[number], found, peers)
            group.is_native = not group.is_new and group.id not in made
            targets[number] = self._target(own, times, groups.setdefault(group.id, group), known)
        self._lock(list(targets.values()))
        self._members = self._read_members(
            {targets[number].group.id for number in begun if not targets[number].group.is_new}
        )
        return targets

    def _id(self, plans: Sequence[tuple[int, Planned]], times: Mapping[int, int]) -> tuple[str, str]:
        """Return the id that the group has or shall have, and the one that is derived."""
        number, oldest = plans[0]
        derived = self._fold.ids.of(oldest.row.table, oldest.row.old_id, times.get(number, 0))
        if oldest.group_id:
            return oldest.group_id, derived
        return str(oldest.old.keep_id or derived), derived

    def _found(
        self, ids: Mapping[int, tuple[str, str]], begun: Mapping[int, Sequence[tuple[int, Planned]]]
    ) -> tuple[set[str], dict[tuple[str, str], str]]:
        """Return which ids are taken, and the live peer groups by scope and key."""
        rows = self._fold.models.rows("ChatGroup")
        taken = rows.filter(pk__in={each for pair in ids.values() for each in pair}).values_list("pk", flat=True)
        keys = {plans[0][1].peer_key for plans in begun.values()} - {None}
        # Index: chat_group_one_per_pair.
        scopes = {plans[0][1].scope for plans in begun.values()}
        live = rows.filter(scope__in=scopes, peer_key__in=keys, deleted_at__isnull=True)
        peers = {(scope, key): str(pk) for scope, key, pk in live.values_list("scope", "peer_key", "pk")}
        return {str(pk) for pk in taken}, peers

    def _group(
        self,
        plans: Sequence[tuple[int, Planned]],
        ids: tuple[str, str],
        taken: set[str],
        peers: Mapping[tuple[str, str], str],
    ) -> Group:
        wanted, derived = ids
        oldest = plans[0][1]
        if oldest.group_id:
            return Group(wanted, is_new=wanted not in taken)
        living = peers.get((oldest.scope, oldest.peer_key or ""))
        if living is not None:
            return Group(living, is_new=False)
        new = derived if wanted in taken else wanted
        taken.add(new)  # as text an id can be spelled in two ways, and stand for two conversations
        return Group(new, is_new=True)

    def _made(self, group_ids: set[str]) -> set[str]:
        """Return which of these groups earlier runs, and earlier parts of this one, have made."""
        # Index: chat_legacy_new.
        rows = self._fold.models.rows("LegacyRow").filter(new_model="ChatGroup", new_id__in=group_ids, outcome="kept")
        return set(rows.values_list("new_id", flat=True))

    def _target(
        self,
        plans: list[tuple[int, Planned]],
        times: Mapping[int, int],
        group: Group,
        known: Mapping[tuple[str, str], Known],
    ) -> Target:
        form = plans[0][1].form
        assert form is not None  # noqa: S101 (what becomes nothing has no target)
        seats = seats_of(plans, times, form)
        return Target(
            plans=plans,
            times=times,
            form=form,
            seats=seats,
            reading=Reading(seats.values()),
            group=group,
            memberships=Memberships(self._fold, group, seats, known, retold=any(plan.has_changed for _, plan in plans)),
            known_members=known,
            seen={
                number: any(member.active and known.user is not None for member, known in plan.members())
                for number, plan in plans
            },
        )

    def _lock(self, targets: Iterable[Target]) -> None:
        """Lock the groups that are there, by ascending id, and read how far they are."""
        there = {target.group.id: target for target in targets if not target.group.is_new}
        if not there:
            return
        rows = self._fold.models.rows("ChatGroup").filter(pk__in=there)
        if self._fold.models.connection.features.has_select_for_update:
            rows = rows.select_for_update(no_key=True, of=("self",))
        for pk, last_seq, version, last_at in rows.order_by("pk").values_list(
            "pk", "last_seq", "version", "last_message_at"
        ):
            group = there[str(pk)].group
            group.last_seq, group.version = last_seq, version
            group.last_at = None if last_at is None else micros(last_at)
            group.was_at = (last_seq, version)
            group.has_latest = False

    def _latest(self, group: Group) -> int | None:
        """Return when the newest message was said that stands where its time belongs; of a group that was there."""
        if not group.is_new and not group.has_latest:
            rows = self._fold.models.rows("ChatMessage").filter(group=group.id, sent_at__isnull=True)
            # Index: chat_message_created.
            found = rows.order_by("-created_at").values_list("created_at", flat=True).first()
            group.latest, group.has_latest = (None if found is None else micros(found)), True
        return group.latest

    # What is said there.

    def _slice(self, part: Slice, target: Target, entries: Sequence[Entry]) -> None:
        group, was_new = target.group, target.group.is_new
        if part.begins:
            self._settle(target, entries)
            self._groups.retell(target)
            target.read_up_to = group.last_seq if group.is_native else 0
        target.memberships.begin({} if was_new else self._members_of(group))
        for entry in entries:
            self._entry(entry, target)
        if part.ends:
            target.reading.finish()
        target.memberships.end(target.reading if part.ends else None, target.read_up_to)
        if was_new:
            self._groups.add(target)
        else:
            self._groups.change(target)
        if part.begins:
            self._groups.account(target)
        self._groups.tell_version(group)
        if part.ends:
            self._account_members(part, target)
        group.is_new = False

    def _settle(self, target: Target, entries: Sequence[Entry]) -> None:
        senders = (self._kinds[entry.rank].sender(entry.id) for entry in entries)
        first = next((sender for sender in senders if sender in target.seats), None)
        roles_settle(target.seats, target.oldest, target.form, first)

    def _members_of(self, group: Group) -> dict[UserId, Member]:
        """Return the memberships of a group that is there; those that were read with others are as they were then."""
        found = self._members.pop(group.id, None)
        return self._read_members({group.id}).get(group.id, {}) if found is None else found

    def _read_members(self, group_ids: set[str]) -> dict[str, dict[UserId, Member]]:
        found: dict[str, dict[UserId, Member]] = {}
        rows = self._fold.models.rows("ChatGroupUser").filter(group__in=group_ids)
        for group_id, *values in rows.values_list("group_id", *MEMBER_FIELDS):
            member = Member(*values)
            found.setdefault(str(group_id), {})[member.user] = member
        return found

    def _entry(self, entry: Entry, target: Target) -> None:
        kind, number = self._kinds[entry.rank], entry.conversation
        if not kind.has(entry.id):
            return
        known = kind.before(entry.id, target)
        if known is None and kind.refused(entry.id, seen=target.seen[number]):
            return
        target.reading.passing(number, entry.time)
        if known is not None:
            seq, said = known
            target.memberships.known_passed(number, entry.time, seq, said)
        else:
            placed = self._place(entry, target)
            seq, said = placed.seq, kind.add(placed)
            target.memberships.message_passed(number, entry.time, seq, said)
        target.reading.passed(number, seq, entry.time, said.sender, counts=said.counts)
        kind.read(entry.id, target, number, seq)

    def _place(self, entry: Entry, target: Target) -> Placed:
        """Give an entry its number, version and time: its own, or the next that is free where it comes late."""
        group, at = target.group, entry.time
        flags: list[str] = [Flag.TIME_UNREADABLE] if entry.repaired else []
        if group.last_at is not None and at <= group.last_at:
            at = group.last_at + 1
            latest = self._latest(group)
            is_late = latest is not None and entry.time < latest
            flags.append(Flag.LATE if is_late else Flag.TIME_MOVED)
        if group.is_native:
            flags.append(Flag.NATIVE_GROUP)
        group.last_seq += 1
        group.last_at = at
        sent_at = None if at == entry.time else moment(entry.time)
        return Placed(
            target,
            entry.conversation,
            entry.id,
            group.last_seq,
            group.next_version(),
            entry.time,
            moment(at),
            sent_at,
            flags,
        )

    def _account_members(self, part: Slice, target: Target) -> None:
        ledger = self._fold.ledger
        for row, flags in strangers_of(target.plans):
            if (row.table, row.old_id) not in target.known_members:
                ledger.quarantined(row, Reason.PERSON_UNKNOWN, flags)
        collapsed = target.memberships.account(target.reading)
        if collapsed:
            said = f"{UNREAD_COLLAPSED}:{collapsed}"
            if part.begins:
                ledger.flag_added(target.oldest.row, said)
            else:
                ledger.flag(target.oldest.row, said)

    def _known_members(self, plans: Sequence[Planned]) -> dict[tuple[str, str], Known]:
        """Return which rows of members were accounted for before."""
        if self._fold.ledger.is_empty:
            return {}
        by_table: dict[str, list[str]] = {}
        for plan in plans:
            for member in plan.old.members:
                if member.row is not None:
                    by_table.setdefault(member.row.table, []).append(member.row.old_id)
        return {
            (table, old_id): known
            for table, old_ids in by_table.items()
            for old_id, known in self._fold.ledger.known(table, old_ids).items()
        }
