"""Files: taken by ``uploads``, given out by ``files/{id}``."""

from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from chat.compat.astegni.base import AstegniView
from chat.compat.astegni.media import file_json
from chat.compat.files import ReceivesFiles, file_find
from chat.exceptions import NotFound
from chat.files.images import PREVIEW_TYPE
from chat.files.serving import Served, file_response


class UploadsView(ReceivesFiles, AstegniView):
    """``uploads``: a file to send."""

    def read_said(self, request: Request) -> None:
        """Leave the body to the parser of forms."""

    def post(self, request: Request) -> Response:
        """Keep the file, and answer the ``media_url`` and ``media_metadata`` with which it is sent."""
        return Response({"success": True, **file_json(vars(self.keep_file(request)), request)})


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
