"""The same callers as for the rest of the API."""

from tests.api.conftest import api, fresh_throttles

__all__ = ["api", "fresh_throttles"]
