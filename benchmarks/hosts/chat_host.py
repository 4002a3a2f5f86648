"""A project with chat, as it comes but for its limits."""

from benchmarks.hosts.base import *
from tests.legacy.astegni.schema import PROFILES

INSTALLED_APPS += ["chat", "django_filters", "drf_spectacular"]
ROOT_URLCONF = "benchmarks.hosts.chat_urls"

_SCOPES = ("read", "search", "sync", "mark", "send", "write", "hazo_read", "hazo_mark_read", "hazo_write")
# What counts messages works, and stops nobody.
CHAT = {"THROTTLE_RATES": dict.fromkeys(_SCOPES), "FLOOD_RATE": 1_000_000, "FLOOD_BURST": 1_000_000}
CHAT |= {"PROFILES": PROFILES}
