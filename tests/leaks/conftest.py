"""The same callers as for the API."""

from tests.api.conftest import api, fresh_throttles

__all__ = ["api", "fresh_throttles"]
