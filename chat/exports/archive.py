"""The zip itself: written as it comes, so that its size does not matter to the memory."""

import json
import logging
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import TextIOWrapper
from typing import IO, Any, Self, TextIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder

logger = logging.getLogger(__name__)


class Archive:
    """A zip that is being written; one entry at a time."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = ZipFile(file, "w", ZIP_DEFLATED)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._zip.close()

    def add(self, name: str, text: str) -> None:
        """Add an entry with a text."""
        with self.text(name) as out:
            out.write(text)

    @contextmanager
    def text(self, name: str) -> Iterator[TextIO]:
        """Yield what to write an entry of text to."""
        with self._zip.open(name, "w", force_zip64=True) as entry, TextIOWrapper(entry, "utf-8") as text:
            yield text

    def copy(self, name: str, source: IO[bytes]) -> None:
        """Add an entry with all that ``source`` has."""
        with self._zip.open(name, "w", force_zip64=True) as entry:
            shutil.copyfileobj(source, entry)

    def stored(self, name: str, file: Any) -> None:  # noqa: ANN401 (a FieldFile of Django's)
        """Add an entry with a stored file; one that the storage has lost is left out."""
        try:
            source = file.storage.open(file.name)
        except FileNotFoundError:
            logger.exception("The storage has lost a file; it is not in the export.")
            return
        with source:
            self.copy(name, source)


class Items:
    """A list of JSON that is being written."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._separator = "\n "

    def add(self, items: Iterable[object]) -> None:
        """Write some more of it."""
        for item in items:
            self._out.write(f"{self._separator}{_dump(item)}")
            self._separator = ",\n "


@contextmanager
def json_list(out: TextIO, values: Mapping[str, object], name: str) -> Iterator[Items]:
    """Write an object with ``values`` and one list, to which the caller adds."""
    out.write(f"{_dump(values)[:-1]}, {_dump(name)}: [")
    yield Items(out)
    out.write("]}\n")


def json_object(out: TextIO, values: Mapping[str, object], lists: Iterable[tuple[str, Iterable[object]]]) -> None:
    """Write an object with ``values``, and with ``lists`` item by item."""
    out.write(_dump(values)[:-1])
    for name, rows in lists:
        out.write(f",\n{_dump(name)}: [")
        Items(out).add(rows)
        out.write("]")
    out.write("}\n")


def _dump(value: object) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
