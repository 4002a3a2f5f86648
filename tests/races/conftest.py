"""Races run on real connections: on PostgreSQL most of them, on SQLite those in ``test_sqlite.py``."""

from pathlib import Path

import pytest

from chat.services import fast_send
from tests.services.worlds import ON_POSTGRESQL, SEND_PATHS

# Row locks exist on PostgreSQL alone; SQLite has its own file.
collect_ignore = [
    path.name for path in Path(__file__).parent.glob("test_*.py") if (path.name == "test_sqlite.py") is ON_POSTGRESQL
]


@pytest.fixture(params=SEND_PATHS)
def send_path(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the test over every path that sends."""
    if request.param == "orm":
        monkeypatch.setattr(fast_send, "is_available", lambda: False)
    return str(request.param)
