"""Status of a request: who changes it, what follows, and how it opens again."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat.events import MessageCreated, RequestChanged
from chat.exceptions import InvalidInput, NotAllowed
from chat.models import ChatGroup, StatusChange, SupportRequest
from chat.services.support.ratings import request_rate
from chat.services.support.statuses import request_set_status, requests_wake
from tests.services.conftest import Hearing
from tests.services.support.desk_world import request_world, told

pytestmark = pytest.mark.django_db


def _status(world: Any) -> tuple[str | None, int]:
    world.group.refresh_from_db()
    return world.group.support_status, world.group.version


@pytest.mark.parametrize("status", ["pending", "snoozed", "resolved"])
def test_next_message_of_the_client_opens_the_request(status: str, send_path: str) -> None:
    world, client, staff, _ = request_world()
    world.say(client)
    world.say(client)
    until = timezone.now() + timedelta(hours=1) if status == "snoozed" else None
    request_set_status(acting_user=staff, group_id=world.id, status=status, snoozed_until=until)
    assert _status(world)[0] == status

    world.say(staff)
    assert _status(world)[0] == status, "what staff say changes nothing"
    world.say(client)

    assert _status(world)[0] == "open"
    request = SupportRequest.objects.get(pk=world.id)
    assert (request.snoozed_until, request.resolved_at, request.resolution_seconds) == (None, None, None)
    assert request.reopened_count == (status == "resolved")
    assert told(world) == (["request_resolved", "request_reopened"] if status == "resolved" else [])
    changes = StatusChange.objects.filter(group=world.id).order_by("version")
    assert list(changes.values_list("status", "actor")) == [(status, staff.pk), ("open", client.pk)]


def test_change_takes_one_version_and_is_published(hearing: Hearing) -> None:
    world, _, staff, _ = request_world()
    before = _status(world)[1]

    with hearing() as heard:
        request_set_status(acting_user=staff, group_id=world.id, status="pending")
        request_set_status(acting_user=staff, group_id=world.id, status="pending")

    assert heard == [RequestChanged(group_id=world.id, version=before + 1, actor_id=staff.pk)]
    assert _status(world) == ("pending", before + 1)


def test_resolving_keeps_who_and_how_long_and_is_told(hearing: Hearing) -> None:
    world, client, _, _ = request_world()
    ChatGroup.objects.filter(pk=world.id).update(created_at=timezone.now() - timedelta(hours=2))

    with hearing() as heard:
        request_set_status(acting_user=client, group_id=world.id, status="resolved")

    request = SupportRequest.objects.get(pk=world.id)
    assert request.resolved_by_id == client.pk
    assert 7200 <= (request.resolution_seconds or 0) < 7300
    assert [type(event) for event in heard] == [MessageCreated, RequestChanged]
    assert told(world) == ["request_resolved"]


def test_time_in_which_it_was_taken_for_resolved_does_not_count() -> None:
    world, client, staff, _ = request_world()
    now = timezone.now()
    ChatGroup.objects.filter(pk=world.id).update(created_at=now - timedelta(hours=10))
    for status in ("resolved", "open"):
        request_set_status(acting_user=staff, group_id=world.id, status=status)
    StatusChange.objects.filter(group=world.id, status="resolved").update(at=now - timedelta(hours=9))
    StatusChange.objects.filter(group=world.id, status="open").update(at=now - timedelta(hours=2))

    request_set_status(acting_user=client, group_id=world.id, status="resolved")

    seconds = SupportRequest.objects.get(pk=world.id).resolution_seconds or 0
    assert 3 * 3600 <= seconds < 3 * 3600 + 60


def test_client_resolves_and_nothing_else() -> None:
    world, client, _, _ = request_world()
    for status in ("pending", "open"):
        with pytest.raises(NotAllowed):
            request_set_status(acting_user=client, group_id=world.id, status=status)
    request_set_status(acting_user=client, group_id=world.id, status="resolved")
    assert _status(world)[0] == "resolved"


def test_snoozed_request_wakes_when_its_time_has_come(hearing: Hearing) -> None:
    world, _, staff, _ = request_world()
    later, _, other_staff, _ = request_world()
    until = timezone.now() + timedelta(days=1)
    for one, person in ((world, staff), (later, other_staff)):
        request_set_status(acting_user=person, group_id=one.id, status="snoozed", snoozed_until=until)
    SupportRequest.objects.filter(pk=world.id).update(snoozed_until=timezone.now() - timedelta(seconds=1))

    with hearing() as heard:
        assert list(requests_wake()) == [world.id]
        assert list(requests_wake()) == []

    assert _status(world)[0] == "open"
    assert _status(later)[0] == "snoozed"
    assert [(event.group_id, event.actor_id) for event in heard] == [(world.id, None)]
    assert told(world) == []


@pytest.mark.parametrize(
    ("status", "hours", "code"),
    [
        ("snoozed", None, "required"),
        ("snoozed", -1, "out_of_range"),
        ("open", 1, "not_snoozed"),
        ("shut", None, "invalid_choice"),
    ],
)
def test_what_makes_no_sense_is_refused(status: str, hours: int | None, code: str) -> None:
    world, _, staff, _ = request_world()
    until = None if hours is None else timezone.now() + timedelta(hours=hours)
    with pytest.raises(InvalidInput) as refused:
        request_set_status(acting_user=staff, group_id=world.id, status=status, snoozed_until=until)
    assert refused.value.code == code


def test_last_rating_stands() -> None:
    world, client, staff, _ = request_world()
    request_set_status(acting_user=staff, group_id=world.id, status="resolved")

    request_rate(acting_user=client, group_id=world.id, rating=2)
    request_rate(acting_user=client, group_id=world.id, rating=5, rating_text="after all")

    request = SupportRequest.objects.get(pk=world.id)
    assert (request.rating, request.rating_text) == (5, "after all")
    with pytest.raises(InvalidInput):
        request_rate(acting_user=client, group_id=world.id, rating=6)


def test_snoozing_again_changes_the_time_alone() -> None:
    world, _, staff, _ = request_world()
    first, second = (timezone.now() + timedelta(hours=hours) for hours in (1, 2))
    request_set_status(acting_user=staff, group_id=world.id, status="snoozed", snoozed_until=first)
    request_set_status(acting_user=staff, group_id=world.id, status="snoozed", snoozed_until=second)
    request = SupportRequest.objects.get(pk=world.id)
    assert (_status(world)[0], request.snoozed_until) == ("snoozed", second)


def test_request_that_is_snoozed_anew_meanwhile_is_not_woken() -> None:
    worlds = [request_world() for _ in range(2)]
    for world, _, staff, _ in worlds:
        until = timezone.now() + timedelta(hours=1)
        request_set_status(acting_user=staff, group_id=world.id, status="snoozed", snoozed_until=until)
    SupportRequest.objects.update(snoozed_until=timezone.now() - timedelta(seconds=1))
    waking = requests_wake()
    first = next(waking)
    SupportRequest.objects.exclude(pk=first).update(snoozed_until=timezone.now() + timedelta(hours=1))
    list(waking)
    states = {world.id: _status(world)[0] for world, *_ in worlds}
    assert states.pop(first) == "open"
    assert list(states.values()) == ["snoozed"]
