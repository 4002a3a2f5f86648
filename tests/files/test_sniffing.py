"""What a file is taken for."""

from io import BytesIO

import pytest

from chat.exceptions import InvalidInput
from chat.files import types
from chat.files.documents import ZIP_DIRECTORY_MAX, ZIP_ENTRIES_MAX, ZIP_EXPANDED_MAX
from chat.files.sniffing import sniff
from tests.files import samples

KNOWN = {
    "a.png": (samples.image("PNG"), types.PNG),
    "a.jpg": (samples.image("JPEG"), types.JPEG),
    "a.gif": (samples.image("GIF"), types.GIF),
    "a.webp": (samples.image("WEBP"), types.WEBP),
    "a.pdf": (samples.pdf(), types.PDF),
    "a.txt": ("Grüße, ሰላም, 你好 🎈\r\n\t".encode(), types.TEXT),
    "wide.txt": ("Grüße".encode("utf-16"), types.TEXT),
    "a.docx": (samples.docx(), types.DOCX),
    "commented.docx": (samples.with_directory(samples.docx(), comment=b"a part with a comment"), types.DOCX),
    "a.doc": (samples.ole(), types.DOC),
    "a.mp3": (samples.mp3(), types.MP3),
    "bare.mp3": (samples.MP3_FRAMES, types.MP3),
    "low.mp3": (samples.MP3_FRAMES.replace(b"\xff\xfb", b"\xff\xf3"), types.MP3),
    "a.aac": (b"\xff\xf1\x50\x80" + b"\0" * 400, types.AAC),
    "a.m4a": (samples.mp4(b"M4A "), types.M4A),
    "voice.mp4": (samples.mp4(b"iso5", b"soun"), types.M4A),
    "a.mp4": (samples.mp4(b"isom", b"soun", b"vide"), types.MP4),
    "dash.mp4": (samples.mp4(b"dash", b"vide"), types.MP4),
    "a.mov": (samples.mp4(b"qt  ", b"vide"), types.MOV),
    "a.ogg": (samples.ogg(), types.OGG),
    "vorbis.ogg": (samples.ogg(b"\x01vorbis"), types.OGG),
    "a.wav": (samples.wav(), types.WAV),
    "a.webm": (samples.webm(b"V_VP9"), types.WEBM),
    "voice.webm": (samples.webm(b"A_OPUS"), types.WEBM_AUDIO),
}

HTML = b"<!doctype html><script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
REFUSED = {
    "page.html": HTML,
    "page.png": HTML,
    "page.pdf": HTML,
    "picture.svg": SVG,
    "picture.png": SVG,
    "picture.jpg": b'<?xml version="1.0"?>' + SVG,
    "script.js": b"alert(1)",
    "table.csv": b"a,b\n1,2\n",
    "binary.txt": b"text\x00text",
    "latin.txt": "Grüße".encode("latin-1"),
    "cut.txt": "Grüße".encode()[:3],
    "escape.txt": b"\x1b[2J gone",
    "program.pdf": b"MZ\x90\0" + b"\0" * 200,
    "late.pdf": HTML + samples.pdf(),
    "a.zip": samples.archive(**{"a.txt": "x"}),
    "lying.docx": samples.archive(**{"a.txt": "x"}),
    "sheet.docx": samples.archive(**{"[Content_Types].xml": "", "xl/workbook.xml": ""}),
    "macros.docx": samples.docx(**{"word/vbaProject.bin": b"x"}),
    "before.docx": HTML + samples.docx(),
    "after.docx": samples.docx() + HTML,
    "two-directories.docx": samples.with_directory(samples.docx(), comment=b"PK\x06\x07" + b"\0" * 16),
    "macros.doc": samples.ole("WordDocument", "_VBA_PROJECT"),
    "sheet.doc": samples.ole("Workbook"),
    "installer.doc": samples.ole("!_StringData"),
    "theora.ogg": samples.ogg(b"\x80theora"),
    "other.mkv": samples.webm().replace(b"webm", b"mkva"),
    "empty.webm": samples.webm(b"S_TEXT"),
    "nothing.mp4": samples.mp4(b"isom"),
    "short.zip": b"PK\x03\x04",
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_content_is_recognised(name: str) -> None:
    content, expected = KNOWN[name]

    assert sniff(BytesIO(content), name) is expected


@pytest.mark.parametrize("name", [name for name in KNOWN if not name.endswith(".txt")])
def test_content_decides_whatever_the_name_says(name: str) -> None:
    content, expected = KNOWN[name]

    assert sniff(BytesIO(content), "invoice.exe") is expected


@pytest.mark.parametrize("name", REFUSED)
def test_other_content_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        sniff(BytesIO(REFUSED[name]), name)

    assert (refusal.value.code, refusal.value.field) == ("file_type_not_allowed", "file")


def test_empty_file_is_refused() -> None:
    with pytest.raises(InvalidInput) as refusal:
        sniff(BytesIO(), "empty.txt")

    assert refusal.value.code == "file_empty"


def test_type_that_the_host_does_not_take_is_refused(settings: object) -> None:
    settings.CHAT = {"FILE_TYPES": ["pdf"]}  # type: ignore[attr-defined]

    assert sniff(BytesIO(samples.pdf()), "a.pdf") is types.PDF
    with pytest.raises(InvalidInput):
        sniff(BytesIO(samples.image()), "a.png")


def test_document_that_expands_beyond_measure_is_refused() -> None:
    part = b"\0" * (32 * 1024 * 1024)
    bomb = samples.docx(**{f"word/{number}.xml": part for number in range(ZIP_EXPANDED_MAX // len(part) + 1)})

    assert len(bomb) < 1024 * 1024
    with pytest.raises(InvalidInput):
        sniff(BytesIO(bomb), "bomb.docx")


def test_document_of_too_many_parts_is_refused_unread() -> None:
    crowd = samples.docx(**{f"word/{number}.xml": "" for number in range(ZIP_ENTRIES_MAX)})

    with pytest.raises(InvalidInput):
        sniff(BytesIO(crowd), "crowd.docx")


def test_document_with_more_parts_than_it_says_is_refused_unread() -> None:
    entry = b"PK\x01\x02".ljust(46, b"\0")
    crowd = samples.with_directory(samples.docx(), more=entry * (ZIP_DIRECTORY_MAX // len(entry) + 1))

    with pytest.raises(InvalidInput):
        sniff(BytesIO(crowd), "crowd.docx")
