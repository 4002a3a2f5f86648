"""What staff type into a search box: a name, or an id."""

from uuid import UUID

from django.contrib.auth import get_user_model

from chat.adapter import UserId, get_adapter, user_key
from chat.exceptions import InvalidInput

PEOPLE_AT_MOST = 100
"""How many people of one name a search follows."""


def uuid_in(text: str) -> UUID | None:
    """Return the id that ``text`` is, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None


def people_in(text: str) -> list[UserId]:
    """Return the keys of people whose name or key ``text`` is; a key may be that of a deleted account."""
    users = get_user_model()._default_manager.order_by("pk")
    found = get_adapter().search(users, text).values_list("pk", flat=True)
    return [*found[:PEOPLE_AT_MOST], *_key_in(text)]


def _key_in(text: str) -> list[UserId]:
    try:
        return [user_key(text, field="q")]
    except InvalidInput:
        return []
