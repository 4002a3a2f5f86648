"""Guarding: whom a folded block or setting may forbid to send is asked about again at the next send."""

from collections.abc import Iterable
from functools import reduce
from itertools import islice
from operator import or_

from django.db.models import Q

from chat.adapter import UserId
from chat.legacy.context import Fold
from chat.roles import GroupType

_AT_ONCE = 50


def guard_pairs(fold: Fold, pairs: Iterable[tuple[UserId, UserId]]) -> None:
    """Guard both of two people in their conversation. Locks the memberships."""
    remaining = iter(pairs)
    while some := list(islice(remaining, _AT_ONCE)):
        both = [*some, *((other, one) for one, other in some)]
        _guard(fold, [Q(user=one, group__memberships__user=other) for one, other in both])


def guard_peers_of(fold: Fold, users: Iterable[UserId]) -> None:
    """Guard everybody who has a conversation of two with one of these people. Locks the memberships."""
    remaining = iter(users)
    while some := list(islice(remaining, _AT_ONCE)):
        _guard(fold, [Q(group__memberships__user__in=some)])


def _guard(fold: Fold, which: list[Q]) -> None:
    """Guard memberships, also those that are: a send that is about to lift the guard must be waited for."""
    rows = fold.models.rows("ChatGroupUser").filter(reduce(or_, which), group__group_type=GroupType.PEER)
    keys = rows.order_by("pk")
    if fold.models.connection.features.has_select_for_update:
        keys = keys.select_for_update(no_key=True, of=("self",))
    members = fold.models.rows("ChatGroupUser")
    members.filter(pk__in=list(dict.fromkeys(keys.values_list("pk", flat=True)))).update(is_guarded=True)
