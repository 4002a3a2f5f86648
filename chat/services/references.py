"""References of a message: what its sender points to, in the shape that hazo_chat gave them."""

import mimetypes
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chat.adapter import User
from chat.conf import chat_settings
from chat.exceptions import InvalidInput
from chat.files.addresses import file_at
from chat.models import Attachment
from chat.models.fields import uuid7
from chat.roles import ReferenceItemType
from chat.services.cleaning import clean_choice, clean_text

FIELD = "reference_list"
URL_MAX_LENGTH = 2000
SCHEMES = ("http", "https")


def clean_references(value: object, *, user: User) -> list[dict[str, Any]] | None:
    """Return the references that ``user`` sends, with known keys alone; None where there are none.

    Each has ``type`` (document, field or url), and may have ``id`` (made where it is missing), ``scope``, ``name``,
    ``url`` and ``mime_type`` (by the ending of the address where it is missing). An address is http(s), or that of a
    file that ``user`` sees; only a field may be without one. Raises InvalidInput naming ``reference_list``.
    """
    if value is None or value == []:
        return None
    if not isinstance(value, list):
        raise InvalidInput(_("This must be a list of references."), code="invalid", field=FIELD)
    limit = chat_settings.REFERENCES_MAX
    if len(value) > limit:
        text = ngettext("At most %(max)d reference.", "At most %(max)d references.", limit) % {"max": limit}
        raise InvalidInput(text, code="too_many", field=FIELD)
    items = [_clean_item(item) for item in value]
    _require_own_files(items, user)
    return items


def _clean_item(item: object) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise InvalidInput(_("A reference must be an object."), code="invalid", field=FIELD)
    kind = clean_choice(item.get("type"), ReferenceItemType.values, field=FIELD)
    url = _text(item, "url", URL_MAX_LENGTH).strip()
    if url or kind != ReferenceItemType.FIELD:
        _require_address(url)
    clean = {
        "id": _text(item, "id", 255) or str(uuid7()),
        "type": kind,
        "scope": _text(item, "scope", 100) or "chat",
        "name": _text(item, "name", 255),
        "url": url,
    }
    mime_type = _text(item, "mime_type", 127) or mimetypes.guess_type(urlsplit(url).path)[0]
    return clean | ({"mime_type": mime_type} if mime_type else {})


def _text(item: dict[str, Any], name: str, max_length: int) -> str:
    value = item.get(name)
    return "" if value is None else clean_text(value, field=FIELD, max_length=max_length, allow_blank=True)


def _require_address(url: str) -> None:
    """Raise InvalidInput unless ``url`` is http(s) with a host, or the address of a file here."""
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in SCHEMES and bool(parts.hostname)
    except ValueError:
        is_web = False
    has_gaps = any(char.isspace() or not char.isprintable() or char == "\\" for char in url)
    if has_gaps or not (is_web or file_at(url)):
        raise InvalidInput(
            _("A reference must lead to an http or https address, or to a file here."), code="invalid_url", field=FIELD
        )


def _require_own_files(items: Sequence[dict[str, Any]], user: User) -> None:
    """Raise InvalidInput unless ``user`` sees every file here that is referred to. At most one statement."""
    wanted = {file_id for item in items if (file_id := file_at(item["url"]))}
    if wanted and Attachment.objects.visible_to(user).filter(pk__in=wanted).count() != len(wanted):
        raise InvalidInput(_("There is no such file."), code="unknown_file", field=FIELD)
