"""References: what an old message points to, as items of ``reference_list``."""

import mimetypes
from typing import Any
from urllib.parse import urlsplit

SCHEMES = ("http", "https")
URL_MAX_LENGTH = 2000


def document(key: str, url: str, *, name: object = None, mime_type: object = None) -> dict[str, Any] | None:
    """Return the reference to a file at an address, or None where nobody should be led there.

    Good are http and https, and addresses on the site itself, which begin with one slash. Nothing is fetched. ``key``
    names the item, the same at each run.
    """
    if not is_address(url):
        return None
    path = urlsplit(url).path
    item = {"id": key, "type": "document", "scope": "chat", "name": str(name or path.rpartition("/")[2] or url)[:255]}
    said = str(mime_type)[:127] if mime_type else mimetypes.guess_type(path)[0]
    return item | {"url": url} | ({"mime_type": said} if said else {})


def is_address(url: str) -> bool:
    """Return whether a link may lead there."""
    if len(url) > URL_MAX_LENGTH or any(sign.isspace() or not sign.isprintable() or sign == "\\" for sign in url):
        return False
    try:
        parts = urlsplit(url)
        return (parts.scheme in SCHEMES and bool(parts.hostname)) or (url.startswith("/") and not parts.netloc)
    except ValueError:
        return False
