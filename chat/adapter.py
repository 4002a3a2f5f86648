"""The host's hooks, in one class.

Subclass ``ChatAdapter``, override what differs, and name the class in ``CHAT["ADAPTER"]``.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import IO, Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.files.storage import Storage
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from chat.choices import Verdict
from chat.conf import chat_settings
from chat.exceptions import InvalidInput
from chat.identities import Identity, Pair, identities_read, tables_of, user_key_field
from chat.roles import ScanState

# The host decides what a user is, and what its key is.
User = Any
UserId = Any


@dataclass(frozen=True, slots=True)
class Profile:
    """What others may see of a person. ``id`` is the user's key as text; empty for a deleted account."""

    id: str
    name: str
    avatar_url: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Gif:
    """A moving picture of a provider: its id there, and https addresses that anybody can load it from."""

    id: str
    url: str
    preview_url: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What the host says of a message. The ``reason`` of a refusal is told to who wrote it."""

    verdict: Verdict = Verdict.PASS
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """What somebody wants to say: a message, or the new text of the one that ``edited_id`` names."""

    message_type: str
    """Of files ``text`` still, where they are uploads."""
    message_text: str | None
    reference_list: list[dict[str, Any]] | None = None
    attachment_ids: Sequence[UUID] = ()
    metadata: dict[str, Any] | None = None
    """Its poll, place, GIF, or whom it is forwarded from."""
    edited_id: UUID | None = None


class ChatAdapter:
    """Default hooks: everybody active can be found, names come from the user model, e-mail stays hidden."""

    search_fields: tuple[str, ...] = ("first_name", "last_name")
    """Fields of the user model that ``search`` looks in, beside the one people sign in with, if it has them."""

    gif_provider: str = ""
    """Name of the provider that ``gif_search`` and ``gif`` ask, as clients are told it; empty where there is none."""

    def scope_of(self, user: User) -> str:
        """Return the tenant that ``user`` belongs to: people of different tenants share no group.

        A host with tenants also narrows ``findable_by``, or a search would show names across them.
        """
        return ""

    def display_name(self, user: User) -> str:
        """Return the name that others see: the full name, else the user name unless that is an e-mail address."""
        full_name = str(getattr(user, "get_full_name", lambda: "")()).strip()
        if full_name or not _signs_in_by_email():
            return full_name or user.get_username()
        return str(_("User %(id)s") % {"id": str(user.pk)[:8]})

    def avatar_url(self, user: User) -> str | None:
        """Return the address of a picture, or None."""
        return None

    def email(self, user: User) -> str | None:
        """Return the e-mail address that others may see, or None to hide it (the default)."""
        return None

    def findable_by(self, user: User) -> QuerySet[Any]:
        """Return the people whom ``user`` may find, add to a group or start a conversation with."""
        users = get_user_model()._default_manager.all()
        return users.filter(is_active=True) if _has_field("is_active") else users

    def search(self, people: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Return those of ``people`` whose name matches every word of ``text``; an e-mail address only as a whole."""
        sign_in = f"{get_user_model().USERNAME_FIELD}__{'iexact' if _signs_in_by_email() else 'icontains'}"
        lookups = [sign_in, *(f"{name}__icontains" for name in self.search_fields if _has_field(name))]
        for word in text.split():
            people = people.filter(reduce(or_, (Q(**{lookup: word}) for lookup in lookups)))
        return people

    def connections(self, user_id: UserId) -> QuerySet[Any] | None:
        """Return the users who are this person's contacts by the host's own rules, or None: people ask for it in chat.

        Where it fails, nobody is connected.
        """
        return None

    def is_support_staff(self, user: User) -> bool:
        """Return whether ``user`` may hold the role staff in support groups."""
        return hasattr(user, "has_perm") and bool(user.has_perm("chat.support_staff"))

    def guest_create(self, name: str) -> User | None:
        """Return a new user of the host for a visitor without an account, or None (the default): no visitors.

        A guest reaches the support desk alone; ``name`` is what they call themselves. Called for everybody who asks: a
        host limits how many there may be, and removes those who never came back.
        """
        return None

    def guest_claimed(self, guest_id: UserId, user: User) -> None:
        """Hear that the guest's requests are now those of ``user``, who signed up: the guest is not needed any more."""

    def scan_file(self, file: IO[bytes]) -> str:
        """Return what a scanner says of an upload: ``clean`` (the default), ``refused``, or ``pending``.

        Until ``chat.services.scans.file_scanned`` says that a pending file is clean, nobody is given it.
        """
        return ScanState.CLEAN

    def review_message(self, user: User, group: Any, message: Reviewed) -> Review:  # noqa: ANN401 (models are above)
        """Return whether ``message`` may be sent to ``group``: it passes (the default), is refused, or held.

        Asked before any lock is taken, also again for a retry. Where it fails, the message is refused.
        """
        return Review()

    def gif_search(self, user: User, text: str) -> list[Gif]:
        """Return the GIFs that the provider finds for ``text``; asked only where ``gif_provider`` names one."""
        return []

    def gif(self, user: User, gif_id: str) -> Gif | None:
        """Return the provider's record of one GIF, or None; asked only where ``gif_provider`` names one."""
        return None

    def file_url(self, storage: Storage, name: str, *, content_type: str, disposition: str, lifetime: int) -> str:
        """Return a signed address of a stored file, good for ``lifetime`` seconds, with these headers in its answer.

        For the setting FILE_HANDOVER ``redirect``; this one is for S3 (``storages.backends.s3``). Override it for
        another storage, and never return an address that stays good.
        """
        parameters = {"ResponseContentType": content_type, "ResponseContentDisposition": disposition}
        signed: Any = storage
        return str(signed.url(name, parameters=parameters, expire=lifetime))

    def profile(self, user: User) -> Profile:
        """Return what others may see of ``user``."""
        return Profile(str(user.pk), self.display_name(user), self.avatar_url(user), self.email(user))

    def profiles(self, user_ids: Collection[UserId]) -> dict[UserId, Profile]:
        """Return the profiles of ``user_ids`` by key, in one query; who is gone is a deleted account."""
        users = get_user_model()._default_manager.in_bulk(list(user_ids)) if user_ids else {}
        return {key: self.profile(users[key]) if key in users else self.deleted_account(key) for key in user_ids}

    def identities(self, *, user_ids: Collection[UserId] = (), pairs: Collection[Pair] = ()) -> list[Identity]:
        """Return the profiles of an older chat that these people have, and those that these pairs of type and id name.

        What is unknown, or nobody's, is left out. By default they are read from the tables in the setting PROFILES.
        """
        return identities_read(tables_of(chat_settings.PROFILES), user_ids, pairs)

    def deleted_account(self, user_id: UserId) -> Profile:
        """Return what stands for a person who is gone from the site."""
        return Profile("" if user_id is None else str(user_id), str(_("Deleted account")))


def user_key(raw: object, *, field: str) -> UserId:
    """Return the host's user key that a client wrote as ``raw`` (text or number).

    Raises InvalidInput naming ``field`` when no user of this host can have such a key.
    """
    key_field = user_key_field()
    try:
        _require_text_or_number(raw)
        key = key_field.to_python(raw)
        key_field.run_validators(key)
        ProhibitNullCharactersValidator()(str(key))
        str(key).encode()
    except (ValidationError, ValueError, OverflowError) as error:
        raise InvalidInput(_("This is not a user id."), code="invalid_user_id", field=field) from error
    return key


def _require_text_or_number(raw: object) -> None:
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise ValidationError("type")


def get_adapter() -> ChatAdapter:
    """Return the host's adapter."""
    return _adapter(chat_settings.ADAPTER)


@cache
def _adapter(path: str) -> ChatAdapter:
    adapter: ChatAdapter = import_string(path)()
    return adapter


def _signs_in_by_email() -> bool:
    model = get_user_model()
    return model.get_email_field_name() == model.USERNAME_FIELD


@cache
def _has_field(name: str) -> bool:
    try:
        get_user_model()._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True
