"""Limits of its own: the client walks a whole history when opened, and marks message after message as read."""

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from chat.conf import chat_settings

RATES: dict[str, str | None] = {
    "hazo_read": "6000/min",
    "hazo_mark_read": "6000/min",
    "hazo_write": "300/min",
}


class HazoThrottle(SimpleRateThrottle):
    """A number of requests per person and window of time.

    It counts instead of keeping the time of each request, as the parent does: that list grows with the rate.
    """

    num_requests: int | None
    duration: int | None

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def get_rate(self) -> str | None:
        """Return the rate of the scope: the host's, else the default."""
        return (RATES | chat_settings.THROTTLE_RATES)[str(self.scope)]

    def allow_request(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 (as in DRF)
        """Count the request; refuse it above the rate."""
        if self.num_requests is None or self.duration is None:
            return True
        window = int(self.timer() // self.duration)
        key = f"chat:throttle:{self.scope}:{request.user.pk}:{window}"
        if cache.add(key, 1, timeout=self.duration):
            return True
        try:
            return bool(cache.incr(key) <= self.num_requests)
        except ValueError:  # it expired in between
            return True

    def wait(self) -> float | None:
        """Return the seconds until the next window."""
        return None if self.duration is None else self.duration - self.timer() % self.duration
