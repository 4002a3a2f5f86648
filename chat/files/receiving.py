"""Receiving an upload: to disk and never into memory, no more than is allowed, and all of it or nothing."""

from typing import IO, TYPE_CHECKING, Any, cast

from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser
from django.utils.translation import gettext_lazy as _

from chat.exceptions import InvalidInput
from chat.files.types import largest_size

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

OVERHEAD = 64 * 1024
"""What a request may be longer than its file: boundaries, names, the few other fields."""


class UploadHandler(FileUploadHandler):
    """Parses a whole multipart body itself, so that its end can be seen."""

    def handle_raw_input(
        self,
        input_data: Any,  # noqa: ANN401 (whatever can be read)
        META: dict[str, Any],  # noqa: N803 (Django's name)
        content_length: int,
        boundary: Any,  # noqa: ANN401 (bytes)
        encoding: str | None = None,
    ) -> tuple[Any, Any]:
        """Return fields and files. Raises InvalidInput: too long to be read at all, or cut off."""
        if content_length > largest_size() + OVERHEAD:
            message = _("This file is too large: at most %(max)d bytes.") % {"max": largest_size()}
            raise InvalidInput(message, code="file_too_large", field="file")
        watched = _Watched(input_data, b"--" + boundary + b"--")
        handlers = [TemporaryFileUploadHandler(self.request)]
        fields, files = MultiPartParser(META, cast("Any", watched), handlers, encoding or "utf-8").parse()
        if not watched.is_complete:
            for _name, received in files.lists():
                for file in received:
                    file.close()
            raise InvalidInput(_("The upload was cut off; send it again."), code="file_incomplete", field="file")
        return fields, files

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002 (Django's)
        """Leave the data to the handler that keeps it."""
        return raw_data

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":  # noqa: ARG002 (Django's)
        """Leave the file to the handler that keeps it."""
        return None


def uploads_to_disk(request: HttpRequest) -> None:
    """Make ``request``, whose body was not read yet, receive files on disk."""
    request.upload_handlers = [UploadHandler(request)]


class _Watched:
    """A body that remembers how it ended: one that was cut off reads like one that is over."""

    def __init__(self, body: IO[bytes], end: bytes) -> None:
        self.body = body
        self.end = end
        self.tail = b""

    @property
    def is_complete(self) -> bool:
        return self.end in self.tail

    def read(self, size: int = -1) -> bytes:
        data = self.body.read(size)
        self.tail = (self.tail + data)[-len(self.end) - OVERHEAD :]
        return data
