"""An older Astegni database beside the tables of this app, and the moments at which things happen in it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from chat.legacy.source import Options
from chat.legacy.sources.astegni import Astegni
from tests.legacy.astegni.builder import OldAstegni
from tests.legacy.astegni.schema import State

START = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
MakeOld = Callable[..., OldAstegni]


def at(minutes: float) -> datetime:
    """Return the time so many minutes after everything began."""
    return START + timedelta(minutes=minutes)


@pytest.fixture
def make_old(db: None) -> MakeOld:
    """Make the tables of an older database in a state, or of each table in one."""

    def make(state: Mapping[str, State] | State = State.S2) -> OldAstegni:
        return OldAstegni(state).create()

    return make


@pytest.fixture
def old(make_old: MakeOld) -> OldAstegni:
    return make_old()


@pytest.fixture
def source() -> Astegni:
    return Astegni(Options(batch_size=2))
