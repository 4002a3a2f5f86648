"""Moderators let held messages be sent, or reject them."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.text import capfirst
from pytest_django import DjangoAssertNumQueries, Settings

from chat.models import AuditEntry, ChatMessage, HeldMessage
from chat.roles import GroupType, Role
from chat.services.safety.silences import member_silence
from tests.admin.conftest import SignIn
from tests.admin.pages import list_url, page_url, rows, text_of
from tests.services.safety.reviewing import REVIEWING, hold
from tests.services.worlds import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings: Settings) -> World:
    settings.CHAT = {"ADAPTER": REVIEWING}
    return make_world(GroupType.GROUP)


def _act(client: Any, action: str, *held: HeldMessage) -> str:
    body = {"action": action, "_selected_action": [row.pk for row in held]}
    return str(client.post(list_url(HeldMessage), body, follow=True).content.decode())


def test_held_messages_are_decided_by_who_may(world: World, sign_in: SignIn) -> None:
    member = world.people[Role.MEMBER]
    good, bad = hold(world, member, "hold <b>me</b>"), hold(world, member)
    reader, moderator = sign_in("view_heldmessage"), sign_in("view_heldmessage", "change_heldmessage")
    assert "&lt;b&gt;" in moderator.get(page_url(good)).content.decode()
    assert rows(moderator, HeldMessage) == [good, bad]
    assert sign_in("change_heldmessage").get(list_url(HeldMessage)).status_code == 403

    _act(reader, "approve", good)
    assert not ChatMessage.objects.exists()
    assert "1 message was sent." in _act(moderator, "approve", good)
    assert "1 message was rejected." in _act(moderator, "reject", bad)

    assert ChatMessage.objects.get().message_text == "hold <b>me</b>"
    assert not HeldMessage.objects.exists()
    decided = AuditEntry.objects.filter(action__startswith="held_message").order_by("pk")
    assert [entry.action for entry in decided] == ["held_message.approved", "held_message.rejected"]
    assert {str(entry.actor_id) for entry in decided} == {moderator.session["_auth_user_id"]}
    assert AuditEntry.objects.filter(action="read", target_id=str(good.pk)).count() == 1


def test_what_cannot_be_sent_goes_on_waiting_and_the_page_says_why(world: World, sign_in: SignIn) -> None:
    member = world.people[Role.MEMBER]
    held = hold(world, member)
    until = timezone.now() + timedelta(hours=1)
    member_silence(acting_user=world.people[Role.OWNER], group_id=world.id, user_id=member.pk, until=until)

    page = _act(sign_in("view_heldmessage", "change_heldmessage"), "approve", held)

    why = page[page.index(f'<li class="warning">{capfirst(member.get_username())}, ') :].partition("</li>")[0]
    assert "has silenced you" in why
    assert '<li class="warning">0 messages were sent.' in page
    assert HeldMessage.objects.get() == held
    assert not ChatMessage.objects.filter(message_type="text").exists()


def test_list_costs_the_same_at_3_and_30(
    world: World, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    moderator = sign_in("view_heldmessage")
    for person, number in ((world.people[Role.MEMBER], 3), (world.others[Role.MEMBER], 27)):
        for _ in range(number):
            hold(world, person)
        # session, user, two of permissions, bounded count, messages, peers, audit entry
        with django_assert_num_queries(8):
            assert "hold this" in text_of(moderator, list_url(HeldMessage))
