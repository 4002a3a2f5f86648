"""Who is there, and who is told."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from chat.models import Presence
from chat.services.people.blocks import block_add
from chat.services.people.presence import Status, online_among, presence_beat, statuses_of
from tests.services.people.worlds import connect, prefer
from tests.services.worlds import make_person, small_group

pytestmark = pytest.mark.django_db


def _status(viewer: Any, user: Any) -> tuple[bool, datetime | None]:
    [status] = statuses_of(viewer, [user.pk])
    assert status.user_id == user.pk
    return status.online, status.last_seen_at


def test_sign_of_life_is_kept_once_and_goes_stale(settings: Settings) -> None:
    ada, ben = make_person(), make_person()
    assert _status(ben, ada) == (False, None)
    presence_beat(acting_user=ada)
    first = Presence.objects.get().seen_at
    presence_beat(acting_user=ada)

    last = Presence.objects.get().seen_at
    assert last > first
    assert _status(ben, ada) == (True, last)
    past = timezone.now() - timedelta(seconds=61)
    Presence.objects.update(seen_at=past)
    assert _status(ben, ada) == (False, past)
    settings.CHAT = {"ONLINE_SECONDS": 120}
    assert _status(ben, ada) == (True, past)


@pytest.mark.parametrize(
    ("preferred", "stranger", "contact"),
    [
        ({}, (True, True), (True, True)),
        ({"online_status": False}, (False, False), (False, False)),
        ({"last_seen_visibility": "connections"}, (True, False), (True, True)),
        ({"last_seen_visibility": "nobody"}, (True, False), (True, False)),
        ({"last_seen_visibility": "nobody", "online_status": False}, (False, False), (False, False)),
    ],
)
def test_settings_say_who_is_told(
    preferred: dict[str, Any], stranger: tuple[bool, bool], contact: tuple[bool, bool]
) -> None:
    ada, ben, eva = (make_person() for _ in range(3))
    connect(ada, ben)
    presence_beat(acting_user=ada)
    prefer(ada, **preferred)

    def told(viewer: Any) -> tuple[bool, bool]:
        online, last_seen_at = _status(viewer, ada)
        return online, last_seen_at is not None

    assert (told(eva), told(ben), told(ada)) == (stranger, contact, (True, True))


@pytest.mark.parametrize("by_viewer", [True, False])
def test_block_hides_presence_both_ways(by_viewer: bool) -> None:
    ada, ben = make_person(), make_person()
    connect(ada, ben)
    for user in (ada, ben):
        presence_beat(acting_user=user)
    block_add(acting_user=ada if by_viewer else ben, user_id=(ben if by_viewer else ada).pk)

    assert _status(ada, ben) == _status(ben, ada) == (False, None)


def test_people_who_are_neither_found_nor_met_are_never_there() -> None:
    world, owner, [member] = small_group()
    for user in (owner, member):
        presence_beat(acting_user=user)
    member.is_active = False
    member.save()

    assert _status(owner, member)[0], "met in a group"
    assert _status(make_person(), member) == (False, None)
    assert world


@pytest.mark.parametrize("rows", [3, 30])
def test_many_take_as_many_statements_as_few(rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    crowd = [make_person() for _ in range(rows)]
    for person in crowd:
        presence_beat(acting_user=person)
        prefer(person, last_seen_visibility="connections")
    ada = make_person()
    gone = make_person(is_active=False)
    ids = [person.pk for person in crowd]
    with django_assert_num_queries(6):
        found = statuses_of(ada, [*ids, gone.pk, ids[0]])
    assert [status.user_id for status in found] == [*ids, gone.pk]
    assert [status.online for status in found] == [True] * rows + [False]
    assert statuses_of(ada, []) == []
    assert found[-1] == Status(gone.pk)


def test_list_of_conversations_says_online_of_the_same_people(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    me, open_one, hidden, blocked, blocker, away = (make_person() for _ in range(6))
    others = [open_one, hidden, blocked, blocker]
    for person in (me, *others):
        presence_beat(acting_user=person)
    prefer(hidden, online_status=False)
    block_add(acting_user=me, user_id=blocked.pk)
    block_add(acting_user=blocker, user_id=me.pk)
    ids = [person.pk for person in (me, *others, away)]

    with django_assert_num_queries(1):
        online = online_among(me, ids)

    assert online == {status.user_id for status in statuses_of(me, ids) if status.online} == {me.pk, open_one.pk}
