"""Messages as plain text, in the reader's language: for whoever cannot show a poll, a place or a picture."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from chat.roles import MessageType
from chat.sentences import sentence

Row = Mapping[str, Any]
"""Has ``message_type``, ``message_text`` and ``metadata``."""


NOBODY: Mapping[str, str] = MappingProxyType({})


def plain_text(row: Row, *, file_names: Sequence[str] = (), names: Mapping[str, str] = NOBODY) -> str | None:
    """Return what a message says, its own text included; None where there is nothing to say, as of a purged one.

    ``names`` are those of ``people_named``, for what the system says; in an older chat it said that in words of its
    own. Who may read it is for the caller to know.
    """
    kind, text = row["message_type"], row["message_text"]
    thing = (row["metadata"] or {}).get(kind)
    if kind == MessageType.SYSTEM:
        return text if thing is None else sentence(thing, names)
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
