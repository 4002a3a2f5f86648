"""Callers of the API: signed in by JWT, every answer held against the documented contract."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import RefreshToken

from tests.api.contract import PREFIX, require_described

Call = Callable[[Any], "Caller"]


class Caller(APIClient):
    """A client for paths below ``/api/chat/``; bodies are JSON."""

    checked = True

    def generic(self, method: str, path: str, *args: Any, **kwargs: Any) -> Any:
        path = path if path.startswith(("/", "http")) else PREFIX + path
        response = super().generic(method, path, *args, **kwargs)
        if response.streaming:  # to its end, or the file would stay open
            response.streaming_content = [b"".join(response.streaming_content)]
        if self.checked:
            require_described(response)
        return response

    def send(self, group_id: object, text: str = "hello", **fields: Any) -> Any:
        return self.post(f"groups/{group_id}/messages/", {"message_text": text} | fields)

    def ok(self, method: str, path: str, body: Any = None, **kwargs: Any) -> Any:
        """Return the body of an answer that must be a success."""
        response = getattr(self, method)(path, body, **kwargs)
        assert 200 <= response.status_code < 300, response.content
        return response.json() if response.content else None


@pytest.fixture(autouse=True)
def fresh_throttles() -> None:
    cache.clear()


def caller_of(user: Any) -> Caller:
    """Return the caller of a user (None: of nobody)."""
    caller = Caller()
    caller.default_format = "json"
    if user is not None:
        caller.credentials(HTTP_AUTHORIZATION=f"Bearer {RefreshToken.for_user(user).access_token}")
    return caller


@pytest.fixture
def api(db: None) -> Call:
    return caller_of
