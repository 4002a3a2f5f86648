"""What changed for one member since a version: the one read behind polling, sync and reconnecting clients.

The rules (design: "Change"): the group's version is read first, with the membership, in one statement; then rows whose
version lies above what the client knows and not above that first value. So a change that commits meanwhile comes next
time, nothing is passed over, and nobody is shown what was written after they were removed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import groupby
from operator import or_
from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from chat.adapter import User
from chat.models.hidden import MessageHidden
from chat.models.listing import listed
from chat.models.membership import ChatGroupUser
from chat.models.message import ChatMessage
from chat.models.prepared import Row

Changed = TypeVar("Changed", ChatMessage, ChatGroupUser, MessageHidden)
Known = tuple[int, int]
"""What a client knows of a group: version and state_version."""


@dataclass(slots=True)
class Changes:
    """What changed in one group since the client's ``since``.

    ``membership`` is the viewer's own, with ``group``; ``version`` and ``state_version`` are what the client knows
    next. With ``reset`` the client knows too little, or more than there is, and must load the group anew; the lists are
    then empty. ``has_more``: call again with those two. Members who left are among ``members``, with ``left_at``;
    ``hidden`` are messages that the viewer hid, and those that they show again are among ``messages``.
    """

    membership: ChatGroupUser
    version: int
    group_changed: bool
    state_changed: bool
    reset: bool = False
    has_more: bool = False
    state_version: int = 0
    members: list[ChatGroupUser] = field(default_factory=list)
    messages: list[ChatMessage] = field(default_factory=list)
    hidden: list[UUID] = field(default_factory=list)


Pair = tuple[Changes, Known]


@dataclass(frozen=True, slots=True)
class Synced:
    """What changed in all groups of one person.

    ``gained`` are the groups that the client did not name, by id; with ``gained_next`` there are more after that one.
    """

    changed: list[Changes]
    gained: list[Row]
    gained_next: UUID | None
    lost: list[UUID]


def changes_since(membership: ChatGroupUser, known: Known, *, limit: int) -> Changes:
    """Return at most ``limit`` changed messages and members of the group since ``known``, for its member.

    ``membership`` was read together with its ``group``, before this call. At most four statements.
    """
    pairs = [(_begin(membership, known), known)]
    _fill(pairs, limit)
    _fill_hidden(pairs, limit)
    return pairs[0][0]


def sync_since(
    user: User, known: Mapping[UUID, Known], *, limit: int, gained_limit: int, gained_after: UUID | None = None
) -> Synced:
    """Return what changed in all groups of ``user`` since ``known``, at most ``limit`` messages and members in all.

    Of the groups that are not ``known``, those after ``gained_after`` come, at most ``gained_limit``.
    Groups that ``user`` cannot see (any more) are ``lost``, whether they exist or not. At most six statements.
    """
    mine = ChatGroupUser.objects.of(user).select_related("group").with_unread()
    memberships = list(mine.filter(group_id__in=known).order_by("group_id"))
    pairs = [(_begin(row, known[row.group_id]), known[row.group_id]) for row in memberships]
    _fill(pairs, limit)
    _fill_hidden(pairs, limit)
    gained, gained_next = _gained(user, known, gained_after, gained_limit)
    return Synced(
        changed=[changes for changes, _ in pairs if changes.reset or changes.group_changed or changes.state_changed],
        gained=gained,
        gained_next=gained_next,
        lost=sorted(known.keys() - {row.group_id for row in memberships}),
    )


def _gained(user: User, known: Collection[UUID], after: UUID | None, limit: int) -> tuple[list[Row], UUID | None]:
    """Return a page of the groups that are not known, and the last one's id where there are more.

    By id, which no message changes: a group that moved meanwhile would be passed over in the order of the list.
    """
    mine = ChatGroupUser.objects.conversations_of(user).exclude(group_id__in=known)
    rows = listed(mine.filter(group_id__gt=after) if after else mine)
    found = list(rows.order_by("group_id")[: limit + 1])
    page = found[:limit]
    return page, page[-1]["group_id"] if len(found) > limit else None


def _begin(membership: ChatGroupUser, known: Known) -> Changes:
    since, state_since = known
    version = membership.group.version
    return Changes(
        membership=membership,
        version=version,
        group_changed=since != version,
        state_changed=state_since != membership.state_version,
        reset=not membership.floor_version <= since <= version,
        state_version=membership.state_version,
    )


def _fill(pairs: Sequence[Pair], limit: int) -> None:
    """Read the changed rows of several groups, at most ``limit`` of each table in all."""
    behind = [(changes, known) for changes, known in pairs if not changes.reset and known[0] < changes.version]
    if not behind:
        return
    messages = ChatMessage.objects.filter(reduce(or_, (_span(*pair) & _seen(pair[0]) for pair in behind)))
    members = ChatGroupUser.objects.filter(reduce(or_, (_span(*pair) for pair in behind)))
    message_rows, messages_cut_in = _read(messages, limit)
    member_rows, members_cut_in = _read(members, limit)
    for changes, (since, _) in behind:
        group_id = changes.membership.group_id
        found_messages, found_members = message_rows.get(group_id, []), member_rows.get(group_id, [])
        cuts = [
            rows[-1].version if rows else since
            for rows, cut_in in ((found_messages, messages_cut_in), (found_members, members_cut_in))
            if cut_in is not None and cut_in <= group_id
        ]
        if cuts:
            changes.version, changes.has_more = min(cuts), True
        changes.messages = [row for row in found_messages if row.version <= changes.version]
        changes.members = [row for row in found_members if row.version <= changes.version]


def _span(changes: Changes, known: Known) -> Q:
    # Indexes: chat_message_version, chat_member_version.
    return Q(group_id=changes.membership.group_id, version__gt=known[0], version__lte=changes.version)


def _seen(changes: Changes) -> Q:
    membership = changes.membership
    return Q(~MessageHidden.objects.of_message_for(membership.user_id), seq__gte=membership.visible_from_seq)


def _fill_hidden(pairs: Sequence[Pair], limit: int) -> None:
    """Read what the viewer hid or showed again in several groups, at most ``limit`` in all."""
    # Members who never hid anything are most, and pay one look at an index.
    behind = [(changes, known) for changes, known in pairs if not changes.reset and changes.state_changed]
    if not behind:
        return
    rows, cut_in = _read(MessageHidden.objects.filter(reduce(or_, (_own(*pair) for pair in behind))), limit)
    for changes, (_, state_since) in behind:
        group_id = changes.membership.group_id
        found = rows.get(group_id, [])
        if cut_in is not None and cut_in <= group_id:
            changes.state_version = found[-1].state_version if found else state_since
            changes.has_more = True
        changes.hidden = [row.message_id for row in found if row.active]
    _fill_shown_again(behind, [row.message_id for found in rows.values() for row in found if not row.active])


def _fill_shown_again(behind: Sequence[Pair], message_ids: Collection[UUID]) -> None:
    shown: dict[UUID, list[ChatMessage]] = {}
    for message in ChatMessage.objects.filter(pk__in=message_ids) if message_ids else ():
        shown.setdefault(message.group_id, []).append(message)
    for changes, _ in behind:
        known = {message.pk for message in changes.messages}
        first = changes.membership.visible_from_seq
        again = shown.get(changes.membership.group_id, [])
        changes.messages += [row for row in again if row.seq >= first and row.pk not in known]


def _own(changes: Changes, known: Known) -> Q:
    # Index: chat_hidden_changed.
    membership = changes.membership
    return Q(
        group_id=membership.group_id,
        user_id=membership.user_id,
        state_version__gt=known[1],
        state_version__lte=membership.state_version,
    )


def _read(rows: QuerySet[Changed], limit: int) -> tuple[dict[UUID, list[Changed]], UUID | None]:
    """Return the rows by group, and the group in which the limit cut (None: it did not)."""
    number = "state_version" if rows.model is MessageHidden else "version"
    found = list(rows.order_by("group_id", number)[: limit + 1])
    cut_in = found[limit].group_id if len(found) > limit else None
    kept = found[:limit]
    return {group_id: list(of_group) for group_id, of_group in groupby(kept, key=lambda row: row.group_id)}, cut_in
