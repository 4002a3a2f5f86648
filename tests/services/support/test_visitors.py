"""Guests of the host, and what becomes of their requests when they sign up."""

from typing import Any

import pytest

from chat.adapter import ChatAdapter
from chat.exceptions import Conflict, InvalidInput, NotAllowed, NotFound
from chat.models import ChatGroup, ChatGroupUser, ChatMessage, changes_since
from chat.services.groups import support_start
from chat.services.reactions import reaction_add
from chat.services.safety.suspensions import suspension_lift, user_suspend
from chat.services.support.assignments import request_take
from chat.services.support.statuses import request_set_status
from chat.services.support.visitors import guest_claim, guest_start
from tests.services.support.desk_world import make_person, make_staff
from tests.services.worlds import World

pytestmark = pytest.mark.django_db


class Welcoming(ChatAdapter):
    """Makes everybody a guest."""

    def guest_create(self, name: str) -> Any:
        return make_person(first_name=name)


@pytest.fixture
def welcoming(settings: Any) -> None:
    settings.CHAT = {"ADAPTER": "tests.services.support.test_visitors.Welcoming"}


def _asking() -> tuple[World, Any, Any]:
    guest, staff = guest_start(name="Gebre"), make_staff()
    group = support_start(acting_user=guest, client_user_id=guest.pk).group
    request_take(acting_user=staff, group_id=group.pk)
    return World(group, {"client": guest, "staff": staff}), guest, staff


def test_host_without_visitors_has_none() -> None:
    with pytest.raises(NotAllowed) as refused:
        guest_start(name="Gebre")
    assert refused.value.code == "no_visitors"


def test_guest_has_a_name(welcoming: None) -> None:
    with pytest.raises(InvalidInput):
        guest_start(name=" ")


def test_who_signs_up_has_what_the_guest_said_and_did(welcoming: None) -> None:
    world, guest, staff = _asking()
    account = make_person()
    said = world.say(guest, "help", client_id="0b7a5f0e-4a58-4d0e-9a63-1f1f0cf2f8a1")
    answer = world.say(staff, "yes?", mention_ids=[guest.pk])
    reaction_add(acting_user=guest, message_id=answer.pk, emoji="👍")
    request_set_status(acting_user=guest, group_id=world.id, status="resolved")

    assert guest_claim(acting_user=account, guest_id=guest.pk) == [world.id]

    group = ChatGroup.objects.get(pk=world.id)
    assert (group.client_user_id, group.created_by_id) == (account.pk, account.pk)
    assert ChatMessage.objects.visible_to(account).get(pk=said.pk).sender_id == account.pk
    assert not ChatMessage.objects.visible_to(guest).exists()
    assert ChatMessage.objects.get(pk=answer.pk).metadata["mentions"] == [str(account.pk)]
    assert group.request.resolved_by_id == account.pk
    assert _rows_of(guest, world) == []
    with pytest.raises(NotFound):
        world.say(guest)
    world.say(account, "thanks")


def _rows_of(user: Any, world: World) -> list[str]:
    """Return where anything in the group still names the person."""
    found = []
    for relation in (*ChatGroup._meta.related_objects,):
        model = relation.related_model
        for field in model._meta.concrete_fields:
            named = field.is_relation and field.related_model is type(user)
            if named and model._default_manager.filter(**{relation.field.name: world.id, field.name: user.pk}).exists():
                found.append(f"{model.__name__}.{field.name}")
    texts = [str(message.metadata) for message in ChatMessage.objects.filter(group=world.id)]
    return found + [text for text in texts if f"'{user.pk}'" in text]


def test_everybody_loads_the_conversation_anew(welcoming: None) -> None:
    world, guest, staff = _asking()
    world.say(guest)
    before = ChatGroup.objects.get(pk=world.id).version
    account = make_person()
    guest_claim(acting_user=account, guest_id=guest.pk)

    for user in (staff, account):
        membership = ChatGroupUser.objects.select_related("group").with_unread().get(group=world.id, user=user)
        assert changes_since(membership, (before, membership.state_version), limit=50).reset
        version = membership.group.version
        assert not changes_since(membership, (version, membership.state_version), limit=50).reset


def test_nobody_claims_a_request_that_they_served(welcoming: None) -> None:
    world, guest, staff = _asking()
    with pytest.raises(Conflict) as refused:
        guest_claim(acting_user=staff, guest_id=guest.pk)
    assert refused.value.code == "already_member"
    assert ChatGroup.objects.get(pk=world.id).client_user_id == guest.pk


@pytest.mark.usefixtures("send_path")
def test_suspension_of_either_outlasts_signing_up(welcoming: None) -> None:
    world, guest, staff = _asking()
    for _ in range(2):
        world.say(guest)
    account = make_person()
    for person in (account, guest):
        suspension = user_suspend(acting_user=staff, user=person)
        with pytest.raises(NotAllowed) as refused:
            guest_claim(acting_user=account, guest_id=guest.pk)
        assert refused.value.code == "suspended"
        suspension_lift(acting_user=staff, suspension=suspension)

    guest_claim(acting_user=account, guest_id=guest.pk)

    assert world.membership(account).is_guarded  # or a suspension that comes meanwhile would not be asked for
