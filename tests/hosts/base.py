"""What every host in the tests shares: the demo host's settings, made fast and independent of the environment."""

import os
import tempfile
from pathlib import Path

os.environ |= {
    "SECRET_KEY": "only-for-tests-" * 4,
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "DEBUG": "",
    "DEMO": "",
    "REDIS_URL": "",
    "BEHIND_TLS_PROXY": "",
}

from chatproject.settings import *
from tests.hosts.strict_templates import MissingVariable

SECURE_SSL_REDIRECT = False
CHAT = {"FLOOD_RATE": None}  # tests say in no time what takes people hours
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Each client of a test makes the middleware anew, which need not read all static files each time.
WHITENOISE_AUTOREFRESH = True
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = MissingVariable()

_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # A file, so that threads have connections of their own; named for the process, so that runs do not meet.
    _database["TEST"] = {"NAME": str(Path(tempfile.gettempdir()) / f"chat-tests-{os.getpid()}.sqlite3")}
    _database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF"
else:
    # Tests open and close connections of their own, which a pool would keep from dropping the database.
    _database["OPTIONS"].pop("pool", None)
