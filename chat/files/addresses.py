"""Addresses of files, as clients see them."""

from uuid import UUID

from django.urls import Resolver404, resolve, reverse


def file_address(attachment_id: UUID) -> str:
    """Return where a member gets the file, from the root of the site."""
    return reverse("chat:file", args=[attachment_id])


def preview_address(attachment_id: UUID) -> str:
    """Return where a member gets the preview of an image."""
    return reverse("chat:file-preview", args=[attachment_id])


def file_at(address: str) -> UUID | None:
    """Return which file is at an address from the root of this site, on either surface; None for any other address."""
    if not address.startswith("/") or address.startswith("//") or "?" in address or "#" in address:
        return None
    try:
        found = resolve(address)
        is_file = found.url_name == "file" and found.app_names[-1:] in (["chat"], ["hazo"])
        return UUID(str(found.kwargs["file_id"])) if is_file else None
    except (Resolver404, ValueError):
        return None
