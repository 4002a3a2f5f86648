"""Groups: what a target becomes, and what is said of its conversations."""

from typing import Any

from django.db.models import F
from django.db.models.functions import Greatest

from chat.choices import Outcome, SupportStatus
from chat.legacy.context import Fold
from chat.legacy.planning import PEERS, Form, Planned
from chat.legacy.rows import Kind
from chat.legacy.targets import Group, Target
from chat.legacy.texts import cleaned
from chat.legacy.times import moment
from chat.legacy.words import Flag, Reason
from chat.roles import GroupType, Posting, Role

COLUMNS = (
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


class Groups:
    """Adds groups, and changes those that are there, which are locked."""

    def __init__(self, fold: Fold) -> None:
        self._fold = fold
        self._rows = fold.writer.table("ChatGroup", COLUMNS)
        self._requests = fold.writer.table("SupportRequest", ("group_id",))

    def add(self, target: Target) -> None:
        """Add a new group, as far as it has come."""
        group, plan = target.group, target.oldest
        is_peer = target.form in PEERS
        began = moment(target.began())
        last_at = None if group.last_at is None else moment(group.last_at)
        owner = next((seat.user for seat in target.seats.values() if seat.role == Role.OWNER), None)
        is_request = target.form == Form.SUPPORT
        self._rows.append(
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

    def change(self, target: Target) -> None:
        """Write how far a group has come that was there."""
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

    def retell(self, target: Target) -> None:
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

    def account(self, target: Target) -> None:
        """Say what became of the conversations that no earlier run has accounted for."""
        group = target.group
        native = [Flag.NATIVE_GROUP] if group.is_native else []
        for place, (_, plan) in enumerate(target.plans):
            if plan.known is not None:
                continue
            is_kept = group.is_new and not place
            reason = Reason.NATIVE_GROUP if group.is_native else Reason.SAME_CONVERSATION
            self._fold.ledger.add(
                plan.row,
                Outcome.KEPT if is_kept else Outcome.MERGED,
                reason="" if is_kept else reason,
                flags=[*plan.flags, *native],
                new_model="ChatGroup",
                new_id=group.id,
                version=group.version,
            )

    def tell_version(self, group: Group) -> None:
        """Say of a group that was there how far it has come: what is above is people's."""
        if not group.is_new and group.version != group.was_at[1]:
            rows = self._fold.models.rows("LegacyRow").filter(new_model="ChatGroup", new_id=group.id)
            rows.update(folded_version=group.version)


def _posting(plan: Planned) -> Posting:
    return Posting.ADMINS if plan.old.kind == Kind.CHANNEL else Posting.EVERYONE


def _name(plan: Planned) -> str | None:
    name = cleaned(plan.old.name or "")
    if len(name) > NAME_MAX_LENGTH:
        plan.flags.append(Flag.NAME_CUT)
    return name[:NAME_MAX_LENGTH] or None
