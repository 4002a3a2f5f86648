"""Keys of two people, by which the database keeps one conversation and one connection per pair."""

import hashlib
from typing import Any

_BETWEEN = "\x1f"


def peer_key(scope: str, user_ids: tuple[Any, Any]) -> str:
    """Return the key that the one peer group of two people has (twice the same person: notes to oneself)."""
    return _hash(scope, *sorted(str(user_id) for user_id in user_ids))


def pair_key(user_ids: tuple[Any, Any]) -> str:
    """Return the key that the one connection of two people has, whoever asks."""
    return _hash(*sorted(str(user_id) for user_id in user_ids))


def lone_key(source: str, database: str, conversation: str) -> str:
    """Return the key of an older conversation whose other side is unknown: that of no pair of people."""
    return _hash("", "legacy", source, database, conversation)


def _hash(*parts: str) -> str:
    return hashlib.sha256(_BETWEEN.join(parts).encode(errors="surrogatepass")).hexdigest()
