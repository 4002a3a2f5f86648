"""The eight helpers of Astegni's server, for server-side code: each takes users or their ids.

They ask the same rules as every request does. None of them knows who is signed in: whom to answer is for the caller to
decide.
"""

from typing import Any, TypedDict

from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from chat.adapter import User, UserId, user_key
from chat.exceptions import InvalidInput, NotAllowed
from chat.models import Block, ChatGroup, ChatSettings
from chat.services.groups import peer_start
from chat.services.people import relations
from chat.services.people.profiles import profiles_for


class DisplayInfo(TypedDict):
    """A person as they are shown. ``email`` is None where the host's adapter tells none, or they hide it."""

    user_id: UserId
    name: str
    avatar: str | None
    email: str | None


def get_user_display_info(user: User | UserId) -> DisplayInfo:
    """Return name and picture of a person as anybody may see them; who is gone is a deleted account.

    One statement, one more where the host tells e-mail addresses or pictures.
    """
    key = _key(user)
    profile = profiles_for(None, [key])[key]
    return {"user_id": key, "name": profile.name, "avatar": profile.avatar_url, "email": profile.email}


def get_user_privacy_settings(user: User | UserId) -> ChatSettings:
    """Return a person's settings, an unsaved row with the defaults where they changed none. One statement."""
    return relations.settings_of(_key(user))


def are_users_connected(user: User | UserId, other: User | UserId) -> bool:
    """Return whether two people are each other's contacts: by user, never by the number of a profile."""
    return relations.are_connected(_key(user), _key(other))


def is_user_blocked(blocker: User | UserId, blocked: User | UserId) -> bool:
    """Return whether the first person blocks the second; whether the second blocks the first is another question."""
    return Block.objects.filter(blocker=_key(blocker), blocked=_key(blocked)).exists()


def check_can_message(sender: User | UserId, recipient: User | UserId) -> bool:
    """Return whether neither a block, either way, nor the recipient's ``who_can_message`` forbids writing to them."""
    try:
        relations.check_can_message(sender_id=_key(sender), recipient_id=_key(recipient))
    except NotAllowed:
        return False
    return True


def check_can_call(caller: User | UserId, recipient: User | UserId) -> bool:
    """Return whether neither a block, either way, nor the recipient's ``allow_calls_from`` forbids calling them."""
    try:
        relations.check_can_call(caller_id=_key(caller), recipient_id=_key(recipient))
    except NotAllowed:
        return False
    return True


def get_user_contacts(user: User | UserId) -> list[DisplayInfo]:
    """Return who is in contact with a person, as far as they may find them. Raises InvalidInput (``user``)."""
    viewer = _user(user)
    ids = list(relations.contacts_of(viewer).order_by("pk").values_list("pk", flat=True))
    profiles = profiles_for(viewer.pk, ids)
    return [
        {"user_id": key, "name": profiles[key].name, "avatar": profiles[key].avatar_url, "email": profiles[key].email}
        for key in ids
    ]


def get_or_create_direct_conversation(user: User | UserId, other: User | UserId) -> tuple[ChatGroup, bool]:
    """Return the one conversation of two people, and whether it is new; ``user`` is who starts it.

    Safe when both start it at once. Raises InvalidInput (nobody whom ``user`` may find), NotAllowed (``privacy``) where
    it would be new and ``check_can_message`` says no.
    """
    started = peer_start(acting_user=_user(user), user_id=_key(other))
    return started.group, started.created


def _key(user: User | UserId) -> UserId:
    return user.pk if isinstance(user, get_user_model()) else user_key(user, field="user")


def _user(user: User | UserId) -> Any:  # noqa: ANN401 (the host's)
    if isinstance(user, get_user_model()):
        return user
    found = get_user_model()._default_manager.filter(pk=_key(user)).first()
    if found is None:
        raise InvalidInput(_("There is no such person."), code="unknown_user", field="user")
    return found
