"""The database of the demo host, as chat likes it."""

from pathlib import Path
from typing import Any

import environ

SQLITE_OPTIONS = {
    # Writers wait for each other from their first statement instead of failing at a later one.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # Readers go on while one connection writes.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
}
POSTGRES_OPTIONS = {"pool": {"min_size": 2, "max_size": 20}}


def database_from_url(url: str, default: Path) -> dict[str, Any]:
    """Return Django's settings for the database at ``url``; an SQLite file at ``default`` if empty."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": default,
            "OPTIONS": dict(SQLITE_OPTIONS),
        }
    config: dict[str, Any] = environ.Env.db_url_config(url)
    options = {"sqlite3": SQLITE_OPTIONS, "postgresql": POSTGRES_OPTIONS}
    backend = config["ENGINE"].rpartition(".")[2]
    return config | {
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options.get(backend, {}) | config.get("OPTIONS", {}),
    }
