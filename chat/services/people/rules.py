"""What privacy says of a conversation of two: who blocks, or does not want to be written to, gets nothing new."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from chat.adapter import UserId
from chat.choices import Audience
from chat.models import Block, ChatGroupUser, ChatSettings
from chat.roles import GroupType
from chat.services.people.relations import audience_allows, privacy_error


def peer_rule(membership: ChatGroupUser) -> bool:
    """Raise NotAllowed (``privacy``) where a block or ``who_can_message`` of the other person forbids to send.

    Returns whether it must be asked again at the next send: contacts may end where nobody says so, as with the host's.
    """
    other = _other(membership)
    if other is None:
        return False
    user_id, blocked, audience = other
    if blocked or not audience_allows(audience, owner_id=user_id, other_id=membership.user_id):
        raise privacy_error()
    return audience != Audience.EVERYONE


def require_unblocked(membership: ChatGroupUser) -> None:
    """Raise NotAllowed (``privacy``) where a block stands between the two people of a conversation.

    For what is not sending, and changes what the other sees: as where a conversation is closed. ``membership`` is
    locked.
    """
    if membership.is_guarded:  # whoever blocks sets it
        other = _other(membership)
        if other is not None and other[1]:
            raise privacy_error()


def peers_of(*user_ids: UserId) -> QuerySet[ChatGroupUser]:
    """Return the memberships in conversations of two that all of these people are in: whom a new rule may concern."""
    rows = ChatGroupUser.objects.filter(group__group_type=GroupType.PEER)
    for user_id in user_ids:
        rows = rows.filter(group__memberships__user=user_id)
    return rows


def _other(membership: ChatGroupUser) -> tuple[Any, bool, str] | None:
    """Return the other person of a conversation of two, whether there is a block, and whom they let write to them."""
    if membership.group.group_type != GroupType.PEER:
        return None
    settings = ChatSettings.objects.filter(user=OuterRef("user_id"))
    others = membership.group.memberships.exclude(user=membership.user_id).annotate(
        blocked=Block.objects.with_row(membership.user_id), audience=Subquery(settings.values("who_can_message"))
    )
    row = others.values_list("user_id", "blocked", "audience").first()
    if row is None:
        return None
    return row[0], row[1], Audience.EVERYONE if row[2] is None else row[2]
