"""A host whose users sign in by e-mail and have no user name."""

from tests.hosts.base import *

INSTALLED_APPS = [*INSTALLED_APPS, "tests.hosts.email_people"]
AUTH_USER_MODEL = "email_people.Person"
