"""Folding, words, typing errors and where they stand in a text."""

import pytest
from hypothesis import given
from hypothesis.strategies import integers, text

from chat.models.search_text import Word, fold, highlights, matches, with_errors, words_of


def found(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in highlights(text, words_of(query))]


@pytest.mark.parametrize(
    ("text", "query", "parts"),
    [
        ("We run, she RUNS, he was running", "running", ["run", "RUNS", "running"]),
        ("Runway", "run", ["Run"]),
        ("the tomorrow", "morr", ["morr"]),
        ("明天开会吗", "会", ["会"]),
        ("明日は会議です", "会議", ["会議"]),
        ("እንኳን ደህና መጣህ", "ደህና", ["ደህና"]),
        ("مرحبا بالعالم", "عالم", ["عالم"]),
        ("Die Straße, STRASSE", "straße", ["Straße"]),
        ("ΟΔΟΣ οδός ΟΔΌΣ", "οδοσ", ["ΟΔΟΣ"]),
        ("ПРИВЕТ", "привет", ["ПРИВЕТ"]),
        ("Cafe\u0301 Caf\u00e9", "caf\u00e9", ["Cafe\u0301", "Caf\u00e9"]),
        ("cafe\u0301s", "cafe", []),
        ("\uff21\uff22\uff23", "abc", ["\uff21\uff22\uff23"]),
        ("\u1112\u1161\u11ab\u1100\u116e\u11a8", "\ud55c\uad6d", ["\u1112\u1161\u11ab\u1100\u116e\u11a8"]),
        ("\u1112\u1161\u11ab\u1100\u116e\u11a8", "\uad6d", ["\u1100\u116e\u11a8"]),
        ("\uff8a\uff9f\uff9d and \uff76\uff9e", "\u30d1\u30f3 \u30ac", ["\uff8a\uff9f\uff9d", "\uff76\uff9e"]),
        ("x \u0995\u09c7\u09be y", "\u0995\u09cb", ["\u0995\u09c7\u09be"]),
        ("👩‍👩‍👧 party 👩‍👩‍👧", "party", ["party"]),
        ("100% a_b c\\d", "%", ["%"]),
        ("100% a_b c\\d", "_", ["_"]),
        ("a.c abc", "a.c", ["a.c"]),
        ("aaaa", "aa", ["aaaa"]),
        ("one two", "two one", ["one", "two"]),
        ("", "x", []),
    ],
)
def test_words_stand_where_people_see_them(text: str, query: str, parts: list[str]) -> None:
    assert found(text, query) == parts
    assert matches(text, words_of(query)) is bool(parts)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("see you tomorrow", "tomorow"),
        ("see you tomorrow", "tommorow"),
        ("good nigth", "night"),
        ("please recieve it", "receive"),
        ("a conferense", "conference"),
        ("Проверка", "провека"),
    ],
)
def test_typing_errors_are_found_when_allowed(text: str, query: str) -> None:
    words = words_of(query)
    assert not matches(text, words)
    assert matches(text, with_errors(words))
    assert highlights(text, with_errors(words))
    # Whatever is within the errors has one of the sets of pieces: the database looks for these.
    assert any(all(piece in fold(text) for piece in pieces) for pieces in with_errors(words)[0].alternatives)


@pytest.mark.parametrize(
    ("text", "query"),
    [("good night", "fight!"), ("book", "look"), ("明天开会吗呢", "明天开会了呢"), ("melted", "planet")],
)
def test_other_words_are_no_typing_errors(text: str, query: str) -> None:
    assert not matches(text, with_errors(words_of(query)))


def test_endless_words_have_no_typing_errors() -> None:
    assert [word.errors for word in with_errors(words_of(f"{'a' * 40} {'b' * 41} {'ﬃ' * 200}"))] == [2, 0, 0]


@given(text(max_size=30), integers(0, 30), integers(1, 5))
def test_every_part_of_a_text_is_found_and_shown(original: str, start: int, length: int) -> None:
    part = original[start : start + length]
    words = words_of(part)
    if words and matches(original, words):
        spans = highlights(original, words)
        assert spans
        assert all(0 <= first < end <= len(original) for first, end in spans)


def test_words_come_once() -> None:
    assert words_of(" Run run\tRUN\n") == [Word("run")]
