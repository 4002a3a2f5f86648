"""What follows from a message in a request: the first answer, and being told that nobody is there."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat.models import BusinessHours, ChatGroup, ChatGroupUser, ChatMessage, Holiday, OpeningInterval, SupportRequest
from chat.services.support.hours import hours_changed
from chat.services.support.statuses import request_set_status
from tests.services.support.desk_world import always, request_world, told

pytestmark = pytest.mark.django_db


def _request(world: Any) -> SupportRequest:
    return SupportRequest.objects.get(pk=world.id)


def _said_at(message: ChatMessage, at: datetime) -> None:
    ChatMessage.objects.filter(pk=message.pk).update(created_at=at)


def test_first_answer_is_the_first_of_staff_after_the_client_spoke(send_path: str) -> None:
    world, client, staff, other = request_world()
    world.say(staff, "Can I help?")
    assert _request(world).first_response_at is None

    _said_at(world.say(client, "Yes."), timezone.now() - timedelta(minutes=10))
    world.say(client)
    answer = world.say(other)
    world.say(staff)

    request = _request(world)
    assert (request.first_response_at, request.first_response_by_id) == (answer.created_at, other.pk)
    assert 600 <= (request.first_response_seconds or 0) < 660


def test_only_seconds_inside_business_hours_count(send_path: str) -> None:
    world, client, staff, _ = request_world()
    hours = always(is_open=False)
    now = timezone.now()
    begins = (now - timedelta(hours=3)).replace(minute=0, second=0, microsecond=0)
    closes = begins + timedelta(hours=1)
    OpeningInterval.objects.create(
        hours=hours, weekday=begins.weekday(), opens=begins.timetz().replace(tzinfo=None), closes=closes.time()
    )
    _said_at(world.say(client), now - timedelta(hours=5))

    world.say(staff)
    assert _request(world).first_response_seconds == 3600

    ChatGroup.objects.filter(pk=world.id).update(created_at=now - timedelta(hours=5))
    Holiday.objects.create(hours=hours, date=begins.date())
    request_set_status(acting_user=client, group_id=world.id, status="resolved")
    assert _request(world).resolution_seconds == 0


def test_members_whom_the_desk_need_not_hear_send_the_fast_way() -> None:
    world, client, staff, _ = request_world()
    for person in (client, staff, staff):
        world.say(person)
    world.say(client)

    def guarded() -> set[Any]:
        rows = ChatGroupUser.objects.filter(group=world.id, is_guarded=True)
        return set(rows.values_list("user_id", flat=True)) & {client.pk, staff.pk}

    assert guarded() == set()
    request_set_status(acting_user=staff, group_id=world.id, status="pending")
    assert guarded() == {client.pk}
    world.say(client)
    world.say(client)
    assert guarded() == set()
    hours_changed(always(is_open=True))
    world.say(client)
    assert guarded() == {client.pk}


def test_away_message_comes_once_in_each_absence(send_path: str) -> None:
    world, client, staff, _ = request_world()
    hours = always(is_open=False, away="Back at nine.")
    world.say(client)
    world.say(client)
    world.say(staff)
    assert told(world) == ["desk_away"]
    said = world.group.messages.get(message_type="system")
    assert (said.seq, said.metadata["system"]["value"]) == (2, "Back at nine.")

    now = timezone.now()
    SupportRequest.objects.filter(pk=world.id).update(away_told_at=now - timedelta(days=2))
    opened = now - timedelta(hours=30)
    OpeningInterval.objects.create(
        hours=hours, weekday=opened.weekday(), opens=opened.time().replace(second=0, microsecond=0), closes=time(0)
    )
    world.say(client)
    world.say(client)

    assert told(world) == ["desk_away"] * 2


@pytest.mark.parametrize("hours", [None, {"is_open": True}, {"is_open": False, "away": ""}])
def test_nobody_is_told_while_somebody_is_there_or_there_is_nothing_to_say(hours: Any) -> None:
    world, client, _, _ = request_world()
    if hours is not None:
        always(**hours)
    world.say(client)
    assert told(world) == []
    assert BusinessHours.objects.count() == (hours is not None)
