"""What a file is, by its content. Its name only decides whether text is text."""

from collections.abc import Callable, Mapping
from typing import IO

import puremagic
from django.utils.translation import gettext_lazy as _

from chat.exceptions import InvalidInput
from chat.files import documents, media
from chat.files.names import extension_of
from chat.files.types import AAC, DOC, DOCX, GIF, JPEG, MP3, PDF, PNG, TEXT, WAV, WEBP, FileType

Probe = Callable[[IO[bytes]], FileType | None]

_HEAD = 4096


def _when(check: Callable[[IO[bytes]], bool], found: FileType) -> Probe:
    return lambda file: found if check(file) else None


# What the library takes a file for, to what makes sure of it: many formats begin alike. Images are made sure of by
# being decoded (``chat.files.images``).
_PROBES: Mapping[str, Probe] = {
    ".png": lambda _file: PNG,
    ".jpg": lambda _file: JPEG,
    ".gif": lambda _file: GIF,
    ".webp": lambda _file: WEBP,
    ".pdf": _when(documents.is_pdf, PDF),
    ".docx": _when(documents.is_docx, DOCX),
    ".doc": _when(documents.is_doc, DOC),
    ".mp3": _when(media.is_mp3, MP3),
    ".aac": _when(media.is_aac, AAC),
    ".ogg": media.ogg_type,
    ".wav": _when(media.is_wav, WAV),
    ".webm": media.matroska_type,
    ".mp4": media.iso_media_type,
    ".m4a": media.iso_media_type,
    ".m4v": media.iso_media_type,
    ".mov": media.iso_media_type,
    ".3gp": media.iso_media_type,
}


def sniff(file: IO[bytes], name: str) -> FileType:
    """Return the type of ``file``, which the client calls ``name``.

    Raises InvalidInput naming ``file``: empty, or of no type that the host takes. Text in a file that does not call
    itself text is refused too, as it may be a script or a web page.
    """
    file.seek(0)
    head = file.read(_HEAD)
    if not head:
        raise InvalidInput(_("This file is empty."), code="file_empty", field="file")
    found = _probed(file, head) or (TEXT if extension_of(name) in TEXT.extensions and documents.is_text(file) else None)
    if found is None or not found.is_allowed:
        raise InvalidInput(_("Files of this type are not accepted."), code="file_type_not_allowed", field="file")
    return found


def _probed(file: IO[bytes], head: bytes) -> FileType | None:
    for extension in _candidates(head):
        probe = _PROBES.get(extension)
        if probe and (found := probe(file)):
            return found
    return None


def _candidates(head: bytes) -> list[str]:
    """Return the endings of what begins like this, likeliest first."""
    try:
        guesses = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        guesses = []
    if head[4:8] == b"ftyp":  # there are more brands than any list has
        return [".mp4"]
    # MP3 without a tag last: each release of the library knows other frames of it.
    return list(dict.fromkeys([*(guess.extension for guess in guesses), ".mp3"]))
