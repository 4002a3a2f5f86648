"""Whether a member may send right now: what blocks, privacy settings and measures say, beside the permission table.

A membership is *guarded* while any of that may forbid its person to send. Each send of a guarded member asks every rule
and, where none has anything more to say, lifts the guard; members without it go the fast path. Whoever brings a rule
into force writes that first, then sets the guard on the memberships it concerns: a send that lifts the guard holds the
membership's lock, so the guard comes back after it, and no later send is unseen.
"""

from collections.abc import Callable

from django.db.models import QuerySet

from chat.models import ChatGroupUser
from chat.services.people.rules import peer_rule
from chat.services.support.watch import desk_rule

Rule = Callable[[ChatGroupUser], bool]
"""Raises a ChatError where it forbids sending now; returns whether it wants to be asked again at the next send."""

RULES: tuple[Rule, ...] = (peer_rule, desk_rule)


def require_free_to_send(membership: ChatGroupUser) -> None:
    """Raise what the first rule that forbids it says; else lift the guard of a member for whom nothing is in force.

    ``membership`` is locked, with its locked ``group``.
    """
    if not membership.is_guarded:
        return
    standing = [rule(membership) for rule in RULES]  # all of them: a later one may forbid what an earlier one watches
    if not any(standing):
        membership.is_guarded = False
        membership.save(update_fields=["is_guarded"])


def guard(memberships: QuerySet[ChatGroupUser]) -> None:
    """Let every next send of these members ask the rules. Locks the memberships by id.

    Also those that are guarded: a send that is about to lift the guard has not said so yet, and must be waited for.
    """
    locked = memberships.order_by("pk").select_for_update(no_key=True, of=("self",))
    ChatGroupUser.objects.filter(pk__in=locked.values("pk")).update(is_guarded=True)
