"""Names of files as people see them: nothing in them can mislead a person or a computer."""

import re
import unicodedata

MAX_LENGTH = 150
"""In characters; the longest of four bytes each would still fit a zip file or a URL."""

_NAMELESS = "file"
_ILLEGAL = re.compile(r'[<>:"|?*%]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories: control, format (bidi, zero-width), surrogate, private, unassigned, line breaks."""
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""What is a letter or a sign to Unicode, and nothing to look at."""


def safe_name(raw: str, extensions: tuple[str, ...]) -> str:
    """Return ``raw`` without folders, invisible characters and what file systems refuse, ending as its type should.

    A name that ends otherwise than in one of ``extensions`` gets the first of them in place of its own ending.
    """
    text = "".join(_visible(char) for char in unicodedata.normalize("NFC", _without_lone_surrogates(raw)))
    text = re.split(r"[/\\]", text)[-1]
    text = " ".join(_ILLEGAL.sub("_", text).split()).strip(". ")
    stem, extension = _split(text)
    if extension.lower() not in extensions:
        extension = extensions[0]
    stem = stem[: MAX_LENGTH - len(extension) - 1].rstrip(". ") or _NAMELESS
    name = f"{stem}.{extension}"
    return f"_{name}" if _RESERVED.fullmatch(name) else name


def extension_of(raw: str) -> str:
    """Return the ending of a name as a client wrote it, in small letters."""
    return _split(raw.strip())[1].lower()


def _split(text: str) -> tuple[str, str]:
    stem, dot, extension = text.rpartition(".")
    is_ending = dot and re.fullmatch(r"[A-Za-z0-9]{1,10}", extension)
    return (stem, extension) if is_ending else (text, "")


def _visible(char: str) -> str:
    return "" if char in _BLANK or unicodedata.category(char) in _INVISIBLE else char


def _without_lone_surrogates(text: str) -> str:
    return text.encode(errors="ignore").decode()
