"""What a message is made of beside its text: one kind of thing at most."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from django.utils.translation import gettext_lazy as _

from chat.adapter import User
from chat.exceptions import InvalidInput
from chat.roles import MessageType
from chat.services.gifs import gif_clean
from chat.services.places import location_clean
from chat.services.polls import poll_clean

Json = dict[str, Any]


class Things(TypedDict, total=False):
    """What ``poll_clean``, ``location_clean`` and ``gif_clean`` take."""

    poll: Mapping[str, Any] | None
    location: Mapping[str, Any] | None
    gif: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The type of a message, what its metadata says of that, and whether it needs a text."""

    message_type: str = MessageType.TEXT
    metadata: Json | None = None
    needs_text: bool = True


def content_clean(*, user: User, attachment_ids: Sequence[object], **things: Unpack[Things]) -> Content:
    """Return what a message is made of that has files, one of ``things``, or neither.

    The files say their type later, when they are there. Raises InvalidInput: ``exclusive`` naming the second kind, or
    what is wrong with the one.
    """
    given: dict[str, Any] = {"attachment_ids": attachment_ids or None} | dict(things)
    names = [name for name, value in given.items() if value is not None]
    if len(names) > 1:
        raise InvalidInput(_("A message has files, a poll, a location or a GIF."), code="exclusive", field=names[1])
    if not names or attachment_ids:
        return Content(needs_text=not names)
    [name] = names
    kept = _CLEANERS[name](given[name], user)
    return Content(message_type=MessageType(name), metadata={name: kept}, needs_text=name == MessageType.POLL)


_CLEANERS: dict[str, Callable[[Mapping[str, Any], User], Json]] = {
    MessageType.POLL: lambda poll, _user: poll_clean(poll),
    MessageType.LOCATION: lambda location, _user: location_clean(location),
    MessageType.GIF: lambda gif, user: gif_clean(gif, user=user),
}
