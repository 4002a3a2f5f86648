"""GIFs of the provider that the host's adapter asks."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from chat.adapter import ChatAdapter, Gif, User, get_adapter
from chat.exceptions import InvalidInput, NotFound

URL_MAX_LENGTH = 2000
_https = URLValidator(schemes=["https"])


def gif_search(*, acting_user: User, text: str) -> list[Gif]:
    """Return what the provider finds for ``text``, as far as its addresses can be shown.

    Who may: everybody who is signed in. Raises NotFound (``no_gif_provider``). Locks and publishes nothing.
    """
    adapter = get_adapter()
    if not adapter.gif_provider:
        raise NotFound(_("There is no provider of GIFs here."), code="no_gif_provider")
    return [gif for gif in adapter.gif_search(acting_user, text) if _is_showable(gif)]


class KnownGif(dict[str, Any]):
    """What the provider said before of a GIF: its ``id``, and as ``record`` what a message keeps of it."""


def gif_known(chosen: Mapping[str, Any], *, user: User) -> KnownGif:
    """Ask the provider for a GIF that is sent later. Raises what ``gif_clean`` raises."""
    return KnownGif(id=chosen["id"], record=gif_clean(chosen, user=user))


def gif_clean(chosen: Mapping[str, Any], *, user: User) -> dict[str, Any]:
    """Return what a message keeps of the GIF whose ``id`` at the provider is given: addresses come from nobody else.

    Raises InvalidInput (``no_gif_provider``, ``unknown_gif``) naming ``gif``.
    """
    if isinstance(chosen, KnownGif):
        return dict(chosen["record"])
    adapter = get_adapter()
    if not adapter.gif_provider:
        raise InvalidInput(_("There is no provider of GIFs here."), code="no_gif_provider", field="gif")
    gif = adapter.gif(user, chosen["id"])
    if gif is None or not _is_showable(gif):
        raise InvalidInput(_("The provider has no such GIF."), code="unknown_gif", field="gif")
    return gif_record(gif, adapter)


def gif_record(gif: Gif, adapter: ChatAdapter) -> dict[str, Any]:
    """Return what is shown of a GIF."""
    shown = {name: getattr(gif, name) for name in ("url", "preview_url", "width", "height")}
    return shown | {"provider": adapter.gif_provider}


def _is_showable(gif: Gif) -> bool:
    return all(_is_https(url) for url in (gif.url, gif.preview_url) if url is not None)


def _is_https(url: str) -> bool:
    try:
        _https(url)
    except ValidationError:
        return False
    return len(url) <= URL_MAX_LENGTH
