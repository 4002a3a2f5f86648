"""The default host with the chat that the benchmarks compare with, so that mypy knows the models of both."""

from tests.hosts.base import *

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.usual"]
