"""An older Astegni database: empty, to be filled by a test, or the whole world, folded."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import override_settings

from chat.legacy.models import Models
from chat.legacy.run import fold
from chat.legacy.source import Options
from chat.legacy.sources.astegni import Astegni
from tests.legacy.astegni.builder import OldAstegni
from tests.legacy.astegni.schema import PROFILES, State
from tests.legacy.astegni.world import Cast, World, build

MakeOld = Callable[..., OldAstegni]


def fold_astegni(*, dry_run: bool = False, since: datetime | None = None, **options: Any) -> None:
    """Fold the older database into the tables of this app, a few rows at a time."""
    settings: dict[str, Any] = {"batch_size": 7, "call_shifts": [timedelta(hours=3)]} | options
    with override_settings(CHAT={"PROFILES": PROFILES}):
        fold(Astegni(Options(**settings)), Models(apps), dry_run=dry_run, since=since)


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


@pytest.fixture(scope="module")
def world(shared_rows: None) -> Iterator[World]:
    """Return the whole older database, folded."""
    made = build(OldAstegni().create(), Cast())
    fold_astegni()
    yield made
    made.old.drop()
