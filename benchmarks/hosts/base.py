"""What both hosts share, so that only the chat differs: a new project's middleware, and one connection a thread."""

from datetime import timedelta
from typing import Any

import environ

env = environ.Env()

DEBUG = False
SECRET_KEY = "only-for-benchmarks-" * 3
ALLOWED_HOSTS = ["127.0.0.1"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Filling a database takes longer than a usual token lives.
SIMPLE_JWT = {"ACCESS_TOKEN_LIFETIME": timedelta(days=1)}
# The database plans a statement once for each connection instead of at every execution, as the floor has it too.
PREPARED = {"server_side_binding": True, "prepare_threshold": 5}
DATABASES: dict[str, dict[str, Any]] = {"default": env.db_url("DATABASE_URL") | {"CONN_MAX_AGE": None}}
DATABASES["default"]["OPTIONS"] = PREPARED if env.bool("BENCH_PREPARED", default=True) else {}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "rest_framework",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
