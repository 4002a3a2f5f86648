"""A host whose users have a UUID as key."""

from tests.hosts.base import *

INSTALLED_APPS = [*INSTALLED_APPS, "tests.hosts.uuid_people"]
AUTH_USER_MODEL = "uuid_people.Person"
