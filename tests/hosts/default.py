"""A host with Django's own user."""

from tests.hosts.base import *
