"""How often one person may call."""

from collections.abc import Mapping

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from chat.claims import claim_of
from chat.conf import chat_settings

RATES: Mapping[str, str] = {
    "read": "600/min",
    "search": "60/min",
    "sync": "120/min",
    "mark": "300/min",
    "send": "120/min",
    "write": "120/min",
    "upload": "60/min",
    "report": "30/hour",
    "file": "1200/min",
    "export": "10/day",
    "erasure": "10/day",
    "visitor": "10/min",
}
"""Default of each scope; the setting THROTTLE_RATES overrides them."""


class ScopeThrottle(SimpleRateThrottle):
    """Limit each person in the scope that the view names for its action."""

    def __init__(self) -> None:  # The scope, and with it the rate, is known only when a request comes.
        pass

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Return whether this request is within its scope's rate."""
        self.scope = view.throttle_scope  # type: ignore[attr-defined]
        self.rate = chat_settings.THROTTLE_RATES.get(self.scope, RATES[self.scope])
        self.num_requests, self.duration = self.parse_rate(self.rate)
        return super().allow_request(request, view)

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """Return the key of this person's calls in this scope."""
        claim = claim_of(request.user)
        return f"chat_throttle_{self.scope}_{claim.user_id if claim else request.user.pk}"


class AddressThrottle(ScopeThrottle):
    """Limit each address: for callers who are nobody yet. DRF's NUM_PROXIES says how many proxies to believe."""

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """Return the key of this address's calls in this scope."""
        return f"chat_throttle_{self.scope}_at_{self.get_ident(request)}"
