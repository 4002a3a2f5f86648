"""What counts as one emoji, and which spelling of it is kept."""

from functools import cache

from django.utils.translation import gettext_lazy as _
from emoji import EMOJI_DATA, STATUS

from chat.exceptions import InvalidInput

# How a sign asks to be shown as text or in colour; many devices leave it out.
_SELECTORS = str.maketrans("", "", "\ufe0e\ufe0f")


def emoji_clean(value: object, *, field: str) -> str:
    """Return the one emoji that ``value`` is, as Unicode spells it in full: ❤ and ❤️ are the same.

    A family, a flag, a keycap, a skin tone on somebody: each is one. Raises InvalidInput (``not_one_emoji``) naming
    ``field``.
    """
    emoji = _spelled_in_full().get(value.translate(_SELECTORS)) if isinstance(value, str) else None
    if emoji is None:
        raise InvalidInput(_("This must be exactly one emoji."), code="not_one_emoji", field=field)
    return emoji


@cache
def _spelled_in_full() -> dict[str, str]:
    full = STATUS["fully_qualified"]
    return {emoji.translate(_SELECTORS): emoji for emoji, about in EMOJI_DATA.items() if about["status"] == full}
