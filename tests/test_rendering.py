"""Messages as plain text."""

from typing import Any

import pytest
from django.utils import translation

from chat.rendering import plain_text

POLL = {"poll": {"options": [{"id": 1, "text": "Tea", "votes": 7}, {"id": 2, "text": "Coffee", "votes": 0}]}}
PLACE = {"location": {"latitude": 9.03, "longitude": -38.74, "name": None}}
NAMED = {"location": {"latitude": 9.03, "longitude": -38.74, "name": "Meskerem House"}}
GIF = {"gif": {"url": "https://gifs.example.org/1.gif"}}


@pytest.mark.parametrize(
    ("message_type", "text", "metadata", "said"),
    [
        ("text", "  a<b \n", None, "  a<b \n"),
        ("text", None, None, None),
        ("text", "Hello", {"mentions": ["1"], "reactions": [["👍", 1]]}, "Hello"),
        ("poll", "What?", POLL, "What?\n• Tea\n• Coffee"),
        ("location", None, PLACE, "9.03, -38.74"),
        ("location", "Here", NAMED, "Meskerem House\nHere"),
        ("gif", None, GIF, "GIF"),
        ("gif", "Look", GIF, "GIF\nLook"),
        ("poll", None, None, None),
        ("location", None, None, None),
    ],
)
def test_message_is_said_in_words(message_type: str, text: str | None, metadata: Any, said: str | None) -> None:
    assert plain_text({"message_type": message_type, "message_text": text, "metadata": metadata}) == said


def test_files_are_said_by_their_names() -> None:
    row = {"message_type": "file", "message_text": "Two", "metadata": None}

    assert plain_text(row, file_names=["a.pdf", "b.pdf"]) == "a.pdf\nb.pdf\nTwo"


def test_words_are_those_of_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.rendering._", lambda text: f"{translation.get_language()}:{text}")
    with translation.override("am"):
        assert plain_text({"message_type": "gif", "message_text": None, "metadata": GIF}) == "am:GIF"
