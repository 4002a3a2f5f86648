"""Requests in a queue, and whoever works on them."""

from datetime import time
from typing import Any

from chat.models import BusinessHours, ChatGroup, ChatGroupUser, OpeningInterval
from chat.roles import GroupType, Role
from chat.services.groups import support_start
from tests.services.worlds import World, make_person, make_staff, make_world, quietly

MIDNIGHT = time(0)


def request_world() -> tuple[World, Any, Any, Any]:
    """Return a request that nobody takes care of, its client, and two members of staff who are in it."""
    world = make_world(GroupType.SUPPORT)
    return world, world.people[Role.CLIENT], world.people[Role.STAFF], world.others[Role.STAFF]


def queued(client: Any = None) -> ChatGroup:
    """Return a request without any staff."""
    person = client or make_person()
    with quietly():
        return support_start(acting_user=person, client_user_id=person.pk, name="Help").group


def always(*, is_open: bool, away: str = "We are away.") -> BusinessHours:
    """Let the desk be open at all times, or at none."""
    hours = BusinessHours.objects.create(away_message=away)
    week = range(7) if is_open else ()
    OpeningInterval.objects.bulk_create(
        OpeningInterval(hours=hours, weekday=day, opens=MIDNIGHT, closes=MIDNIGHT) for day in week
    )
    return hours


def staff_of(group_id: Any) -> set[Any]:
    """Return who is staff in a request now."""
    live = ChatGroupUser.objects.live().filter(group_id=group_id, role=Role.STAFF)
    return set(live.values_list("user_id", flat=True))


def told(world: World) -> list[str]:
    """Return the kinds of what the system said in the conversation."""
    rows = world.group.messages.filter(message_type="system").order_by("seq")
    return [message.metadata["system"]["kind"] for message in rows]


__all__ = ["always", "make_person", "make_staff", "queued", "request_world", "staff_of", "told"]
