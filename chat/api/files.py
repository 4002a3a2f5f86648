"""Uploads, and the files of messages."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework import status
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api import examples
from chat.api.base import ChatViewSet
from chat.api.inputs.files import UploadNew
from chat.api.renderers import WireJSONRenderer
from chat.api.schema import DOWNLOAD, FILE, UPLOAD, file_operation, operation
from chat.api.shapes.attachments import AttachmentShape
from chat.exceptions import NotFound
from chat.files.images import PREVIEW_TYPE
from chat.files.receiving import uploads_to_disk
from chat.files.serving import Served, file_response
from chat.models import Attachment
from chat.serializers.attachments import attachment_json
from chat.services.downloads import download_find
from chat.services.uploads import upload_create, upload_delete


class UploadViewSet(ChatViewSet):
    """Files that wait to be sent."""

    for_visitors = frozenset({"create", "retrieve", "destroy"})
    inputs = {"create": UploadNew}
    scopes = {"create": "upload"}
    parser_classes = (MultiPartParser,)

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Receive files on disk; said before anything reads the body, as the check of a CSRF token does."""
        uploads_to_disk(request)
        return super().initialize_request(request, *args, **kwargs)

    @operation(
        "Upload a file, to be sent with a message",
        request=UploadNew,
        media_type="multipart/form-data",
        body={"file": "the bytes", "duration_ms": 4200, "waveform": [0, 50, 100]},
        answers={201: (AttachmentShape, examples.ATTACHMENT)},
        errors=(409,),
    )
    def create(self, request: Request) -> Response:
        """Keep the file."""
        values = self.read_input()
        file = values.pop("file")
        with file:
            row = upload_create(acting_user=request.user, file=file, name=file.name or "", **values)
        return Response(attachment_json(vars(row)), status=status.HTTP_201_CREATED)

    @operation(
        "Read one of my uploads",
        parameters=(UPLOAD,),
        answers={200: (AttachmentShape, examples.ATTACHMENT)},
        errors=(404,),
    )
    def retrieve(self, request: Request, upload_id: str) -> Response:
        """Answer an upload that was not sent yet, and what the scanner says of it."""
        row = Attachment.objects.unsent_of(request.user.pk).filter(pk=self.path_uuid("upload_id")).first()
        if row is None:
            raise NotFound
        return Response(attachment_json(vars(row)))

    @operation("Remove one of my uploads", parameters=(UPLOAD,), answers={204: (None, None)}, errors=(404,))
    def destroy(self, request: Request, upload_id: str) -> Response:
        """Remove it, unless it was sent."""
        upload_delete(acting_user=request.user, upload_id=self.path_uuid("upload_id"))
        return Response(status=status.HTTP_204_NO_CONTENT)


class AlwaysJSON(DefaultContentNegotiation):
    """Errors are JSON, whatever ``Accept`` says: that of an image in a page knows no JSON."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the only renderer."""
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class FileViewSet(ChatViewSet):
    """The bytes of a file; who may see its message is asked each time."""

    renderer_classes = (WireJSONRenderer,)
    content_negotiation_class = AlwaysJSON
    for_visitors = frozenset({"content", "preview"})
    scopes = {"content": "file", "preview": "file"}

    @file_operation("Get a file", parameters=(FILE, DOWNLOAD))
    def content(self, request: Request, file_id: str) -> HttpResponseBase:
        """Answer the bytes; with ``?download`` never inline."""
        row = download_find(acting_user=request.user, attachment_id=self.path_uuid("file_id"))
        as_attachment = "download" in request.query_params
        served = Served(row.file, row.name, row.mime_type, f'"{row.pk}"', as_attachment=as_attachment)
        return file_response(request._request, served)  # noqa: SLF001 (Django's own)

    @file_operation("Get the preview of an image", parameters=(FILE,))
    def preview(self, request: Request, file_id: str) -> HttpResponseBase:
        """Answer the small picture."""
        row = download_find(acting_user=request.user, attachment_id=self.path_uuid("file_id"))
        if not row.preview:
            raise NotFound
        served = Served(row.preview, f"{row.name}.webp", PREVIEW_TYPE.mime_type, f'"{row.pk}-preview"')
        return file_response(request._request, served)  # noqa: SLF001 (Django's own)
