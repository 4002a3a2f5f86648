"""Limits of the older surfaces: their clients walk whole histories, and ask again every few seconds."""

from collections.abc import Mapping

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from chat.conf import chat_settings


class CompatThrottle(SimpleRateThrottle):
    """A number of requests per person and window of time.

    It counts instead of keeping the time of each request, as the parent does: that list grows with the rate.
    """

    num_requests: int | None
    duration: int | None

    def __init__(self, scope: str, rates: Mapping[str, str | None]) -> None:
        self.scope = scope
        self.rates = rates
        super().__init__()

    def get_rate(self) -> str | None:
        """Return the rate of the scope: the host's, else the default."""
        return {**self.rates, **chat_settings.THROTTLE_RATES}[str(self.scope)]

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
