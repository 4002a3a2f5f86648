"""Somebody whose signed token says who they are, and whose account nobody has looked at yet.

A send on PostgreSQL looks at it in the one statement that sends, which saves a query of its own (docs/adr/0030). To
everything else this is the user: whatever else is asked of it looks at the account first, and raises what signing in
would have raised.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django.utils.functional import SimpleLazyObject, empty

from chat.adapter import User, UserId


@dataclass(frozen=True, slots=True)
class Claim:
    """What the token says, and what of the account must hold for it."""

    user_id: UserId
    must_be_active: bool
    password_md5: str | None
    """Upper-case hexadecimal MD5 of the password's hash, as simplejwt writes it; None: not looked at."""


class ClaimedUser(SimpleLazyObject):  # type: ignore[type-arg] # not generic at run time
    """A user whose account is looked at with the first question; ``look`` returns it, or raises."""

    def __init__(self, claim: Claim, look: Callable[[], User]) -> None:
        super().__init__(look)
        self.__dict__["claim"] = claim


def claim_of(user: User) -> Claim | None:
    """Return the claim of a user whose account nobody has looked at, else None."""
    if type(user) is not ClaimedUser or user.__dict__["_wrapped"] is not empty:
        return None
    return cast("Claim", user.__dict__["claim"])


def prove(user: User) -> None:
    """Look at the account of a claimed user. Raises what signing in would have raised; others stand proven."""
    if claim_of(user) is not None:
        bool(user)
