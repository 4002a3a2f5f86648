"""Access tokens that were verified a moment ago: their signature needs no second look.

What is kept is what a token said, under the hash of its bytes: never the token itself. Everything that time or a
database can change is asked at each request as before (docs/adr/0031).
"""

import hashlib
from collections.abc import Callable
from copy import copy
from threading import Lock
from time import monotonic
from typing import Any, cast

from django.core.signals import setting_changed
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import Token
from rest_framework_simplejwt.utils import aware_utcnow

SECONDS = 60
"""How long the signature of a token is believed without another look."""
KEPT_AT_MOST = 4096
"""How many tokens a process keeps: some kilobytes each at most, as they come in a header."""


class VerifiedTokens:
    """Tokens by the hash of their bytes, each with the time until which it is kept; the oldest first."""

    def __init__(self) -> None:
        self._kept: dict[bytes, tuple[float, Token]] = {}
        self._lock = Lock()

    def token(self, raw: bytes, verify: Callable[[bytes], Token]) -> Token:
        """Return the token that ``raw`` is, a new object at each call. Raises what ``verify`` raises.

        ``verify`` looks at everything. Of a token that it found good a moment ago, only what its class checks beside
        the signature is looked at again: that it has not expired, and whatever else the class asks. Where that does
        not hold any more, ``verify`` has the last word.
        """
        key = hashlib.sha256(raw).digest()
        known = self._known(key, raw)
        return self._keep(key, verify(raw)) if known is None else known

    def _known(self, key: bytes, raw: bytes) -> Token | None:
        until, kept = self._kept.get(key, (0.0, None))
        if kept is None or until <= monotonic():
            return None
        token = _copy(kept, raw)
        token.current_time = aware_utcnow()
        try:
            token.verify()
        except TokenError:
            return None
        return token

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()

    def _keep(self, key: bytes, token: Token) -> Token:
        kept = _copy(token, None)
        with self._lock:
            self._kept.pop(key, None)  # to stand at the end
            if len(self._kept) >= KEPT_AT_MOST:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = (monotonic() + SECONDS, kept)
        return token


def _copy(token: Token, raw: bytes | None) -> Token:
    """Return the token with claims of its own, as whoever gets one may change them, and with these bytes."""
    copied = copy(token)
    copied.payload, copied.token = dict(token.payload), cast("Any", raw)
    return copied


verified_tokens = VerifiedTokens()


def _forget(**_changed: object) -> None:
    verified_tokens.clear()


setting_changed.connect(_forget)
