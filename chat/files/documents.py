"""Documents told from what only begins like them. Nothing is expanded, run or rendered."""

import codecs
import re
import struct
import zipfile
from collections.abc import Iterator
from typing import IO

CHUNK = 64 * 1024

ZIP_ENTRIES_MAX = 5000
ZIP_DIRECTORY_MAX = 1024 * 1024
"""Bytes of an archive's directory: its entries may be more than it says."""
ZIP_EXPANDED_MAX = 500 * 1024 * 1024
"""What a document may claim to expand to, all its parts together."""

_ZIP_END = struct.Struct("<4s4H2LH")
# Where an archive that is larger than these fields can say has another directory: readers differ in which they take.
_ZIP64_LOCATOR, _ZIP64_LOCATOR_SIZE = b"PK\x06\x07", 20
_OLE_SECTOR = 512
_OLE_ENTRY = 128
_WORD_STREAM = "WordDocument\0".encode("utf-16-le")
_MACRO_STREAM = "_VBA_PROJECT\0".encode("utf-16-le")
# All that no text has: control characters but tab, line feed, form feed and carriage return.
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")


def chunks(file: IO[bytes], size: int = CHUNK) -> Iterator[bytes]:
    """Yield the whole file in pieces."""
    file.seek(0)
    while chunk := file.read(size):
        yield chunk


def is_pdf(file: IO[bytes]) -> bool:
    """Return whether the file is a PDF from its first byte: what has anything before that is two things at once."""
    file.seek(0)
    return file.read(5) == b"%PDF-"


def is_docx(file: IO[bytes]) -> bool:
    """Return whether a zip is a Word document without macros, and expands to no more than a document would."""
    if not _is_plain_zip(file):
        return False
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error):
        return False
    names = {entry.filename for entry in entries}
    has_parts = {"[Content_Types].xml", "word/document.xml"} <= names
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    return has_parts and not has_macros and sum(entry.file_size for entry in entries) <= ZIP_EXPANDED_MAX


def is_doc(file: IO[bytes]) -> bool:
    """Return whether an OLE file is a Word document without macros, not a spreadsheet or an installer."""
    # Entries of the directory are 128 bytes each and begin with their name, wherever the directory lies.
    sectors = chunks(file, _OLE_SECTOR)
    next(sectors, None)
    is_word = False
    for sector in sectors:
        for offset in range(0, _OLE_SECTOR, _OLE_ENTRY):
            if sector.startswith(_MACRO_STREAM, offset):
                return False
            is_word |= sector.startswith(_WORD_STREAM, offset)
    return is_word


def is_text(file: IO[bytes]) -> bool:
    """Return whether all of the file is text: UTF-8, or UTF-16 that says so, without control characters."""
    file.seek(0)
    wide = file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    decoder = codecs.getincrementaldecoder("utf-16" if wide else "utf-8")()
    try:
        if any(_CONTROL.search(decoder.decode(chunk)) for chunk in chunks(file)):
            return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_plain_zip(file: IO[bytes]) -> bool:
    """Return whether nothing stands before or after the archive, and its directory is short enough to be read."""
    file.seek(0)
    if file.read(4) != b"PK\x03\x04":
        return False
    end = file.seek(0, 2) - _ZIP_END.size
    file.seek(max(end - _ZIP64_LOCATOR_SIZE, 0))
    tail = file.read()
    if len(tail) < _ZIP64_LOCATOR_SIZE + _ZIP_END.size or tail.startswith(_ZIP64_LOCATOR):
        return False
    signature, _disk, _start, _here, entries, size, offset, comment = _ZIP_END.unpack_from(tail, _ZIP64_LOCATOR_SIZE)
    is_last: bool = offset + size == end
    is_short: bool = entries <= ZIP_ENTRIES_MAX and size <= ZIP_DIRECTORY_MAX and comment == 0
    return bool(signature == b"PK\x05\x06") and is_last and is_short
