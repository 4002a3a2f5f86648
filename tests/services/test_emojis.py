"""What counts as one emoji."""

from typing import Any

import pytest

from chat.exceptions import InvalidInput
from chat.models import MessageReaction
from chat.services.emojis import emoji_clean

ONE = {
    "plain": "👍",
    "skin tone": "👍🏽",
    "family": "👨‍👩‍👧‍👦",
    "mixed couple": "👩🏿‍❤️‍💋‍👨🏻",
    "flag of a country": "🇪🇹",
    "flag of a region": "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "keycap": "#️⃣",
    "keycap of a digit": "7️⃣",
    "sign in colour": "❤️",
    "profession": "👩🏾‍🚀",
}
NOT_ONE = {
    "nothing": "",
    "letter": "a",
    "word": "thumbs_up",
    "short code": ":+1:",
    "two": "👍👍",
    "two of a kind of flag": "🇪🇹🇪🇹",
    "half a flag": "🇪",
    "digit": "7",
    "hash": "#",
    "with a blank": "👍 ",
    "with NUL": "👍\x00",
    "skin tone alone": "🏽",
    "selector alone": "\ufe0f",
    "joiner at the end": "👨\u200d",
    "surrogate": "\ud83d",
    "Chinese": "好",
    "markup": "<b>",
    "huge": "👍" * 100_000,
}


@pytest.mark.parametrize("emoji", ONE.values(), ids=ONE)
def test_one_emoji_is_kept_and_fits(emoji: str) -> None:
    assert emoji_clean(emoji, field="emoji") == emoji
    assert len(emoji) <= MessageReaction._meta.get_field("emoji").max_length


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("❤", "❤️"),
        ("❤\ufe0e", "❤️"),
        ("👍\ufe0f", "👍"),
        ("#⃣", "#️⃣"),
        ("👩🏿‍❤‍💋‍👨🏻", "👩🏿‍❤️‍💋‍👨🏻"),
        ("🏳‍🌈", "🏳️‍🌈"),
    ],
)
def test_other_spelling_of_an_emoji_is_the_same_emoji(written: str, kept: str) -> None:
    assert emoji_clean(written, field="emoji") == kept


@pytest.mark.parametrize("text", [*NOT_ONE.values(), None, 5, True, [], {}])
def test_anything_else_is_refused(text: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        emoji_clean(text, field="emoji")

    assert (refused.value.code, refused.value.field) == ("not_one_emoji", "emoji")
