"""Addresses of files, as clients see them."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.urls import Resolver404, get_script_prefix, resolve, reverse

ANY = UUID(int=0)
ANY_TEXT = str(ANY)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where files are, from the root of the site: found once for a page, as finding takes longer than reading one."""

    file: str
    preview: str

    @classmethod
    def here(cls) -> Self:
        """Return the addresses under the present request's prefix."""
        return cls(reverse("chat:file", args=[ANY]), reverse("chat:file-preview", args=[ANY]))

    def of_file(self, attachment_id: str) -> str:
        """Return where a member gets the file."""
        return self.file.replace(ANY_TEXT, attachment_id)

    def of_preview(self, attachment_id: str) -> str:
        """Return where a member gets the preview of an image."""
        return self.preview.replace(ANY_TEXT, attachment_id)


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
