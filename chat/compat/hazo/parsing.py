"""What a request says, checked in the order in which hazo_chat checks it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypedDict

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from chat.compat.hazo.errors import bad_request
from chat.compat.hazo.reading import PageQuery
from chat.conf import chat_settings
from chat.roles import ReferenceType
from chat.services.cleaning import clean_text


class MessageFields(TypedDict):
    """What ``message_send`` takes from a client."""

    message_text: str | None
    reference_id: str
    reference_type: str


def chat_group_id(raw: object) -> str:
    """Return what names the group: its id, or that which it had in an older chat."""
    if not raw:
        raise bad_request("MISSING_CHAT_GROUP", _("chat_group_id is required"))
    return str(raw)


def page_query(query: Mapping[str, str]) -> PageQuery:
    """Return what the query of a GET asks for. Raises InvalidInput (references) and HazoError."""
    return PageQuery(
        reference_id=clean_reference(query.get("reference_id"), "reference_id"),
        reference_type=clean_reference(query.get("reference_type"), "reference_type"),
        limit=_limit(query.get("limit")),
        cursor=_cursor(query.get("cursor")),
        newer=_is_newer(query.get("direction")),
    )


def message_fields(body: dict[str, Any], *, text_optional: bool) -> MessageFields:
    """Return what the body of a POST asks to send. Raises InvalidInput (references) and HazoError."""
    return {
        "message_text": None if text_optional and not body.get("message_text") else _message_text(body),
        "reference_id": clean_reference(body.get("reference_id"), "reference_id"),
        "reference_type": clean_reference(body.get("reference_type"), "reference_type") or ReferenceType.CHAT,
    }


def _message_text(body: dict[str, Any]) -> str:
    text = body.get("message_text")
    if not text or not isinstance(text, str):
        raise bad_request("MISSING_MESSAGE", _("message_text is required"))
    return clean_text(text.strip(), field="message_text", max_length=chat_settings.MESSAGE_MAX_LENGTH)


def clean_reference(raw: object, name: str) -> str:
    """Return a reference's id or type; nothing is empty text."""
    max_length = 255 if name == "reference_id" else 100
    return clean_text(raw or "", field=name, max_length=max_length, allow_blank=True)


def _limit(raw: str | None) -> int:
    if not raw:
        return chat_settings.PAGE_SIZE
    try:
        limit = int(raw) if raw.isascii() and raw.isdigit() else 0
    except ValueError:  # more digits than Python converts
        limit = 0
    if limit < 1:
        raise bad_request("INVALID_LIMIT", _("limit must be a positive integer"))
    return min(limit, chat_settings.PAGE_SIZE_MAX)


def _cursor(raw: str | None) -> datetime | None:
    if not raw:
        return None
    try:
        moment = parse_datetime(raw)
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise bad_request("INVALID_CURSOR", _("cursor must be the created_at of a message"))


def _is_newer(raw: str | None) -> bool:
    if raw not in (None, "", "older", "newer"):
        raise bad_request("INVALID_DIRECTION", _("direction must be older or newer"))
    return raw == "newer"
