"""Fixtures and Hypothesis profiles for the whole suite."""

import gc
import os
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.db import transaction
from django.test import TransactionTestCase, override_settings
from hypothesis import HealthCheck
from pytest_django import DjangoDbBlocker

from tests.factories import UserFactory

HERE = Path(__file__).parent
_numbers = count()

hypothesis.settings.register_profile(
    "ci",
    max_examples=25,
    deadline=None,
    derandomize=True,  # whether a change passes is no matter of luck; the large profile explores
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis.settings.register_profile(
    "large",
    hypothesis.settings.get_profile("ci"),
    max_examples=2000,
    stateful_step_count=100,
    derandomize=False,
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave unread what has nothing to run where only ``core`` is asked for: half of such a run would be reading."""
    is_test = collection_path.name.startswith("test_") and collection_path.suffix == ".py"
    if config.option.markexpr == "core" and is_test and "mark.core" not in collection_path.read_text():
        return True
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give each process its part of what takes long, first, or one would end with it while another has nothing to do.

    Of what ``core`` runs in many cases, the first stands for all: the whole suite tries the others.
    """
    if config.option.markexpr == "core":
        config.hook.pytest_deselected(items=[item for item in items if any(_case(item).values())])
        items[:] = [item for item in items if not any(_case(item).values())]
    slow = [item for item in items if "slow" in item.keywords]
    quick = [item for item in items if "slow" not in item.keywords]
    parts = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items[:] = [
        item
        for part in range(parts)
        for group in (slow, quick)
        for item in group[part * len(group) // parts : (part + 1) * len(group) // parts]
    ]


def _case(item: pytest.Item) -> Mapping[str, int]:
    """Return which of its cases a test is: the index of each parameter."""
    return item.callspec.indices if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}


def pytest_configure() -> None:
    """Empty the database quickly after tests that commit."""
    from tests import emptying  # noqa: PLC0415 (needs the models)

    TransactionTestCase._fixture_teardown = emptying.undo  # type: ignore[attr-defined]


def pytest_collection_finish() -> None:
    """Spare the collector what is there for good, and call it seldom: a tenth of the time went into finding nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(autouse=True)
def files_kept_apart(request: pytest.FixtureRequest, settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the files of each test, or of those that share rows, in a folder that the first of these files makes."""
    if "shared_rows" not in request.fixturenames:
        settings.MEDIA_ROOT = _folder(tmp_path_factory)


def _folder(parent: pytest.TempPathFactory) -> Path:
    """Return a folder that nobody else uses and that is not there yet: most tests have no files."""
    return parent.getbasetemp() / f"media-{next(_numbers)}"


@pytest.fixture(scope="module")
def shared_rows(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Keep what a file's own fixtures make for all of its tests, each of which undoes only what it does itself."""
    files = override_settings(MEDIA_ROOT=_folder(tmp_path_factory))
    with files, django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def make_user(db: None) -> Callable[..., Any]:
    """Make a user of the host: ``make_user()``, ``make_user("ada", is_staff=True)``."""

    def make(name: str | None = None, **fields: Any) -> Any:
        if name is not None:
            fields["name"] = name
        return UserFactory.create(**fields)

    return make
