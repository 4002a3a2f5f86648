"""A stored value that nobody knows, as an older chat may leave it, lets nobody do anything."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from chat.adapter import ChatAdapter
from chat.choices import CallType
from chat.exceptions import NotAllowed
from chat.models import ChatSettings
from chat.roles import Posting
from chat.services.calls import call_start
from chat.services.groups import group_start, peer_start
from chat.services.people.presence import presence_beat, statuses_of
from chat.services.people.profiles import profiles_for
from tests.services.people.worlds import connect, prefer
from tests.services.worlds import World, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.core]


class Pictured(ChatAdapter):
    """A host that shows pictures."""

    def avatar_url(self, user: Any) -> str:
        return f"https://example.org/{user.pk}.png"


@pytest.fixture(params=["", "EVERYONE", "friends"])
def unknown(request: pytest.FixtureRequest) -> Iterator[Callable[[Any, str], None]]:
    """Return a function that stores an unknown value in a setting of a person, past the database's constraint."""

    def store(user: Any, setting: str) -> None:
        prefer(user, hide_email=False)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                table = ChatSettings._meta.db_table
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "chat_settings_{setting}"')
            else:
                cursor.execute("PRAGMA ignore_check_constraints = ON")
        ChatSettings.objects.filter(user=user).update(**{setting: request.param})

    yield store
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def test_nobody_writes(unknown: Callable[[Any, str], None]) -> None:
    ada, ben = make_person(), make_person()
    connect(ada, ben)
    world = World(peer_start(acting_user=ben, user_id=ada.pk).group, {})
    unknown(ada, "who_can_message")
    with pytest.raises(NotAllowed):
        world.say(ben)
    with pytest.raises(NotAllowed):
        peer_start(acting_user=make_person(), user_id=ada.pk)


def test_nobody_calls(unknown: Callable[[Any, str], None]) -> None:
    ada, ben = make_person(), make_person()
    connect(ada, ben)
    group = peer_start(acting_user=ben, user_id=ada.pk).group
    unknown(ada, "allow_calls_from")
    with pytest.raises(NotAllowed) as refused:
        call_start(acting_user=ben, group_id=group.pk, call_type=CallType.VOICE)
    assert refused.value.code == "privacy"


@pytest.mark.parametrize(
    ("posting", "setting"), [(Posting.EVERYONE, "allow_group_adds"), (Posting.ADMINS, "allow_channel_adds")]
)
def test_nobody_adds(posting: str, setting: str, unknown: Callable[[Any, str], None]) -> None:
    ada, ben = make_person(), make_person()
    connect(ada, ben)
    unknown(ada, setting)
    assert set(group_start(acting_user=ben, member_ids=[ada.pk], posting=posting).rejected) == {ada.pk}


def test_nobody_sees(unknown: Callable[[Any, str], None], settings: Settings) -> None:
    settings.CHAT = {"ADAPTER": f"{__name__}.{Pictured.__qualname__}"}
    ada, ben = make_person(), make_person()
    connect(ada, ben)
    presence_beat(acting_user=ada)
    assert profiles_for(ben.pk, [ada.pk])[ada.pk].avatar_url is not None
    for setting in ("last_seen_visibility", "profile_photo_visibility"):
        unknown(ada, setting)
    [status] = statuses_of(ben, [ada.pk])
    assert status.last_seen_at is None
    assert profiles_for(ben.pk, [ada.pk])[ada.pk].avatar_url is None
