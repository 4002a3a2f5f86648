"""Fixtures and Hypothesis profiles for the whole suite."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck
from pytest_django import DjangoDbBlocker

from tests.factories import UserFactory

HERE = Path(__file__).parent

hypothesis.settings.register_profile(
    "ci",
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis.settings.register_profile(
    "large", hypothesis.settings.get_profile("ci"), max_examples=2000, stateful_step_count=100
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


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


def _is_untraced(item: pytest.Item) -> bool:
    """Say whether a test goes where others have been; on PostgreSQL only some folders reach code of its own."""
    folder = item.path.relative_to(HERE).parts[0]
    if connection.vendor == "postgresql" and folder not in ("models", "races", "services"):
        item.add_marker("no_cover")
    return "no_cover" in item.keywords


@pytest.fixture(autouse=True)
def files_kept_apart(settings: Any, tmp_path: Path) -> None:
    """Keep the files of each test in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(scope="module")
def shared_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Keep what a file's own fixtures make for all of its tests, each of which undoes only what it does itself."""
    with django_db_blocker.unblock(), transaction.atomic():
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
