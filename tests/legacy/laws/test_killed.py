"""A process that is killed while it folds leaves whole batches, and the next run ends where one alone would have."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.apps import apps
from django.db import connection

from chat.legacy.models import Models
from chat.legacy.run import fold
from chat.legacy.source import Options
from chat.legacy.sources.hazo2 import Hazo2Source
from chat.legacy.undoing import undo
from chat.models import ChatMessage
from tests.factories import UserFactory
from tests.legacy.checksums import tables
from tests.legacy.hazo.builder import OldHazo, Shape, at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race, pytest.mark.slow]
MESSAGES = 12
POSTGRES = pytest.mark.skipif(connection.vendor != "postgresql", reason="a process of its own needs a server")


@pytest.fixture
def old() -> Iterator[OldHazo]:
    """Hold a chat of three people, two of whom talk to each other in turn."""
    made = OldHazo(Shape.TWO).create()
    people = [UserFactory.create().pk for _ in range(3)]
    for number in range(MESSAGES):
        sender, receiver = people[number % 2], people[2 if number % 5 == 0 else 1 - number % 2]
        made.say(f"message-{number}", receiver, sender, f"Said {number}", at(number))
    yield made
    made.drop()


@POSTGRES
def test_a_killed_run_is_finished_by_the_next(old: OldHazo) -> None:
    source, models = Hazo2Source(Options(batch_size=2)), Models(apps)
    empty = tables()
    fold(source, models)
    whole = tables()
    undo(source, models)
    assert tables() == empty

    assert _fold_and_die(after=4) == -signal.SIGKILL
    assert 0 < ChatMessage.objects.count() < MESSAGES, "it died in the middle"
    fold(source, models)

    assert tables() == whole


def _fold_and_die(*, after: int) -> int:
    """Fold in a process that is killed; return how it ended."""
    known = connection.settings_dict
    who = f"{quote(known['USER'])}:{quote(known['PASSWORD'])}" if known["PASSWORD"] else quote(known["USER"])
    url = f"postgres://{who}@{known['HOST']}:{known['PORT']}/{known['NAME']}"
    command = [sys.executable, "-m", "tests.legacy.laws.killed", str(after)]
    return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False, timeout=60).returncode
