"""Nobody floods a group, and where slow mode holds everybody but who moderates waits."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import F
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chat.exceptions import InvalidInput, NotAllowed, TooFast
from chat.models import ChatGroupUser, ScheduledMessage
from chat.roles import GroupType, Role
from chat.services.groups import group_update
from chat.services.members import member_add
from chat.services.messages import message_send
from chat.services.reads import read_advance
from chat.services.scheduled import scheduled_create
from chat.services.scheduled_sending import scheduled_send_due
from tests.services.test_budgets import LOCKS
from tests.services.worlds import World, make_world, quietly, small_group

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("send_path")]


@pytest.fixture
def limited(settings: Any) -> None:
    # One in a minute: however slow the machine, nobody gets another turn during a test.
    settings.CHAT = {"FLOOD_RATE": 1, "FLOOD_BURST": 3, "SYSTEM_MESSAGES": False}


def pass_time(world: World, user: Any, **time: float) -> None:
    rows = ChatGroupUser.objects.filter(group_id=world.id, user=user)
    rows.update(flood_until=F("flood_until") - timedelta(**time))


def slow(world: World, seconds: int | None) -> None:
    with quietly():
        group_update(acting_user=world.people[Role.OWNER], group_id=world.id, slow_mode=seconds)


@pytest.mark.usefixtures("limited")
def test_burst_passes_then_the_rate_holds() -> None:
    world, owner, [member] = small_group()
    for _ in range(3):
        world.say(member)

    with pytest.raises(TooFast) as refused:
        world.say(member)

    assert refused.value.code == "too_fast"
    assert 0 < refused.value.wait <= 60
    world.say(owner)  # others have limits of their own
    pass_time(world, member, minutes=1)
    world.say(member)
    with pytest.raises(TooFast):
        world.say(member)
    pass_time(world, member, hours=1)
    for _ in range(3):
        world.say(member)
    with pytest.raises(TooFast):
        world.say(member)


@pytest.mark.usefixtures("limited")
def test_limit_is_of_one_group() -> None:
    world, owner, _ = small_group()
    other, _, _ = small_group()
    with quietly():
        member_add(acting_user=other.people[Role.OWNER], group_id=other.id, user_id=owner.pk, role=Role.MEMBER)
    for _ in range(3):
        world.say(owner)

    other.say(owner)


@pytest.mark.usefixtures("limited")
def test_retry_is_neither_refused_nor_counted() -> None:
    world, owner, _ = small_group()
    key = uuid4()
    first = world.say(owner, client_id=key)
    for _ in range(4):
        assert world.say(owner, client_id=key) == first
    world.say(owner)
    world.say(owner)

    with pytest.raises(TooFast):
        world.say(owner)
    assert world.say(owner, client_id=key) == first


@pytest.mark.usefixtures("limited")
def test_refusal_changes_nothing_and_does_not_prolong() -> None:
    world, owner, _ = small_group()
    for _ in range(3):
        world.say(owner)
    before = ChatGroupUser.objects.values().get(group_id=world.id, user=owner)

    for _ in range(5):
        with pytest.raises(TooFast):
            world.say(owner)

    assert ChatGroupUser.objects.values().get(group_id=world.id, user=owner) == before


def test_without_a_rate_nobody_waits(settings: Any) -> None:
    settings.CHAT = {"FLOOD_RATE": 1, "FLOOD_BURST": 1}
    world, owner, _ = small_group()
    world.say(owner)
    with pytest.raises(TooFast):
        world.say(owner)

    settings.CHAT = {"FLOOD_RATE": None}

    for _ in range(3):
        world.say(owner)
    assert world.membership(owner).flood_until is None


@pytest.mark.usefixtures("limited")
def test_limit_costs_no_statement(send_path: str, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    world, owner, _ = small_group()
    world.say(owner)
    with django_assert_num_queries(1 if send_path == "fast" else LOCKS + 3):
        world.say(owner)


def test_slow_mode_holds_for_members_and_not_for_who_moderates() -> None:
    world = make_world(GroupType.GROUP)
    slow(world, 30)
    member, admin, owner = (world.people[role] for role in (Role.MEMBER, Role.ADMIN, Role.OWNER))
    for moderator in (admin, owner):
        for _ in range(3):
            world.say(moderator)
    world.say(member)

    with pytest.raises(TooFast) as refused:
        world.say(member)

    assert refused.value.code == "slow_mode"
    assert 0 < refused.value.wait <= 30
    assert "30 seconds" in str(refused.value.detail)
    world.say(world.others[Role.MEMBER])
    read_advance(acting_user=member, group_id=world.id, read_seq=5)
    pass_time(world, member, seconds=30)
    world.say(member)
    with pytest.raises(TooFast):
        world.say(member)


def test_slow_mode_begins_and_ends_for_everybody_at_once(settings: Any) -> None:
    settings.CHAT = {"FLOOD_RATE": 60, "FLOOD_BURST": 50, "SYSTEM_MESSAGES": False}
    world = make_world(GroupType.GROUP)
    member = world.people[Role.MEMBER]
    for _ in range(20):
        world.say(member)

    slow(world, 3600)
    world.say(member)
    with pytest.raises(TooFast):
        world.say(member)
    slow(world, None)
    world.say(member)
    world.say(member)


@pytest.mark.parametrize("wrong", [0, -1, 6 * 3600 + 1, True, "5", 1.5])
def test_slow_mode_has_limits(wrong: Any) -> None:
    world, owner, _ = small_group()
    with pytest.raises(InvalidInput) as refused:
        group_update(acting_user=owner, group_id=world.id, slow_mode=wrong)
    assert refused.value.field == "slow_mode"


def test_members_cannot_turn_slow_mode_off() -> None:
    world = make_world(GroupType.GROUP)
    slow(world, 30)
    with pytest.raises(NotAllowed):
        group_update(acting_user=world.people[Role.MEMBER], group_id=world.id, slow_mode=None)


def test_scheduled_messages_wait_where_it_is_slow_and_are_sent_one_by_one() -> None:
    world = make_world(GroupType.GROUP)
    member = world.people[Role.MEMBER]
    for number in (1, 2):
        scheduled_create(
            acting_user=member,
            group_id=world.id,
            message_text=f"later {number}",
            send_at=timezone.now() + timedelta(days=1),
        )
    slow(world, 60)
    ScheduledMessage.objects.update(send_at=timezone.now() - timedelta(seconds=1))

    assert [attempt.error_code for attempt in scheduled_send_due()] == [""]
    assert list(scheduled_send_due()) == []
    assert ScheduledMessage.objects.get().state == "waiting"
    pass_time(world, member, minutes=1)
    assert [attempt.error_code for attempt in scheduled_send_due()] == [""]
    assert not ScheduledMessage.objects.exists()


def test_scheduling_in_a_hurry_is_not_refused() -> None:
    world = make_world(GroupType.GROUP)
    slow(world, 60)
    member = world.people[Role.MEMBER]
    message_send(acting_user=member, group_id=world.id, message_text="now")

    scheduled_create(
        acting_user=member, group_id=world.id, message_text="later", send_at=timezone.now() + timedelta(days=1)
    )
