"""Addresses of files, as clients see them."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Self
from uuid import UUID

from django.conf import settings
from django.urls import Resolver404, get_script_prefix, get_urlconf, resolve, reverse
from django.utils.translation import get_language

ANY = UUID(int=0)
ANY_TEXT = str(ANY)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where files are, from the root of the site."""

    file: str
    preview: str

    @classmethod
    def here(cls) -> Self:
        """Return the addresses under the present request's prefix."""
        return cls(*_found(get_urlconf() or settings.ROOT_URLCONF, get_script_prefix(), get_language()))

    def of_file(self, attachment_id: str) -> str:
        """Return where a member gets the file."""
        return self.file.replace(ANY_TEXT, attachment_id)

    def of_preview(self, attachment_id: str) -> str:
        """Return where a member gets the preview of an image."""
        return self.preview.replace(ANY_TEXT, attachment_id)


@lru_cache(maxsize=128)
def _found(*_of_request: Hashable) -> tuple[str, str]:
    """Return the addresses of ANY, found once for whatever of the request they follow: finding takes a while."""
    return reverse("chat:file", args=[ANY]), reverse("chat:file-preview", args=[ANY])


def file_at(address: str) -> UUID | None:
    """Return which file is at an address from the root of this site, on any surface; None for any other address."""
    prefix = get_script_prefix()
    path = address.removeprefix(prefix)
    if not address.startswith(prefix) or path.startswith("/") or "?" in path or "#" in path:
        return None
    try:
        found = resolve(f"/{path}")
        is_file = found.url_name == "file" and found.app_names[-1:] in (["chat"], ["hazo"], ["astegni"])
        return UUID(str(found.kwargs["file_id"])) if is_file else None
    except (Resolver404, ValueError):
        return None
