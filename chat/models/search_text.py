"""Text as search sees it: folded, in words, and where in the original a word was found. Pure functions.

``fold`` is what ``chat_search_fold`` does in PostgreSQL (migration 0004).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import snowballstemmer

Span = tuple[int, int]
"""Where something stands in a text: from a code point up to another, which is not part of it."""

_WORD = re.compile(r"\w+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
PIECE = 3
"""Characters that the index has in one."""
NEAR_FROM, NEAR_TWICE_FROM, NEAR_UP_TO = 5, 8, 40
"""From which length on a word may differ by one typing error, by two, and up to which at all: longer ones have no end
of pieces to look for."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query, folded. ``errors``: how many typing errors may lie between it and what it finds."""

    text: str
    errors: int = 0

    @property
    def alternatives(self) -> list[tuple[str, ...]]:
        """Sets of pieces: a text that has the word, with at most ``errors``, has all pieces of one of the sets.

        Nearly all such texts: pieces of less than three characters stand in so many that they are not looked for.
        """
        text, middle = self.text, len(self.text) // 2
        sets: list[tuple[str, ...]] = [(text,)]
        if self.errors:
            sets += [(text[:place], text[place + 1 :]) for place in range(len(text))]
            sets += [(_swapped(text, place),) for place in range(len(text) - 1)]
        if self.errors > 1:
            sets += [(text[:middle],), (text[middle + 1 :],)]
        telling = [tuple(piece for piece in pieces if len(piece) >= PIECE) for pieces in sets[1:]]
        return list(dict.fromkeys([sets[0], *filter(None, telling)]))


def fold(text: str) -> str:
    """Return ``text`` without differences of case and of ways to write the same characters."""
    return unicodedata.normalize("NFKC", text).lower().replace("ς", "\u03c3")  # a final sigma is one as well


def words_of(query: str) -> list[Word]:
    """Return the words that a message must have, each once, exactly or in another form."""
    return [Word(text) for text in dict.fromkeys(fold(query).split())]


def with_errors(words: Iterable[Word]) -> list[Word]:
    """Return the words as they may be mistyped; short ones, and those of scripts without spaces, stay exact."""
    return [Word(word.text, _errors_allowed(word.text)) for word in words]


def matches(text: str, words: Iterable[Word]) -> bool:
    """Return whether ``text``, which need not be folded, has each of ``words``."""
    folded = fold(text)
    return all(any(True for _ in _found(folded, word)) for word in words)


def highlights(text: str, words: Iterable[Word]) -> list[Span]:
    """Return where ``text`` has any of ``words``, in its code points, ascending and apart from each other."""
    folded, origin = _folded_with_origin(text)
    found = (span for word in words for span in _found(folded, word))
    return _joined(sorted((origin[start][0], origin[end - 1][1]) for start, end in found))


def _found(folded: str, word: Word) -> Iterator[Span]:
    """Yield where ``word`` is: exactly first, then in other forms."""
    yield from (match.span() for match in re.finditer(re.escape(word.text), folded))
    if word.text.isalpha():
        yield from (match.span() for match in _WORD.finditer(folded) if _is_form_of(match.group(), word))


def _is_form_of(found: str, word: Word) -> bool:
    if word.errors and abs(len(found) - len(word.text)) <= word.errors and _distance(found, word.text) <= word.errors:
        return True
    return found[0] == word.text[0] and _stem(found) == _stem(word.text)


def _errors_allowed(word: str) -> int:
    if not NEAR_FROM <= len(word) <= NEAR_UP_TO or not word.isalpha() or _UNSPACED.search(word):
        return 0
    return 1 if len(word) < NEAR_TWICE_FROM else 2


def _swapped(text: str, place: int) -> str:
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _distance(one: str, other: str) -> int:
    """Return how many characters were left out, added, changed or swapped with their neighbour."""
    before, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, right in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _folded_with_origin(text: str) -> tuple[str, list[Span]]:
    """Return the folded text, and for each of its characters where it comes from."""
    folded: list[str] = []
    origin: list[Span] = []
    for start, end in pairwise(_clusters(text)):
        part = fold(text[start:end])
        folded.append(part)
        origin += [(start, end)] * len(part)
    return "".join(folded), origin


def _clusters(text: str) -> Iterator[int]:
    """Yield where each character begins with what is combined with it, and the end."""
    for place, character in enumerate(text):
        if not place or character.isascii() or not _joins(text[max(place - 2, 0) : place], character):
            yield place
    yield len(text)


@lru_cache(maxsize=4096)
def _joins(before: str, character: str) -> bool:
    """Return whether a character belongs to the two before it, as accents, parts of Hangul and marks of Kana do."""
    folded = unicodedata.normalize("NFKC", character)
    together = unicodedata.normalize("NFKC", before + character)
    return bool(unicodedata.combining(folded[0])) or together != unicodedata.normalize("NFKC", before) + folded


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    stem: str = _STEMMER.stemWord(word)
    return stem


_STEMMER = snowballstemmer.stemmer("english")
