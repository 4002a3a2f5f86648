"""What two people are to each other, and what their settings let each other do. Reads only.

Every answer is for ids of users. Whoever is unknown has the default settings; a value that nobody knows, and a hook of
the host that fails, refuse.
"""

import logging
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from chat.adapter import User, UserId, get_adapter
from chat.choices import Audience
from chat.exceptions import NotAllowed
from chat.models import Block, ChatSettings, Connection
from chat.services.writing import atomic

logger = logging.getLogger(__name__)


def settings_of(user_id: UserId) -> ChatSettings:
    """Return a person's settings: their row, or an unsaved one with the defaults. One statement."""
    return settings_of_many([user_id])[user_id]


def settings_of_many(user_ids: Collection[UserId]) -> dict[UserId, ChatSettings]:
    """Return the settings of several people by id. At most one statement."""
    rows = ChatSettings.objects.filter(user__in=user_ids) if user_ids else ()
    known = {row.user_id: row for row in rows}
    return {user_id: known.get(user_id) or ChatSettings(user_id=user_id) for user_id in user_ids}


def is_blocked(user_id: UserId, other_id: UserId) -> bool:
    """Return whether one of the two blocks the other. One statement."""
    return bool(blocked_among(user_id, [other_id]))


def blocked_among(user_id: UserId, other_ids: Collection[UserId]) -> set[UserId]:
    """Return those of ``other_ids`` whom the person blocks, or who block the person. At most one statement."""
    rows = Block.objects.between(user_id, other_ids).values_list("blocker_id", "blocked_id") if other_ids else ()
    return {key for pair in rows for key in pair if key != user_id}


def are_connected(user_id: UserId, other_id: UserId) -> bool:
    """Return whether the two are each other's contacts, by the host's rules or by an accepted request."""
    return bool(connected_among(user_id, [other_id]))


def connected_among(user_id: UserId, other_ids: Collection[UserId]) -> set[UserId]:
    """Return those of ``other_ids`` who are contacts of the person; nobody where the host's hook fails.

    At most one statement, and a savepoint around one of the host's.
    """
    try:
        with_host = get_adapter().connections(user_id) if other_ids else None
        if with_host is not None:
            with atomic():  # or a statement of the host's that fails would spoil the whole transaction
                return set(with_host.filter(pk__in=other_ids).values_list("pk", flat=True))
    except Exception:
        logger.exception("The adapter could not say who is connected; nobody is.")
        return set()
    rows = Connection.objects.accepted().between(user_id, other_ids) if other_ids else ()
    return {row.other_id(user_id) for row in rows}


def contacts_of(user: User) -> QuerySet[Any]:
    """Return the users who are contacts of ``user``, as far as they may be found."""
    adapter = get_adapter()
    with_host = adapter.connections(user.pk)
    people = adapter.findable_by(user).exclude(pk=user.pk)
    if with_host is not None:
        return people.filter(pk__in=with_host.values("pk"))
    return people.filter(Connection.objects.contacts(user.pk))


def audience_allows(value: str, *, owner_id: UserId, other_id: UserId) -> bool:
    """Return whether a privacy setting of ``owner_id`` with this value lets ``other_id``. Blocks are another matter."""
    return bool(_allowing({owner_id: value}, other_id))


def allowed_by(setting: str, owners: Mapping[UserId, ChatSettings], user_id: UserId) -> set[UserId]:
    """Return those of ``owners`` whose privacy setting of this name lets the person. At most one statement."""
    return _allowing({key: getattr(row, setting) for key, row in owners.items()}, user_id)


def sharing(setting: str, user_id: UserId, other_ids: Collection[UserId]) -> set[UserId]:
    """Return those of ``other_ids`` who have this setting on, as the person has, and no block with them.

    For what goes both ways or not at all: ``read_receipts``, ``typing_indicators``. At most one statement.
    """
    others = set(other_ids) - {user_id}
    if not others:
        return set(other_ids)
    off = ChatSettings.objects.filter(user__in={*others, user_id}, **{setting: False}).values_list("user_id")
    blocked = Block.objects.filter(blocker=user_id, blocked__in=others).values_list("blocked_id")
    blocking = Block.objects.filter(blocked=user_id, blocker__in=others).values_list("blocker_id")
    hidden = {key for (key,) in off.union(blocked, blocking)}
    return set(other_ids) & {user_id} if user_id in hidden else set(other_ids) - hidden


def check_can_message(*, sender_id: UserId, recipient_id: UserId) -> None:
    """Raise NotAllowed (``privacy``) where a block or ``who_can_message`` forbids it."""
    _check("who_can_message", sender_id, recipient_id)


def check_can_call(*, caller_id: UserId, recipient_id: UserId) -> None:
    """Raise NotAllowed (``privacy``) where a block or ``allow_calls_from`` forbids it."""
    _check("allow_calls_from", caller_id, recipient_id)


def privacy_error() -> NotAllowed:
    """Return the one refusal for all of this: nobody learns whether it was a block, a setting, or which."""
    return NotAllowed(_("This person's settings do not allow this."), code="privacy")


def _check(setting: str, user_id: UserId, owner_id: UserId) -> None:
    if is_blocked(user_id, owner_id) or not allowed_by(setting, settings_of_many([owner_id]), user_id):
        raise privacy_error()


def _allowing(values: dict[UserId, str], user_id: UserId) -> set[UserId]:
    """Return whose value lets the person; everybody lets themselves. None is anybody: nobody's contact."""
    asking = [key for key, value in values.items() if value == Audience.CONNECTIONS and key != user_id]
    connected = set() if user_id is None else connected_among(user_id, asking)
    return {key for key, value in values.items() if key == user_id or value == Audience.EVERYONE or key in connected}
