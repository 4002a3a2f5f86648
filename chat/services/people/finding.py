"""Who may name whom: people whom the host lets find each other, or who meet in a conversation."""

from collections.abc import Collection

from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from chat.adapter import User, UserId, get_adapter
from chat.exceptions import InvalidInput
from chat.models import ChatGroupUser


def person_find(acting_user: User, user_id: UserId, *, field: str) -> User:
    """Return the person whom ``acting_user`` names, if they may find them (oneself always).

    Raises InvalidInput naming ``field``: unknown, hidden and other tenants' people look the same.
    """
    if user_id == acting_user.pk:
        return acting_user
    adapter = get_adapter()
    person = adapter.findable_by(acting_user).filter(pk=user_id).first()
    if person is None or adapter.scope_of(person) != adapter.scope_of(acting_user):
        raise InvalidInput(_("There is no such person."), code="unknown_user", field=field)
    return person


def other_find(acting_user: User, user_id: UserId, *, field: str) -> User:
    """Return the person, another than ``acting_user``, whom they may find or meet in a group.

    Raises InvalidInput naming ``field``.
    """
    if user_id == acting_user.pk:
        raise InvalidInput(_("This is you yourself."), code="oneself", field=field)
    known = people_known(acting_user, [user_id])
    person = get_user_model()._default_manager.filter(pk__in=known).first()
    if person is None:
        raise InvalidInput(_("There is no such person."), code="unknown_user", field=field)
    return person


def people_known(user: User, user_ids: Collection[UserId]) -> set[UserId]:
    """Return those of ``user_ids`` whom ``user`` may find or meets in a group. At most two statements."""
    adapter = get_adapter()
    scope = adapter.scope_of(user)
    people = adapter.findable_by(user).filter(pk__in=user_ids) if user_ids else ()
    found = {person.pk for person in people if adapter.scope_of(person) == scope}
    rest = set(user_ids) - found
    met = ChatGroupUser.objects.visible_to(user).live().filter(user__in=rest) if rest else ChatGroupUser.objects.none()
    return found | set(met.values_list("user_id", flat=True))
