"""Files: taken by ``uploads``, shown as items of ``reference_list``, given out by ``files/{id}``."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from chat.compat.files import ReceivesFiles, file_find
from chat.compat.hazo.base import HazoView
from chat.compat.hazo.errors import file_not_found
from chat.exceptions import NotFound
from chat.files.addresses import file_at
from chat.files.serving import Served, file_response
from chat.models import Attachment
from chat.roles import WITH_FILES, ReferenceItemType, ScanState

Item = dict[str, Any]


class UploadsView(ReceivesFiles, HazoView):
    """``uploads``: a file to send."""

    def post(self, request: Request) -> Response:
        """Keep the file, and answer the item with which ``POST messages`` sends it."""
        return Response({"success": True, "reference": reference_json(self.keep_file(request))})


class FileView(HazoView):
    """``files/{id}``: the bytes."""

    throttle_scopes = {"": "hazo_read"}

    def get(self, request: Request, file_id: str) -> HttpResponseBase:
        """Answer the bytes to who sees the message."""
        try:
            row = file_find(acting_user=request.user, attachment_id=UUID(file_id))
        except (ValueError, NotFound):
            raise file_not_found() from None
        served = Served(row.file, row.name, row.mime_type, f'"{row.pk}"')
        return file_response(request._request, served)  # noqa: SLF001 (Django's own)


def reference_json(row: Attachment) -> Item:
    """Return a file as the client knows references."""
    return {
        "id": str(row.pk),
        "type": ReferenceItemType.DOCUMENT,
        "scope": "chat",
        "name": row.name,
        "url": reverse("hazo:file", args=[row.pk]),
        "mime_type": row.mime_type,
        "file_size": row.size,
    }


def files_of(rows: Iterable[Mapping[str, Any]]) -> dict[UUID, list[Item]]:
    """Return the files of a page of messages that somebody sees, as references by message. At most one statement."""
    found: dict[UUID, list[Item]] = {}
    ids = [row["id"] for row in rows if row["message_type"] in WITH_FILES and row["deleted_at"] is None]
    for row in Attachment.objects.of_messages(ids).filter(scan_state=ScanState.CLEAN) if ids else ():
        found.setdefault(row.message_id, []).append(reference_json(row))  # type: ignore[arg-type]  # these have one
    return found


def split_references(request: Request, items: object) -> tuple[list[UUID], object]:
    """Return the caller's own unsent uploads among the references of a new message, and the other references."""
    if not isinstance(items, list):
        return [], items
    named = {index: file_id for index, item in enumerate(items) if (file_id := _file_of(item))}
    unsent = Attachment.objects.unsent_of(request.user.pk).filter(pk__in=named.values())
    own = set(unsent.values_list("pk", flat=True)) if named else set()
    rest = [item for index, item in enumerate(items) if named.get(index) not in own]
    return _in_order(named, own), rest


def _in_order(named: Mapping[int, UUID], own: set[UUID]) -> list[UUID]:
    wanted: Sequence[UUID] = [file_id for file_id in named.values() if file_id in own]
    return list(dict.fromkeys(wanted))


def _file_of(item: object) -> UUID | None:
    url = item.get("url") if isinstance(item, dict) else None
    return file_at(url) if isinstance(url, str) else None
