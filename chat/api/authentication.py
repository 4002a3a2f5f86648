"""Signing in and finding the membership in one query, for requests about one group."""

from functools import partial
from typing import Any, cast

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import connections, router
from django.db.models import Manager
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import Token

from chat.adapter import User
from chat.api.verified import verified_tokens
from chat.claims import Claim, ClaimedUser
from chat.models import ChatGroup, ChatGroupUser
from chat.models.seat import CHECKED_OF_USER, person_of, seat_of

# What reading a row raises for a value that its column cannot have.
IMPOSSIBLE = (TypeError, ValueError, OverflowError, ValidationError)


class StrictJWTAuthentication(JWTAuthentication):
    """JWTAuthentication that answers 401, not 500, to a token whose user id no user of this host can have.

    Such tokens come from before the host changed USER_ID_FIELD, or from another service with the same key. The
    signature of a token is not looked at again for a while, see ``VerifiedTokens``.
    """

    def get_validated_token(self, raw_token: bytes) -> Token:
        """Return the token. Raises InvalidToken."""
        return verified_tokens.token(raw_token, super().get_validated_token)

    def get_user(self, validated_token: Token) -> User:
        """Return the user that the token names. Raises AuthenticationFailed."""
        try:
            return super().get_user(validated_token)
        except IMPOSSIBLE as error:
            raise InvalidToken from error


class MemberJWTAuthentication(StrictJWTAuthentication):
    """JWTAuthentication that reads of the user only what it checks, and together with it the membership in question.

    It checks what JWTAuthentication checks, by the same code. ``request.user`` is a real user whose other fields load
    when asked for. ``membership`` is the live membership, to be found at ``request.successful_authenticator``; None for
    strangers, who then are signed in without: so a bad token is 401 and a foreign group 404. A request that writes
    reads no membership here, as what it decides by is read under the lock.
    """

    membership: ChatGroupUser | None = None
    request: Request

    def group_id_in(self, request: Request) -> object:
        """Return the id of the group that the request is about, unchecked, or None."""
        return request.parser_context["kwargs"].get("group_id")

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        """Return user and token, or None where the request brings no token. Raises AuthenticationFailed."""
        self.request = request
        return super().authenticate(request)

    def get_user(self, validated_token: Token) -> User:
        """Return the user that the token names, from the row of their membership if there is one."""
        claim = validated_token.get(api_settings.USER_ID_CLAIM)
        seat = person = None
        if claim is not None and _shows_everybody(get_user_model().objects):
            seat = self._seat(claim)
            person = seat.user if seat else _person(claim)
        if person is not None:
            self.user_model = cast("Any", _OnePerson(person))
        user = super().get_user(validated_token)
        self.membership = seat
        return user

    def _seat(self, claim: object) -> ChatGroupUser | None:
        group_id = self.group_id_in(self.request)
        if group_id is None or self.request.method not in SAFE_METHODS:
            return None
        try:
            return seat_of(group_id=group_id, user_field=api_settings.USER_ID_FIELD, value=claim)
        except IMPOSSIBLE:
            return None


class SenderJWTAuthentication(MemberJWTAuthentication):
    """MemberJWTAuthentication that leaves looking at the account of who posts to the statement that sends.

    ``request.user`` is then a ``ClaimedUser``. Where JWTAuthentication would look at more than that statement can, or
    the account is in another database, it looks at once.
    """

    def get_user(self, validated_token: Token) -> User:
        """Return the user that the token names; who posts, perhaps before looking. Raises AuthenticationFailed."""
        look = partial(super().get_user, validated_token)
        claim = _claim(validated_token) if self.request.method == "POST" else None
        return look() if claim is None else ClaimedUser(claim, look)


def _claim(token: Token) -> Claim | None:
    """Return what a statement must check of the account, or None where it cannot."""
    if not _can_be_claimed():
        return None
    try:
        user_id = get_user_model()._meta.pk.to_python(token.get(api_settings.USER_ID_CLAIM))
    except IMPOSSIBLE:
        return None
    password_md5 = str(token.get(api_settings.REVOKE_TOKEN_CLAIM)) if api_settings.CHECK_REVOKE_TOKEN else None
    return None if user_id is None else Claim(user_id, bool(api_settings.CHECK_USER_IS_ACTIVE), password_md5)


def _can_be_claimed() -> bool:
    people = get_user_model()
    own = {field.name for field in people._meta.local_concrete_fields}
    return (
        connections[router.db_for_write(ChatGroup)].vendor == "postgresql"
        and router.db_for_write(ChatGroup) == router.db_for_read(people)
        and api_settings.USER_ID_FIELD in {"pk", people._meta.pk.name}
        and {people._meta.pk.name, *CHECKED_OF_USER} <= own
        and _shows_everybody(people.objects)
    )


def _person(claim: object) -> User | None:
    try:
        return person_of(user_field=api_settings.USER_ID_FIELD, value=claim)
    except IMPOSSIBLE:
        return None


def _shows_everybody(people: Manager[Any]) -> bool:
    """Return whether the host's manager leaves nobody out: one that might is what decides who may sign in."""
    return type(people).get_queryset is Manager.get_queryset


class _OnePerson:
    """Stands in for the user model while JWTAuthentication looks up a user that is already here."""

    DoesNotExist: type[Exception] = LookupError

    def __init__(self, person: User) -> None:
        self.person = person

    @property
    def objects(self) -> "_OnePerson":
        return self

    def get(self, **_lookup: Any) -> User:
        return self.person
