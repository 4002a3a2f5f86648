"""Races run on real connections: on PostgreSQL most of them, on SQLite those in ``test_sqlite.py``."""

import pytest

from chat.services import fast_send
from tests.services.worlds import ON_POSTGRESQL, SEND_PATHS

# Row locks exist on PostgreSQL alone; SQLite has its own file.
collect_ignore_glob = ["test_sqlite.py"] if ON_POSTGRESQL else ["test_[!s]*.py"]


@pytest.fixture(params=SEND_PATHS)
def send_path(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the test over every path that sends."""
    if request.param == "orm":
        monkeypatch.setattr(fast_send, "is_available", lambda: False)
    return str(request.param)
