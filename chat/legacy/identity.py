"""Who the people are whom old rows name: users of the host, found in bulk and remembered within bounds."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model

from chat.adapter import ChatAdapter, UserId, get_adapter
from chat.identities import Pair
from chat.legacy.rows import OldPerson
from chat.legacy.source import Source
from chat.legacy.words import Flag

_REMEMBERED = 20_000
_AT_ONCE = 500


class Known(NamedTuple):
    """A user's key, or None where nobody is known; and what is to be flagged on the row that names them."""

    user: UserId | None
    flag: Flag | None = None


NOBODY = Known(None)


class People:
    """Finds users. The host's profiles say first whose a pair of type and number is; else the stored user id counts.

    Somebody whose user is gone is unknown, however the old row names them.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._found: dict[OldPerson, Known] = {}
        self._scopes: dict[UserId, str] = {}

    def find(self, people: Iterable[OldPerson | None]) -> None:
        """Look up those who are not remembered; ``of`` then knows all of ``people``. A few statements."""
        wanted = {person for person in people if person is not None}
        missing = [person for person in wanted if person not in self._found]
        for some in _batches(missing):
            self._look_up(some)

    def forget(self) -> None:
        """Make room, before a batch: whoever it needs is asked for again."""
        if len(self._found) > _REMEMBERED:
            self._found.clear()
        if len(self._scopes) > _REMEMBERED:
            self._scopes.clear()

    def of(self, person: OldPerson | None) -> Known:
        """Return who that is; ``find`` was asked for them since ``forget``."""
        return NOBODY if person is None else self._found[person]

    def scopes_of(self, users: Iterable[UserId]) -> Mapping[UserId, str]:
        """Return the tenants of users, who exist."""
        adapter = get_adapter()
        wanted = set(users)
        if type(adapter).scope_of is ChatAdapter.scope_of:
            return dict.fromkeys(wanted, "")
        for some in _batches(user for user in wanted if user not in self._scopes):
            found = get_user_model()._base_manager.in_bulk(some)
            self._scopes.update({key: adapter.scope_of(user) for key, user in found.items()})
        return self._scopes

    def staff(self, users: set[UserId]) -> set[UserId]:
        """Return who of these users serves the others, as the source says."""
        return self._source.staff(users) if users else set()

    def _look_up(self, people: list[OldPerson]) -> None:
        pairs = {pair for person in people if (pair := _pair(person)) is not None}
        owners = _owners(pairs)
        users = self._source.users_named({person.user_id for person in people if person.user_id is not None})
        for person in people:
            self._found[person] = _known(person, owners, users)


def _known(person: OldPerson, owners: Mapping[Pair, UserId], users: Mapping[Any, UserId]) -> Known:
    stored = None if person.user_id is None else users.get(person.user_id)
    pair = _pair(person)
    if pair is None:
        return Known(stored)
    owner = owners.get(pair)
    if owner is None:
        return NOBODY if stored is None else Known(stored, Flag.PROFILE_GONE)
    disagrees = person.user_id is not None and stored != owner
    return Known(owner, Flag.PROFILE_DISAGREES if disagrees else None)


def _pair(person: OldPerson) -> Pair | None:
    return (person.profile_type, person.profile_id) if person.profile_type and person.profile_id is not None else None


def _owners(pairs: set[Pair]) -> dict[Pair, UserId]:
    """Return whose these profiles are, as far as those people exist."""
    if not pairs:
        return {}
    found = {(each.profile_type, each.profile_id): each.user_id for each in get_adapter().identities(pairs=pairs)}
    living = _living(set(found.values()))
    return {pair: user for pair, user in found.items() if user in living}


def _living(users: set[UserId]) -> set[UserId]:
    rows = get_user_model()._base_manager.filter(pk__in=users)
    return set(rows.values_list("pk", flat=True))


def _batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    remaining = iter(values)
    while some := list(islice(remaining, _AT_ONCE)):
        yield some
