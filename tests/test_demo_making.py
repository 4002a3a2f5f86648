"""How the demo is made, from nothing."""

from io import StringIO

import pytest
from django.core.management import call_command
from pytest_django import Settings

from chat.models import ChatGroup
from chatproject.demo import create_people
from chatproject.story import story_create
from chatproject.story.desk import desk_open
from tests.files.uploading import stored
from tests.test_demo import BUSY

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_stopped_halfway_it_leaves_nothing_and_starts_anew_next_time() -> None:
    people = create_people()
    desk_open(people)

    def stop(done: int, total: int) -> None:
        if done == total - 1:
            assert stored()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        story_create(people, busy_messages=BUSY, progress=stop)

    assert not ChatGroup.objects.exists()
    assert not stored()


def test_nobody_is_too_fast_for_the_limits(settings: Settings) -> None:
    settings.CHAT = {"FLOOD_RATE": 1, "FLOOD_BURST": 1}

    people = create_people()
    desk_open(people)

    story_create(people, busy_messages=BUSY, progress=lambda _done, _total: None)

    assert ChatGroup.objects.get(name="Spring market").last_seq == BUSY


def test_progress_is_shown_on_a_terminal(settings: Settings) -> None:
    settings.DEMO = True
    terminal = StringIO()
    terminal.isatty = lambda: True  # type: ignore[method-assign]

    call_command("chat_demo", messages=10, stdout=StringIO(), stderr=terminal)

    assert "\r  Filling the demo with conversations: 0 %" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")
