"""Fixtures and Hypothesis profiles for the whole suite."""

import gc
import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.db import connection, transaction
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
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests without coverage last, and of both what takes long first; give each process its part of both.

    Tracing doubles what a test costs, and what runs untraced for the first time may never be seen again (imports).
    What takes long comes first, or one process would end with it while the other has nothing left to do.
    """
    items.sort(key=lambda item: "slow" not in item.keywords)
    traced = [item for item in items if not _is_untraced(item)]
    untraced = [item for item in items if _is_untraced(item)]
    parts = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items[:] = [
        item
        for part in range(parts)
        for group in (traced, untraced)
        for item in group[part * len(group) // parts : (part + 1) * len(group) // parts]
    ]


def pytest_configure() -> None:
    """Empty the database quickly after tests that commit."""
    from tests import emptying  # noqa: PLC0415 (needs the models)

    TransactionTestCase._fixture_teardown = emptying.undo  # type: ignore[attr-defined]


def pytest_collection_finish() -> None:
    """Spare the collector what is there for good, and call it seldom: a tenth of the time went into finding nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _is_untraced(item: pytest.Item) -> bool:
    """Say whether a test goes where others have been; on PostgreSQL only some folders reach code of its own."""
    folder = item.path.relative_to(HERE).parts[0]
    if connection.vendor == "postgresql" and folder not in ("models", "races", "services"):
        item.add_marker("no_cover")
    return "no_cover" in item.keywords


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
