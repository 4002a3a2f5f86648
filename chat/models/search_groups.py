"""Finding groups by their name, or by the other person."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q

from chat.adapter import get_adapter
from chat.models.membership import ChatGroupUser
from chat.roles import GroupType


def named(memberships: Any, text: str) -> Any:  # noqa: ANN401 (querysets with annotations, which type checkers lose)
    """Keep groups whose name has ``text``, and peer groups with a person whom the host's search finds by it."""
    people = get_adapter().search(get_user_model()._default_manager.all(), text)
    others = ChatGroupUser.objects.filter(group=OuterRef("group"), user__in=people.values("pk"))
    with_person = Q(group__group_type=GroupType.PEER) & Exists(others.exclude(user=OuterRef("user")))
    return memberships.filter(Q(group__name__icontains=text) | with_person)
