"""Fixtures and Hypothesis profiles for the whole suite."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck

from tests.factories import UserFactory

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
    """Begin with what takes long, or one process would end with it while the other has nothing left to do."""
    items.sort(key=lambda item: "slow" not in item.keywords)


@pytest.fixture(autouse=True)
def files_kept_apart(settings: Any, tmp_path: Path) -> None:
    """Keep the files of each test in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def make_user(db: None) -> Callable[..., Any]:
    """Make a user of the host: ``make_user()``, ``make_user("ada", is_staff=True)``."""

    def make(name: str | None = None, **fields: Any) -> Any:
        if name is not None:
            fields["name"] = name
        return UserFactory.create(**fields)

    return make
