"""Who is meant: the signed-in person by their own ids, and others by user id or by type and number of a profile."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from chat.adapter import User, UserId, get_adapter, user_key
from chat.compat.astegni.parsing import Fields, number_in, required
from chat.exceptions import InvalidInput, NotAllowed, NotFound
from chat.identities import Identity, Pair

OWN_IDS = ("user_id", "sender_user_id", "caller_user_id", "blocker_user_id")
OWN_PAIRS = ("", "sender_", "caller_", "blocker_")
"""What stands before ``profile_id`` and ``profile_type``."""


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom a request names: ``user_id`` is None where there is no such person; ``said`` is how it put it."""

    user_id: UserId | None
    said: dict[str, Any]


def own_pairs(user: User, sources: Iterable[Fields]) -> set[Pair]:
    """Return the profiles that a request claims for the signed-in person, unchecked.

    Raises NotAllowed where it gives another person's user id as its own, InvalidInput for half a profile.
    """
    pairs = set()
    for source in sources:
        if any(source.get(name) not in (None, "") and key_in(source[name]) != user.pk for name in OWN_IDS):
            raise not_yours()
        for before in OWN_PAIRS:
            pair = pair_in(source, before)
            if pair is not None:
                pairs.add(pair)
    return pairs


def require_own(user: User, pairs: Collection[Pair], held: Iterable[Identity]) -> None:
    """Raise NotAllowed unless all ``pairs`` are the person's, of whose profiles ``held`` has all or those asked for."""
    own = {(identity.profile_type, identity.profile_id) for identity in held if identity.user_id == user.pk}
    if not set(pairs) <= own:
        raise not_yours()


def named(items: Sequence[object], *, field: str) -> list[Named]:
    """Return whom ``items`` name, each a user id or an object with ``profile_id``, ``profile_type`` or ``user_id``.

    Where an item has a profile, the host's table of profiles says whose it is, whatever user id stands beside. At most
    one statement. Raises InvalidInput.
    """
    said = [_said(item, field) for item in items]
    pairs = {index: pair for index, item in enumerate(said) if (pair := pair_in(item)) is not None}
    owners = owners_of(set(pairs.values()))
    return [
        Named(owners.get(pairs[index]) if index in pairs else key_in(item.get("user_id")), dict(item))
        for index, item in enumerate(said)
    ]


def find_named(fields: Fields, before: str = "") -> UserId:
    """Return the one person whom a request names in ``{before}profile_id`` and its type, or ``{before}user_id``.

    Raises NotFound, InvalidInput where nobody is named.
    """
    pair = pair_in(fields, before)
    user_id = owners_of({pair}).get(pair) if pair else key_in(required(fields, f"{before}user_id"))
    if user_id is None:
        raise NotFound(_("There is no such person."))
    return user_id


def owners_of(pairs: Collection[Pair]) -> dict[Pair, UserId]:
    """Return whose profiles these are; unknown ones are left out. At most one statement."""
    held = get_adapter().identities(pairs=pairs) if pairs else ()
    return {(identity.profile_type, identity.profile_id): identity.user_id for identity in held}


def first_profiles(held: Iterable[Identity]) -> dict[UserId, Identity]:
    """Return the one profile under which each person is shown where an old client wants one."""
    first: dict[UserId, Identity] = {}
    for identity in held:
        first.setdefault(identity.user_id, identity)
    return first


def pair_in(source: Mapping[str, Any], before: str = "") -> Pair | None:
    """Return the profile that ``source`` names, or None. Raises InvalidInput for half of one."""
    raw_id, raw_type = source.get(f"{before}profile_id"), source.get(f"{before}profile_type")
    if raw_id in (None, "") and raw_type in (None, ""):
        return None
    number = number_in(raw_id)
    if number is None or not isinstance(raw_type, str):
        field = f"{before}profile_id"
        raise InvalidInput(_("A profile needs its number and its type."), field=field)
    return raw_type, number


def key_in(raw: object) -> UserId | None:
    """Return the key of a user that ``raw`` is, or None."""
    try:
        return user_key(raw, field="user_id")
    except InvalidInput:
        return None


def not_yours() -> NotAllowed:
    """Return the refusal of an id that is not the signed-in person's."""
    return NotAllowed(_("This user or profile is not you."))


def _said(item: object, field: str) -> Mapping[str, Any]:
    if isinstance(item, Mapping):
        return {
            name: item.get(name) for name in ("profile_id", "profile_type", "user_id") if item.get(name) is not None
        }
    if isinstance(item, str | int):
        return {"user_id": item}
    raise InvalidInput(_("Each must be a user id or a profile."), field=field)
