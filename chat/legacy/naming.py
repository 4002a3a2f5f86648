"""How ``LegacyRow`` names what an old row became: by model, and by the key of it or of what it belongs to."""

from collections.abc import Mapping

NAMED_BY: Mapping[str, str] = {
    "ChatGroupUser": "group",
    "MessageReaction": "message",
    "PollVote": "message",
}
"""The fields whose value ``new_id`` is, where the database gives out the key, and a bulk write does not learn it."""


def key_of(name: str) -> str:
    """Return the field of a model whose value ``new_id`` is."""
    return NAMED_BY.get(name, "pk")
