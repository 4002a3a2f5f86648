"""Planning: which conversations become which groups, and in which order everything was said."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from chat.adapter import UserId
from chat.legacy.identity import Known, People
from chat.legacy.ledger import Known as LedgerEntry
from chat.legacy.ledger import Ledger, implied
from chat.legacy.rows import Kind, OldConversation, OldMember, Row
from chat.legacy.scratch import Scratch
from chat.legacy.times import micros_or_none
from chat.legacy.words import Flag
from chat.peers import lone_key, peer_key
from chat.roles import Role

_AT_ONCE = 500


class Form(StrEnum):
    """What a conversation becomes."""

    PEER = "peer"
    LONE = "lone"  # a peer group whose other side is unknown
    GROUP = "group"
    SUPPORT = "support"


PEERS = frozenset({Form.PEER, Form.LONE})


@dataclass(slots=True, kw_only=True)
class Planned:
    """One conversation, with who its people are."""

    old: OldConversation
    form: Form | None
    """None: nothing, as nobody is known."""
    people: list[Known]
    """Of each member's row, in its order."""
    creator: UserId | None = None
    client: UserId | None = None
    scope: str = ""
    peer_key: str | None = None
    known: LedgerEntry | None = None
    """What an earlier run said of it."""
    flags: list[str] = field(default_factory=list)

    @property
    def row(self) -> Row:
        """The row that is accounted for: its own, or the one that stands for it."""
        return self.old.row or implied(self.old.key)

    @property
    def group_id(self) -> str:
        """The group that an earlier run put it in; empty where none did."""
        return "" if self.known is None else self.known.new_id

    @property
    def has_changed(self) -> bool:
        """Whether its row says something else than when it was folded."""
        return self.known is not None and self.known.fingerprint != self.row.fingerprint

    def members(self) -> Iterator[tuple[OldMember, Known]]:
        """Yield everybody's rows, with who they are."""
        return zip(self.old.members, self.people, strict=True)


def plan_conversations(
    conversations: Iterable[OldConversation],
    *,
    people: People,
    ledger: Ledger,
    scratch: Scratch,
    source: tuple[str, str],
    changed: set[str] | None,
) -> int:
    """Keep every conversation in scratch with what it becomes; return how many there are.

    ``source`` is its name and database; ``changed`` the keys of those that are folded (None: all).
    """
    remaining, count = iter(conversations), 0
    while some := list(islice(remaining, _AT_ONCE)):
        for planned in _planned(some, people, ledger, source):
            scratch.conversation_add(
                key=planned.old.key,
                time=micros_or_none(planned.old.created_at),
                joint=_joint(planned),
                wanted=changed is None or planned.old.key in changed,
                data=planned,
            )
        count += len(some)
    return count


def _joint(planned: Planned) -> str | None:
    """Return what conversations have in common that become one group."""
    if planned.form is None:
        return None
    if planned.group_id:
        return f"={planned.group_id}"
    return f"{planned.scope}:{planned.peer_key}" if planned.peer_key else f"#{planned.old.key}"


def _planned(
    some: Sequence[OldConversation], people: People, ledger: Ledger, source: tuple[str, str]
) -> Iterator[Planned]:
    people.forget()
    people.find(person for old in some for person in (old.created_by, old.client))
    people.find(member.person for old in some for member in old.members)
    plans = [_shaped(old, people) for old in some]
    scopes = people.scopes_of(user for plan in plans for user in _users(plan))
    known = _known(plans, ledger)
    for plan in plans:
        users = sorted(_users(plan), key=str)
        plan.scope = scopes.get(users[0], "") if users else ""
        if plan.form == Form.PEER:
            plan.peer_key = peer_key(plan.scope, (users[0], users[-1]))
        elif plan.form == Form.LONE:
            plan.peer_key = lone_key(*source, plan.old.key)
        plan.known = known.get((plan.row.table, plan.row.old_id))
        yield plan


def _known(plans: Sequence[Planned], ledger: Ledger) -> dict[tuple[str, str], LedgerEntry]:
    by_table: dict[str, list[str]] = {}
    for plan in plans:
        by_table.setdefault(plan.row.table, []).append(plan.row.old_id)
    return {
        (table, old_id): entry
        for table, old_ids in by_table.items()
        for old_id, entry in ledger.known(table, old_ids).items()
    }


def _users(plan: Planned) -> set[UserId]:
    return {known.user for known in plan.people if known.user is not None}


def _shaped(old: OldConversation, people: People) -> Planned:
    plan = Planned(
        old=old,
        form=None,
        people=[people.of(member.person) for member in old.members],
        creator=people.of(old.created_by).user,
        client=people.of(old.client).user,
        flags=list(old.flags),
    )
    users = _users(plan)
    if not users:
        return plan
    if old.kind == Kind.DIRECT:
        plan.form = _form_of_direct(plan, users)
    elif old.kind == Kind.SUPPORT:
        plan.form = _form_of_support(plan, users, people)
    else:
        plan.form = Form.GROUP
    return plan


def _form_of_direct(plan: Planned, users: set[UserId]) -> Form:
    if len(users) > 2:  # noqa: PLR2004 (two people)
        plan.flags.append(Flag.BECAME_GROUP)
        return Form.GROUP
    is_alone = len(plan.people) == 1 or any(known.user is None for known in plan.people)
    if len(users) == 1 and is_alone:
        plan.flags.append(Flag.OTHER_SIDE_UNKNOWN)
        return Form.LONE
    return Form.PEER


def _form_of_support(plan: Planned, users: set[UserId], people: People) -> Form:
    if plan.client is None:
        clients = {known.user for member, known in plan.members() if member.role == Role.CLIENT} - {None}
        plan.client = clients.pop() if len(clients) == 1 else None
    if plan.client is None:
        plan.flags.append(Flag.SUPPORT_WITHOUT_CLIENT)
        return Form.GROUP
    others = ((member, known.user) for member, known in plan.members() if known.user not in (None, plan.client))
    misfits = {user for member, user in others if member.role != Role.STAFF}
    if not misfits <= people.staff(misfits):
        plan.flags.append(Flag.SUPPORT_BECAME_GROUP)
        plan.client = None
        return Form.GROUP
    if plan.client not in users:
        plan.flags.append(Flag.CLIENT_NO_MEMBER)
    return Form.SUPPORT
