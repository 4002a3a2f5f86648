"""Messages as plain text, in the reader's language: for whoever cannot show a poll, a place or a picture."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from chat.roles import MessageType

Row = Mapping[str, Any]
"""Has ``message_type``, ``message_text`` and ``metadata``."""


def plain_text(row: Row, *, file_names: Sequence[str] = ()) -> str | None:
    """Return what a message says, its own text included; None where there is nothing to say, as of a purged one.

    Who may read the message is for the caller to know.
    """
    kind, text = row["message_type"], row["message_text"]
    thing = (row["metadata"] or {}).get(kind)
    said = _SAID[kind](thing) if kind in _SAID and thing is not None else file_names
    lines = [text, *said] if kind == MessageType.POLL else [*said, text]
    return "\n".join(line for line in lines if line) or None


def _poll(poll: Mapping[str, Any]) -> list[str]:
    return [f"• {option['text']}" for option in poll["options"]]


def _location(location: Mapping[str, Any]) -> list[str]:
    return [location["name"] or "{latitude}, {longitude}".format_map(location)]


def _gif(_gif: Mapping[str, Any]) -> list[str]:
    return [_("GIF")]


_SAID: Mapping[str, Callable[[Mapping[str, Any]], list[str]]] = {
    MessageType.POLL: _poll,
    MessageType.LOCATION: _location,
    MessageType.GIF: _gif,
}
