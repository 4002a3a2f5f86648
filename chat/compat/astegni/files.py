"""Files: taken by ``uploads``, given out by ``files/{id}``."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from chat.compat.astegni.base import AstegniView
from chat.compat.astegni.media import file_json
from chat.compat.files import file_find
from chat.exceptions import InvalidInput, NotFound
from chat.files.images import PREVIEW_TYPE
from chat.files.receiving import uploads_to_disk
from chat.files.serving import Served, file_response
from chat.services.uploads import upload_create


class UploadsView(AstegniView):
    """``uploads``: a file to send."""

    parser_classes = [MultiPartParser]

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Receive files on disk."""
        uploads_to_disk(request)
        return super().initialize_request(request, *args, **kwargs)

    def read_said(self, request: Request) -> None:
        """Leave the body to the parser of forms."""

    def post(self, request: Request) -> Response:
        """Keep the file, and answer the ``media_url`` and ``media_metadata`` with which it is sent."""
        file: Any = request.FILES.get("file")
        if file is None:
            raise InvalidInput(code="required", field="file")
        with file:
            row = upload_create(acting_user=request.user, file=file, name=file.name or "")
        return Response({"success": True, **file_json(vars(row), request)})


class FileView(AstegniView):
    """``files/{id}``: the bytes."""

    def get(self, request: Request, file_id: UUID) -> HttpResponseBase:
        """Answer the bytes to who sees the message."""
        row = file_find(acting_user=request.user, attachment_id=file_id)
        served = Served(row.file, row.name, row.mime_type, f'"{row.pk}"')
        return file_response(request._request, served)  # noqa: SLF001 (Django's own)


class PreviewView(AstegniView):
    """``files/{id}/preview``: a small picture of an image."""

    def get(self, request: Request, file_id: UUID) -> HttpResponseBase:
        """Answer the picture to who sees the message."""
        row = file_find(acting_user=request.user, attachment_id=file_id)
        if not row.preview:
            raise NotFound
        served = Served(row.preview, f"{row.name}.webp", PREVIEW_TYPE.mime_type, f'"{row.pk}-preview"')
        return file_response(request._request, served)  # noqa: SLF001 (Django's own)
