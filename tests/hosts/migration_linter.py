"""The default host with the migration linter, whose command needs to be installed as an app."""

from tests.hosts.base import *

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
