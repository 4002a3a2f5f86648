"""Small files of every kind, made here: none is kept as bytes in the repository."""

import struct
import wave
import zipfile
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

WEBM_HEAD = bytes.fromhex("1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104")


def image(
    image_format: str = "PNG", size: tuple[int, int] = (64, 48), color: Any = (200, 30, 30), **options: Any
) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, color).save(out, image_format, **options)
    return out.getvalue()


def animation(
    image_format: str = "GIF", frames: int = 3, size: tuple[int, int] = (32, 24), duration: int = 120
) -> bytes:
    pictures = [Image.new("RGB", size, (80 * number % 256, 40, 90)) for number in range(frames)]
    out = BytesIO()
    pictures[0].save(out, image_format, save_all=True, append_images=pictures[1:], duration=duration, loop=0)
    return out.getvalue()


def photo(orientation: int = 6, size: tuple[int, int] = (64, 48)) -> bytes:
    """Return a JPEG with the EXIF of a camera: held sideways, at a place, with a comment and an XMP packet."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SecretCameraMaker"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (8.0, 58.0, 47.0)
    return image("JPEG", size, exif=exif, comment=b"secret comment", xmp=b"<x:xmpmeta>secret packet</x:xmpmeta>")


def archive(**parts: str | bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


def with_directory(document: bytes, *, more: bytes = b"", comment: bytes = b"") -> bytes:
    """Return an archive whose directory has ``more``, though its end does not count that, or a last comment."""
    end = document.rindex(b"PK\x05\x06")
    _, offset = struct.unpack_from("<2L", document, end + 12)
    last = document.rindex(b"PK\x01\x02")
    directory = bytearray(document[offset:end])
    struct.pack_into("<H", directory, last - offset + 32, len(comment))
    directory += comment + more
    return document[:offset] + directory + document[end : end + 12] + struct.pack("<2LH", len(directory), offset, 0)


def docx(**parts: str | bytes) -> bytes:
    return archive(**{"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document/>"} | parts)


def ole(*streams: str) -> bytes:
    names = ("Root Entry", *(streams or ("WordDocument",)))
    entries = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in names)
    return bytes.fromhex("d0cf11e0a1b11ae1").ljust(512, b"\0") + b"\xff" * 512 + entries.ljust(512, b"\0")


def pdf(body: bytes = b"") -> bytes:
    return b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n" + body + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def mp4(brand: bytes = b"isom", *handlers: bytes) -> bytes:
    tracks = b"".join(b"\0\0\0\x20hdlr" + b"\0" * 8 + kind + b"\0" * 12 for kind in handlers)
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0isommp42" + b"\0\0\0\x08free" + tracks


def webm(codec: bytes = b"A_OPUS") -> bytes:
    return WEBM_HEAD + b"\x18\x53\x80\x67" + b"\0" * 40 + codec + b"\0" * 40


def ogg(codec: bytes = b"OpusHead") -> bytes:
    return b"OggS\0\x02" + b"\0" * 22 + codec + b"\0" * 60


def wav() -> bytes:
    out = BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(bytes(range(256)))
    return out.getvalue()


MP3_FRAMES = (b"\xff\xfb\x90\x64" + b"\0" * 413) * 12  # 128 kbit/s at 44.1 kHz: 417 bytes each


def mp3() -> bytes:
    return b"ID3\x03\0\0\0\0\0\0" + MP3_FRAMES


def png_claiming(width: int, height: int) -> bytes:
    """Return a PNG that says it is this large, with a checksum that is right and next to no data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )
