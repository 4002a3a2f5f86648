"""Sound and moving pictures: containers that can hold either are looked into."""

from typing import IO

from chat.files.documents import chunks
from chat.files.types import M4A, MOV, MP4, OGG, WEBM, WEBM_AUDIO, FileType

HEAD = 64 * 1024

_MEDIA_CHUNK = 1024 * 1024
_HANDLER = b"hdlr"
_HANDLER_KIND = 12
"""From the end of the word ``hdlr`` to the end of the four letters that say what a track is (ISO/IEC 14496-12)."""


def iso_media_type(file: IO[bytes]) -> FileType | None:
    """Return what a file of the MP4 family is: sound alone, or pictures, in MP4 or in QuickTime."""
    head = _head(file)
    if head[4:8] != b"ftyp":
        return None
    brand = head[8:12]
    if brand in (b"M4A ", b"M4B "):
        return M4A
    kinds = _track_kinds(file)
    if b"vide" in kinds:
        return MOV if brand == b"qt  " else MP4
    return M4A if b"soun" in kinds else None


def matroska_type(file: IO[bytes]) -> FileType | None:
    """Return what a WebM file is, by the codecs that its first bytes name; None for other Matroska files."""
    head = _head(file)
    if not head.startswith(b"\x1aE\xdf\xa3") or b"webm" not in head[:64]:
        return None
    if any(codec in head for codec in (b"V_VP8", b"V_VP9", b"V_AV1")):
        return WEBM
    return WEBM_AUDIO if b"A_OPUS" in head or b"A_VORBIS" in head else None


def ogg_type(file: IO[bytes]) -> FileType | None:
    """Return OGG for sound in Ogg, None for anything else in it."""
    head = _head(file)
    is_sound = any(codec in head[:512] for codec in (b"OpusHead", b"\x01vorbis", b"\x7fFLAC", b"Speex   "))
    return OGG if head.startswith(b"OggS") and is_sound else None


def is_wav(file: IO[bytes]) -> bool:
    """Return whether the file is a WAVE file."""
    head = _head(file)
    return head.startswith(b"RIFF") and head[8:12] == b"WAVE"


def is_mp3(file: IO[bytes]) -> bool:
    """Return whether the file begins with an ID3 tag or with a frame of MPEG audio, layer 3."""
    head = _head(file)
    return head.startswith(b"ID3") or _begins(head, 0xFFE6, 0xFFE2)


def is_aac(file: IO[bytes]) -> bool:
    """Return whether the file begins with a frame of AAC (ADTS)."""
    return _begins(_head(file), 0xFFF6, 0xFFF0)


def _head(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(HEAD)


def _begins(head: bytes, mask: int, expected: int) -> bool:
    """Return whether the bits that ``mask`` names of the first two bytes are as expected."""
    return int.from_bytes(head[:2]) & mask == expected


def _track_kinds(file: IO[bytes]) -> set[bytes]:
    """Return what the tracks are. Their descriptions may stand behind all the data, so the whole file is looked at."""
    kinds: set[bytes] = set()
    rest = b""
    for chunk in chunks(file, _MEDIA_CHUNK):
        window = rest + chunk
        for part in window.split(_HANDLER)[1:]:
            kinds.add(part[_HANDLER_KIND - 4 : _HANDLER_KIND])
        if b"vide" in kinds:
            break
        rest = window[-len(_HANDLER) - _HANDLER_KIND :]
    return kinds
