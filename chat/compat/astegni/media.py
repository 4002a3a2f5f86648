"""What a message carries beside its text, as ``media_url`` and ``media_metadata``; and how such are sent."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from chat.compat.astegni.legacies import legacy_of
from chat.compat.astegni.parsing import Fields, text_in
from chat.exceptions import InvalidInput
from chat.files.addresses import file_at
from chat.models.prepared import Row
from chat.roles import MessageType, ReferenceItemType, ScanState
from chat.serializers import Json

_MEDIA = (MessageType.IMAGE, MessageType.AUDIO, MessageType.VIDEO, MessageType.FILE, MessageType.GIF)
_ABOUT = ("size", "duration", "width", "height")
NOTHING: Json = {"media_url": None, "media_metadata": None}


def media_json(row: Row, files: Sequence[Row], request: Request) -> Json:
    """Return type and media of a message that is shown."""
    kind, metadata = row["message_type"], row["metadata"] or {}
    if files:
        return {"message_type": kind, **file_json(files[0], request)} | (
            {"attachments": [file_json(file, request) for file in files]} if len(files) > 1 else {}
        )
    if kind == MessageType.LOCATION:
        return {"message_type": kind, "media_url": None, "media_metadata": metadata.get("location")}
    if kind == MessageType.GIF and "gif" in metadata:
        return {"message_type": kind, **_gif_json(metadata["gif"])}
    document = _document(row)
    return {"message_type": kind, **NOTHING} if document is None else _document_json(document, row)


def file_json(row: Row, request: Request) -> Json:
    """Return a file, from the fields of its Attachment; without its address until a scanner finds it to be clean."""
    clean, key = row["scan_state"] == ScanState.CLEAN, row["id"]
    preview = reverse("astegni:file-preview", args=[key]) if clean and row["preview"] else None
    return {
        "media_url": request.build_absolute_uri(reverse("astegni:file", args=[key])) if clean else None,
        "media_metadata": {
            "filename": row["name"],
            "size": row["size"],
            "mime_type": row["mime_type"],
            "duration": None if row["duration_ms"] is None else row["duration_ms"] / 1000,
            "width": row["width"],
            "height": row["height"],
            "thumbnail_url": preview and request.build_absolute_uri(preview),
        },
    }


def words_of(fields: Fields, request: Request) -> dict[str, Any]:
    """Return what ``message_send`` takes, from ``content``, ``message_type``, ``media_url`` and ``media_metadata``.

    A file of this server is sent as what it is; any other address as a reference. Raises InvalidInput.
    """
    kind = text_in(fields, "message_type", default=MessageType.TEXT)
    text = text_in(fields, "content")
    url, about = text_in(fields, "media_url"), fields.get("media_metadata") or {}
    if not isinstance(about, Mapping):
        raise InvalidInput(_("media_metadata must be an object."), field="media_metadata")
    if kind == MessageType.LOCATION:
        return {"message_text": text or None, "location": _location(about)}
    if kind not in (MessageType.TEXT, *_MEDIA):
        raise InvalidInput(_("A message of this type cannot be sent here."), field="message_type")
    if not url:
        return {"message_text": text}
    own = own_file(url, request)
    if own is not None:
        return {"message_text": text or None, "attachment_ids": [own]}
    name = str(about.get("filename") or url.rpartition("/")[2] or url)
    mime_type = about.get("mime_type") or _MIME.get(kind)
    document = {"type": ReferenceItemType.DOCUMENT, "name": name[:255], "url": url, "mime_type": mime_type}
    return {"message_text": text or name, "reference_list": [document]}


def own_file(url: str, request: Request) -> UUID | None:
    """Return which file of this server is at ``url``, or None."""
    return file_at(url.removeprefix(request.build_absolute_uri("/").rstrip("/")))


def _location(about: Fields) -> dict[str, Any]:
    if not {"latitude", "longitude"} <= about.keys():
        raise InvalidInput(_("A location needs latitude and longitude."), field="media_metadata")
    return {name: about.get(name) for name in ("latitude", "longitude", "name")}


def _gif_json(gif: Mapping[str, Any]) -> Json:
    about = {"width": gif["width"], "height": gif["height"], "thumbnail_url": gif["preview_url"]}
    return {"media_url": gif["url"], "media_metadata": about}


def _document(row: Row) -> Mapping[str, Any] | None:
    """Return the document of a message that is about nothing else: sent here, or in an older chat as what it is."""
    items: Sequence[Mapping[str, Any]] = row["reference_list"] or []
    alone = len(items) == 1 and items[0]["type"] == ReferenceItemType.DOCUMENT
    return items[0] if alone and row["message_type"] in (MessageType.TEXT, *_MEDIA) else None


def _document_json(item: Mapping[str, Any], row: Row) -> Json:
    mime_type = item.get("mime_type", "")
    kind = row["message_type"]
    if kind == MessageType.TEXT:
        kind = MessageType.GIF if mime_type == "image/gif" else mime_type.partition("/")[0]
    return {
        "message_type": kind if kind in _MEDIA else MessageType.FILE,
        "media_url": item["url"],
        "media_metadata": _about(row) | {"filename": item["name"], "mime_type": mime_type or None},
    }


def _about(row: Row) -> Json:
    """Return what an older chat knew of a file."""
    about: Json = legacy_of(row).get("media_metadata") or {}
    return {name: about.get(name) for name in _ABOUT if name in about}


_MIME: Mapping[str, str] = {
    MessageType.IMAGE: "image/*",
    MessageType.AUDIO: "audio/*",
    MessageType.VIDEO: "video/*",
    MessageType.GIF: "image/gif",
}
"""What is said of an address whose type is told, and nothing more."""
