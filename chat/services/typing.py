"""Who is writing just now: kept in the cache for a few seconds, never in the database."""

from uuid import UUID

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import policy
from chat.adapter import User, UserId
from chat.exceptions import NotAllowed, NotFound
from chat.models import ChatGroupUser
from chat.roles import Action
from chat.services.people.relations import settings_of, sharing
from chat.services.safety.standing import require_not_suspended

TYPING_SECONDS = 6
"""How long somebody counts as writing; clients repeat it before."""


def typing_set(*, acting_user: User, group_id: UUID, typing: bool) -> bool:
    """Note that the person is writing in a group, or no longer; return whether the others are told.

    They are not where the person's setting ``typing_indicators`` is off. Who may: members who may send there now.
    Raises NotFound, NotAllowed (also ``silenced``, ``suspended``).
    """
    _require_may_write(_membership(acting_user, group_id))
    told = settings_of(acting_user.pk).typing_indicators
    if typing and told:
        cache.set(_key(group_id, acting_user.pk), True, TYPING_SECONDS)
    else:
        cache.delete(_key(group_id, acting_user.pk))
    return told


def typing_allowed(user: User, group_id: UUID) -> bool:
    """Return whether the others would be told that ``user`` is writing. Raises NotFound."""
    try:
        _require_may_write(_membership(user, group_id))
    except NotAllowed:
        return False
    return settings_of(user.pk).typing_indicators


def typing_now(user: User, group_id: UUID) -> list[UserId]:
    """Return the others who are writing in a group, as far as they and ``user`` let each other know. Raises NotFound.

    Where one of the two has ``typing_indicators`` off, or blocks the other, nothing is told.
    """
    membership = _membership(user, group_id)
    others = ChatGroupUser.objects.live().filter(group_id=membership.group_id).exclude(user=user)
    keys = {_key(group_id, user_id): user_id for user_id in others.values_list("user_id", flat=True)}
    writing = [keys[key] for key in cache.get_many(keys)]
    telling = sharing("typing_indicators", user.pk, writing)
    return [user_id for user_id in writing if user_id in telling]


def _require_may_write(membership: ChatGroupUser) -> None:
    policy.require(policy.may(membership, Action.MESSAGE_SEND))
    if membership.silenced_until is not None and membership.silenced_until > timezone.now():
        raise NotAllowed(_("A moderator has silenced you in this conversation for a time."), code="silenced")
    if membership.is_guarded:
        require_not_suspended(membership.user_id)


def _membership(user: User, group_id: UUID) -> ChatGroupUser:
    membership = ChatGroupUser.objects.of(user).filter(group_id=group_id).select_related("group").first()
    if membership is None:
        raise NotFound
    return membership


def _key(group_id: UUID, user_id: UserId) -> str:
    return f"chat:typing:{group_id}:{user_id}"
