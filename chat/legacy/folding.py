"""Folding: the planned groups are written, a batch at a time, each in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Greatest

from chat.adapter import UserId
from chat.choices import SupportStatus
from chat.legacy.context import Fold
from chat.legacy.ledger import Known
from chat.legacy.memberships import MEMBER_FIELDS, Member, Memberships
from chat.legacy.planning import PEERS, Form, Planned
from chat.legacy.reading import Reading
from chat.legacy.rows import Kind
from chat.legacy.scratch import Entry, Slice
from chat.legacy.seats import roles_settle, seats_of, strangers_of
from chat.legacy.targets import Group, Items, Placed, Target
from chat.legacy.texts import cleaned
from chat.legacy.times import micros, moment
from chat.legacy.words import UNREAD_COLLAPSED, Flag, Reason
from chat.roles import GroupType, Posting

GROUP_COLUMNS = (
    "id",
    "scope",
    "group_type",
    "client_user_id",
    "name",
    "description",
    "created_by_id",
    "peer_key",
    "posting",
    "support_status",
    "last_seq",
    "version",
    "last_message_at",
    "created_at",
    "changed_at",
    "closed_at",
)
NAME_MAX_LENGTH = 255
_TYPES = {
    Form.PEER: GroupType.PEER,
    Form.LONE: GroupType.PEER,
    Form.GROUP: GroupType.GROUP,
    Form.SUPPORT: GroupType.SUPPORT,
}
_FOUND_FIELDS = ("pk", "last_seq", "version", "last_message_at", "scope", "peer_key", "deleted_at")


class Folding:
    """Folds batches of targets. One instance serves one run."""

    def __init__(self, fold: Fold, kinds: Sequence[Items]) -> None:
        self._fold = fold
        self._groups = fold.writer.table("ChatGroup", GROUP_COLUMNS)
        self._requests = fold.writer.table("SupportRequest", ("group_id",))
        self._kinds = {kind.rank: kind for kind in kinds}
        self._open: dict[int, Target] = {}

    def batch(self, slices: Sequence[Slice]) -> None:
        """Write what these slices of the timeline become, in one transaction. Locks the groups that are there.

        Raises IntegrityError where somebody starts one of these conversations here meanwhile.
        """
        fold = self._fold
        with transaction.atomic(using=fold.models.database):
            fold.begin_writing()
            fold.people.forget()
            entries = self._entries(slices)
            for rank, kind in self._kinds.items():
                kind.load([entry for entries_of in entries.values() for entry in entries_of if entry.rank == rank])
            targets = self._targets(slices)
            for part in slices:
                self._slice(part, targets[part.target], entries.get(part.target, []))
            fold.ledger.prepare()
            fold.writer.flush()
        self._open = {part.target: targets[part.target] for part in slices if not part.ends}

    def _entries(self, slices: Sequence[Slice]) -> dict[int, list[Entry]]:
        full = [part for part in slices if part.end > part.first]
        found: dict[int, list[Entry]] = {}
        for entry in self._fold.scratch.entries(full[0].first, full[-1].end) if full else ():
            found.setdefault(entry.target or 0, []).append(entry)
        return found

    # Which groups.

    def _targets(self, slices: Sequence[Slice]) -> dict[int, Target]:
        """Return the targets of the slices, their groups locked."""
        numbers = [part.target for part in slices]
        plans, times = self._fold.scratch.conversations(numbers), self._fold.scratch.times(numbers)
        begun = {part.target: plans[part.target] for part in slices if part.target not in self._open}
        ids = {number: self._id(own, times) for number, own in begun.items()}
        found, peers = self._found(ids, begun)
        targets = {part.target: self._open[part.target] for part in slices if part.target in self._open}
        groups = {target.group.id: target.group for target in targets.values()}
        for number, own in begun.items():
            group = self._group(own, ids[number], found, peers)
            targets[number] = self._target(own, times, groups.setdefault(group.id, group))
        self._lock(list(targets.values()))
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
            return Group(wanted, is_new=wanted not in taken, is_native=not self._made(wanted))
        living = peers.get((oldest.scope, oldest.peer_key or ""))
        if living is not None:
            return Group(living, is_new=False, is_native=not self._made(living))
        return Group(derived if wanted in taken else wanted, is_new=True)

    def _made(self, group_id: str) -> bool:
        """Return whether an earlier run made this group."""
        rows = self._fold.models.rows("LegacyRow")
        # Index: chat_legacy_new.
        return bool(rows.filter(new_model="ChatGroup", new_id=group_id, outcome="kept").exists())

    def _target(self, plans: list[tuple[int, Planned]], times: Mapping[int, int], group: Group) -> Target:
        form = plans[0][1].form
        assert form is not None  # noqa: S101 (what becomes nothing has no target)
        seats = seats_of(plans, times, form)
        known = self._known_members(plans)
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
        self._read_latest(there)

    def _read_latest(self, there: Mapping[str, Target]) -> None:
        messages = self._fold.models.rows("ChatMessage").filter(group__in=there, sent_at__isnull=True)
        for pk, latest in messages.values_list("group").annotate(latest=Max("created_at")):
            there[str(pk)].group.latest = micros(latest)

    # What is said there.

    def _slice(self, part: Slice, target: Target, entries: Sequence[Entry]) -> None:
        group, was_new = target.group, target.group.is_new
        if part.begins:
            self._settle(target, entries)
            self._retell(target)
            target.read_up_to = group.last_seq if group.is_native else 0
        target.memberships.begin({} if was_new else self._members(target))
        for entry in entries:
            self._entry(entry, target)
        if part.ends:
            target.reading.finish()
        target.memberships.end(target.reading if part.ends else None, target.read_up_to)
        if was_new:
            self._add_group(target)
        else:
            self._change_group(target)
        self._account(part, target)
        group.is_new = False

    def _retell(self, target: Target) -> None:
        """Apply what was changed of the conversation itself, unless something happened in its group here."""
        plan, group = target.oldest, target.group
        known = plan.known
        if group.is_new or known is None or not plan.has_changed:
            return
        flag = Flag.NEW_APP_WINS
        if not group.is_native and known.folded_version == group.version and target.form not in PEERS:
            flag = Flag.CHANGED_LATER
            group.next_version()
            self._fold.models.rows("ChatGroup").filter(pk=group.id).update(
                name=_name(plan), description=cleaned(plan.old.description), posting=_posting(plan)
            )
        flags = sorted({*known.flags, flag})
        self._fold.ledger.update(known.pk, fingerprint=plan.row.fingerprint, flags=flags)

    def _settle(self, target: Target, entries: Sequence[Entry]) -> None:
        senders = (self._kinds[entry.rank].sender(entry.id) for entry in entries)
        first = next((sender for sender in senders if sender in target.seats), None)
        roles_settle(target.seats, target.oldest, target.form, first)

    def _members(self, target: Target) -> dict[UserId, Member]:
        rows = self._fold.models.rows("ChatGroupUser").filter(group=target.group.id)
        return {values[1]: Member(*values) for values in rows.values_list(*MEMBER_FIELDS)}

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
            is_late = group.latest is not None and entry.time < group.latest
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

    # The group itself.

    def _add_group(self, target: Target) -> None:
        group, plan = target.group, target.oldest
        is_peer = target.form in PEERS
        began = moment(target.began())
        last_at = None if group.last_at is None else moment(group.last_at)
        owner = next((seat.user for seat in target.seats.values() if seat.role == "owner"), None)
        is_request = target.form == Form.SUPPORT
        self._groups.append(
            (
                group.id,
                plan.scope,
                _TYPES[target.form],
                plan.client if is_request else None,
                None if is_peer else _name(plan),
                "" if is_peer else cleaned(plan.old.description),
                owner if is_peer else plan.creator,
                plan.peer_key,
                _posting(plan),
                SupportStatus.OPEN if is_request else None,
                group.last_seq,
                group.version,
                last_at,
                began,
                last_at or began,
                (last_at or began) if target.form == Form.LONE else None,
            )
        )
        if is_request:
            self._requests.append((group.id,))

    def _change_group(self, target: Target) -> None:
        group = target.group
        if (group.last_seq, group.version) != group.was_at:
            changes: dict[str, Any] = {"last_seq": group.last_seq, "version": group.version}
            if group.last_at is not None:
                changes["last_message_at"] = moment(group.last_at)
                if not group.is_native:  # as if it had been written at once
                    changes["changed_at"] = Greatest(F("changed_at"), moment(group.last_at))
                if target.form == Form.LONE:
                    changes["closed_at"] = moment(group.last_at)
            self._fold.models.rows("ChatGroup").filter(pk=group.id).update(**changes)

    def _account(self, part: Slice, target: Target) -> None:
        """Say what became of the conversations, and with the last slice of their members."""
        ledger, group = self._fold.ledger, target.group
        nowhere = 0
        if part.ends:
            nowhere = target.memberships.account(target.reading)
            for row, flags in strangers_of(target.plans):
                if (row.table, row.old_id) not in target.known_members:
                    ledger.quarantined(row, Reason.PERSON_UNKNOWN, flags)
        if part.begins:
            for place, (_, plan) in enumerate(target.plans):
                flags = [*plan.flags, *([Flag.NATIVE_GROUP] if group.is_native else [])]
                if nowhere and not place:
                    flags.append(f"{UNREAD_COLLAPSED}:{nowhere}")
                if plan.group_id:
                    continue
                if group.is_new and not place:
                    ledger.kept(plan.row, "ChatGroup", group.id, group.version, flags)
                else:
                    reason = Reason.NATIVE_GROUP if group.is_native else Reason.SAME_CONVERSATION
                    ledger.add(
                        plan.row,
                        "merged",
                        reason=reason,
                        flags=flags,
                        new_model="ChatGroup",
                        new_id=group.id,
                        version=group.version,
                    )
        if not group.is_new and group.version != group.was_at[1]:
            rows = self._fold.models.rows("LegacyRow")
            rows.filter(new_model="ChatGroup", new_id=group.id).update(folded_version=group.version)

    def _known_members(self, plans: Sequence[tuple[int, Planned]]) -> dict[tuple[str, str], Known]:
        """Return which rows of members were accounted for before."""
        if self._fold.ledger.is_empty:
            return {}
        by_table: dict[str, list[str]] = {}
        for _, plan in plans:
            for member in plan.old.members:
                if member.row is not None:
                    by_table.setdefault(member.row.table, []).append(member.row.old_id)
        return {
            (table, old_id): known
            for table, old_ids in by_table.items()
            for old_id, known in self._fold.ledger.known(table, old_ids).items()
        }


def _posting(plan: Planned) -> Posting:
    return Posting.ADMINS if plan.old.kind == Kind.CHANNEL else Posting.EVERYONE


def _name(plan: Planned) -> str | None:
    name = cleaned(plan.old.name or "")
    if len(name) > NAME_MAX_LENGTH:
        plan.flags.append(Flag.NAME_CUT)
    return name[:NAME_MAX_LENGTH] or None
