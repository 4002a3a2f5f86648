import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from chatproject.database import POSTGRES_OPTIONS, SQLITE_OPTIONS, database_from_url
from chatproject.secret_key import read_or_create_key

ROOT = Path(__file__).resolve().parents[2]
FROM_ENVIRONMENT = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEBUG", "DEMO", "ALLOWED_HOSTS", "BEHIND_TLS_PROXY")


def test_deploy_check_is_clean_when_nothing_is_set() -> None:
    done = _manage("check", "--deploy", "--fail-level", "WARNING")

    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues" in done.stdout


def test_demo_without_debug_is_off() -> None:
    done = _manage("shell", "--no-imports", "-c", "from django.conf import settings as s; print(s.DEMO)", DEMO="1")

    assert done.stdout == "False\n"


def test_redis_url_is_the_cache() -> None:
    show = "from django.core.cache import cache; print(type(cache._connections['default']).__name__)"

    assert _manage("shell", "--no-imports", "-c", show, REDIS_URL="redis://127.0.0.1:1/0").stdout == "RedisCache\n"


def test_secret_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "key"

    first = read_or_create_key(path)

    assert read_or_create_key(path) == first
    assert len(first) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_secret_key_of_the_first_worker_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "key"
    path.write_text("of another worker")
    monkeypatch.setattr(Path, "exists", lambda _: False)

    assert read_or_create_key(path) == "of another worker"


def test_database_without_address_is_the_default_file(tmp_path: Path) -> None:
    config = database_from_url("", tmp_path / "db.sqlite3")

    assert config["NAME"] == tmp_path / "db.sqlite3"
    assert config["OPTIONS"] == SQLITE_OPTIONS


def test_database_options_of_the_address_win() -> None:
    config = database_from_url("postgres://ada:secret@db.example.org/chat?sslmode=require", Path())

    assert config["OPTIONS"] == POSTGRES_OPTIONS | {"sslmode": "require"}
    assert (config["HOST"], config["NAME"], config["USER"]) == ("db.example.org", "chat", "ada")


@pytest.mark.django_db
def test_sqlite_readers_do_not_wait_for_a_writer() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("says nothing about other databases")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)


def test_migrations_of_every_app_are_complete(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def _manage(*command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    inherited = {name: value for name, value in os.environ.items() if name not in FROM_ENVIRONMENT}
    return subprocess.run(
        [sys.executable, "manage.py", *command, "--settings", "chatproject.settings"],
        cwd=ROOT,
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )
