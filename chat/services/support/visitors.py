"""Visitors without an account: the host makes them a guest, who asks for help, and signs up later or never."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from chat import events
from chat.adapter import User, UserId, get_adapter
from chat.exceptions import Conflict, NotAllowed
from chat.models import ChatGroup, ChatMessage
from chat.models.fields import UserKey
from chat.services.cleaning import clean_text
from chat.services.safety.standing import require_not_suspended
from chat.services.writing import GroupWrite, atomic, group_write

NAME_MAX_LENGTH = 100


def guest_start(*, name: str) -> User:
    """Return a new guest of the host, called ``name``, whom the caller then signs in.

    Who may: everybody who is not signed in. Raises InvalidInput (``name``), NotAllowed (``no_visitors``: the host takes
    none, or not this one).
    """
    clean = clean_text(name, field="name", max_length=NAME_MAX_LENGTH)
    guest = get_adapter().guest_create(clean)
    if guest is None:
        raise NotAllowed(_("Please sign in to ask for help."), code="no_visitors")
    return guest


def guest_claim(*, acting_user: User, guest_id: UserId) -> list[UUID]:
    """Make the requests of a guest those of the acting person, who has signed up, and return their ids.

    All that the guest did there is then theirs; everybody loads these conversations anew.

    Who may: whoever proved to be that guest, which is the transport's business, while neither is suspended. Raises
    NotAllowed (``suspended``), Conflict (``already_member``: the person was in one of them as somebody else). Locks
    each group, by id. Publishes ``group.updated``.
    """
    for user_id in (acting_user.pk, guest_id):
        require_not_suspended(user_id)
    scope = get_adapter().scope_of(acting_user)
    requests = ChatGroup.objects.alive().filter(client_user=guest_id, scope=scope).order_by("pk")
    with atomic():
        group_ids = [
            group_id
            for group_id in list(requests.values_list("pk", flat=True))
            if _claim(group_id, guest_id, acting_user)
        ]
        get_adapter().guest_claimed(guest_id, acting_user)
    return group_ids


def _claim(group_id: UUID, guest_id: UserId, user: User) -> bool:
    """Return whether the request became that of ``user``: somebody else may have claimed it meanwhile."""
    with group_write(group_id) as write:
        if write.group.client_user_id != guest_id:
            return False
        _hand_over(write, guest_id, user.pk)
    return True


def _hand_over(write: GroupWrite, guest_id: UserId, user_id: UserId) -> None:
    if write.group.memberships.filter(user=user_id).exists():
        raise Conflict(_("You were in this conversation as somebody else."), code="already_member")
    for field in _user_keys(ChatGroup):
        if getattr(write.group, field.attname) == guest_id:
            write.set(**{field.attname: user_id})
    for model in apps.get_app_config("chat").get_models():
        if any(field.name == "group" and field.related_model is ChatGroup for field in model._meta.fields):
            for field in _user_keys(model):
                rows = model._default_manager.filter(group=write.group, **{field.name: guest_id})
                rows.update(**{field.name: user_id})
    _rename(write.group, str(guest_id), str(user_id))
    version = write.next_version()
    # Guarded: what stands against the guest's sending and against this person's are not the same.
    own = write.group.memberships.filter(user=user_id)
    own.update(version=version, changed_at=write.now, is_guarded=True)
    # Every client knows messages of the guest: below this version it loads the conversation anew.
    write.group.memberships.update(floor_version=version)
    events.publish(events.GroupUpdated(group_id=write.group.pk, version=version, actor_id=user_id))


def _user_keys(model: Any) -> list[UserKey]:  # noqa: ANN401 (a model class, of which Django's types make no use here)
    return [field for field in model._meta.concrete_fields if isinstance(field, UserKey)]


def _rename(group: ChatGroup, guest: str, user: str) -> None:
    """Put one id in the place of another where messages keep ids in what they say: mentions, what the system told."""
    changed = []
    for message in ChatMessage.objects.filter(group=group, metadata__isnull=False):
        before = message.metadata
        message.metadata = _renamed(before, guest, user)
        if message.metadata != before:
            changed.append(message)
    ChatMessage.objects.bulk_update(changed, ["metadata"], batch_size=500)


def _renamed(value: Any, guest: str, user: str) -> Any:  # noqa: ANN401 (whatever JSON has)
    if isinstance(value, dict):
        ids = {"actor_user_id", "user_id", "mentions"}
        return {
            key: _in_place(inner, guest, user) if key in ids else _renamed(inner, guest, user)
            for key, inner in value.items()
        }
    return value


def _in_place(value: Any, guest: str, user: str) -> Any:  # noqa: ANN401 (an id, or ids)
    if isinstance(value, list):
        return [user if one == guest else one for one in value]
    return user if value == guest else value
