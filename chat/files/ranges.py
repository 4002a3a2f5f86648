"""Single byte ranges (RFC 9110, 14): players ask for a part of a sound or a video."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.http import HttpRequest

CHUNK = 64 * 1024

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class NotSatisfiable(Exception):
    """The range begins behind the end of the file."""


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from ``start`` up to ``end``, which does not belong to it."""

    start: int
    end: int


def requested_span(request: HttpRequest, size: int, etag: str) -> Span | None:
    """Return the part that is asked for; None where all is to be sent: not asked, several parts, or of another version.

    Raises NotSatisfiable.
    """
    match = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if match is None or match.groups() == ("", "") or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = match.groups()
    if not first:
        start, end = max(size - int(last), 0), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None  # not a range at all
    if start >= size:
        raise NotSatisfiable
    return Span(start, end)


class Part:
    """The bytes of a span of an open file, which it closes; memory for one piece at a time."""

    def __init__(self, file: IO[bytes], span: Span) -> None:
        self.file = file
        self.left = span.end - span.start
        file.seek(span.start)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        data = self.file.read(min(CHUNK, self.left))
        if not data:
            raise StopIteration
        self.left -= len(data)
        return data

    def close(self) -> None:
        """Close the file."""
        self.file.close()
