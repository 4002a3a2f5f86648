"""A person who wrote one word wherever anybody can, and a look at where it still is."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.db.models import CharField, JSONField, Model, TextField
from django.db.models.functions import Now
from django.utils import timezone

from chat.models import CannedReply, HeldMessage
from chat.roles import GroupType, Role
from chat.services.drafts import draft_set
from chat.services.edits import message_edit
from chat.services.forwards import message_forward
from chat.services.groups import peer_start
from chat.services.people.blocks import block_add
from chat.services.people.connections import connection_request
from chat.services.people.invitations import invitation_create, invitation_join
from chat.services.people.settings import settings_update
from chat.services.polls import vote_set
from chat.services.reactions import reaction_add
from chat.services.safety.reports import user_report
from chat.services.scheduled import scheduled_create
from chat.services.support.ratings import request_rate
from chat.services.support.statuses import request_set_status
from chat.services.tombstones import message_delete
from tests.files.uploading import upload
from tests.services.worlds import World, make_person, make_world, small_group

WORD = "zqsecretword"


def columns_with(word: str) -> set[str]:
    """Return every column of the app, of all that hold text, that has the word in any row."""
    models = apps.get_app_config("chat").get_models()
    return {f"{model.__name__}.{name}" for model in models for name in _texts(model) if _holds(model, name, word)}


def plant() -> World:
    """Return a group with somebody, ``member``, who wrote the word wherever anybody can, and the ``owner``."""
    world, owner, [person] = small_group()
    first = _say_it(world, person)
    question = world.say(owner, "who?", poll={"options": ["a", "b"], "multiple": True})
    vote_set(acting_user=person, message_id=question.pk, option_ids=[1, 2])
    vote_set(acting_user=owner, message_id=question.pk, option_ids=[1])
    for user in (owner, person):
        reaction_add(acting_user=user, message_id=question.pk, emoji="🦉")
    other = make_person()
    far = peer_start(acting_user=owner, user_id=other.pk).group
    message_forward(acting_user=owner, message_id=first, group_ids=[far.pk])
    _keep_it(world, person)
    _tell_others(person, owner)
    _ask_for_support(person)
    return world


def _texts(model: type[Model]) -> list[str]:
    kinds = (CharField, TextField, JSONField)
    return [field.attname for field in model._meta.concrete_fields if isinstance(field, kinds)]


def _holds(model: type[Model], name: str, word: str) -> bool:
    return any(word in str(value) for value in model._default_manager.values_list(name, flat=True))


def _say_it(world: World, person: Any) -> Any:
    first = world.say(person, f"{WORD} one", reference_id=WORD, reference_type=WORD, client_id=uuid4())
    message_edit(acting_user=person, message_id=first.pk, message_text=f"{WORD} two")
    message_delete(acting_user=person, message_id=world.say(person, WORD).pk)
    world.say(person, "", attachment_ids=[upload(person, f"{WORD}.txt", b"in the file").pk])
    world.say(person, WORD, poll={"options": [WORD, "b"]})
    world.say(person, "", location={"latitude": 9.0, "longitude": 38.7, "name": WORD})
    link = {"type": "url", "id": "1", "scope": "chat", "name": WORD, "url": f"https://example.org/{WORD}"}
    world.say(person, "see", reference_list=[link])
    return first.pk


def _keep_it(world: World, person: Any) -> None:
    upload(person, f"{WORD}.txt")
    draft_set(acting_user=person, group_id=world.id, message_text=WORD)
    later = timezone.now() + timedelta(days=1)
    scheduled_create(acting_user=person, group_id=world.id, message_text=WORD, send_at=later)
    held = {"group_id": world.id, "user": person, "client_id": uuid4(), "content": {"message_text": WORD}}
    HeldMessage.objects.create(**held, created_at=Now())
    settings_update(acting_user=person, appearance={"theme": WORD})
    CannedReply.objects.create(owner=person, name=WORD, text=WORD, created_at=Now(), changed_at=Now())


def _tell_others(person: Any, owner: Any) -> None:
    elsewhere, host, _ = small_group()
    asking = invitation_create(acting_user=host, group_id=elsewhere.id, needs_approval=True)
    invitation_join(acting_user=person, token=asking.token, text=WORD)
    block_add(acting_user=person, user_id=make_person().pk, reason=WORD)
    connection_request(acting_user=person, user_id=owner.pk)
    user_report(acting_user=person, user_id=owner.pk, kind="spam", reason=WORD)


def _ask_for_support(person: Any) -> None:
    world = make_world(GroupType.SUPPORT)
    staff = world.people[Role.STAFF]
    type(world.group).objects.filter(pk=world.id).update(client_user=person)
    world.group.memberships.filter(role=Role.CLIENT).update(user=person)
    world.say(person, WORD)
    request_set_status(acting_user=staff, group_id=world.id, status="resolved")
    request_rate(acting_user=person, group_id=world.id, rating=2, rating_text=WORD)
