"""Where the bytes are: one of the host's STORAGES, under names that tell nothing and that nobody can guess."""

import secrets
from typing import Any

from django.core.files.storage import Storage, storages
from django.utils.functional import LazyObject

from chat.conf import chat_settings

FOLDER = "chat"


class FileStorage(LazyObject):  # type: ignore[type-arg]  # generic for type checkers alone
    """The storage that the setting FILE_STORAGE names, looked up at each use as every setting is."""

    @property
    def _wrapped(self) -> Storage:
        return storages[chat_settings.FILE_STORAGE]

    @_wrapped.setter
    def _wrapped(self, value: object) -> None:
        pass  # LazyObject begins by saying that nothing is there yet


def file_storage() -> Any:  # noqa: ANN401 (a Storage, as far as isinstance can tell)
    """Return the storage of all files; migrations name this function instead of a storage."""
    return FileStorage()


def random_path(_row: object = None, _filename: str = "") -> str:
    """Return a new place for a file: nothing of its name or type, 128 random bits, spread over 256 folders."""
    name = secrets.token_hex(16)
    return f"{FOLDER}/{name[:2]}/{name}"
