"""The default host with the migration linter, whose command needs to be installed as an app."""

from tests.hosts.base import *

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]

# It constrains and indexes tables in place, which locks them while they are read: no release has put rows in them yet.
MIGRATION_LINTER_OPTIONS = {"ignore_name": ["0003_messages_and_files"]}
