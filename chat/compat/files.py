"""Files on their way into the older surfaces, and out of them."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.views import APIView

from chat.adapter import User
from chat.exceptions import InvalidInput, NotFound
from chat.files.receiving import uploads_to_disk
from chat.models import Attachment
from chat.services.downloads import download_find
from chat.services.uploads import upload_create


class ReceivesFiles(APIView):
    """A view whose requests bring a file, in the field ``file`` of a form."""

    parser_classes = [MultiPartParser]

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Receive files on disk."""
        uploads_to_disk(request)
        return super().initialize_request(request, *args, **kwargs)

    def keep_file(self, request: Request) -> Attachment:
        """Keep the file as an upload of who asks. Raises InvalidInput naming ``file``."""
        file: Any = request.FILES.get("file")
        if file is None:
            raise InvalidInput(code="required", field="file")
        with file:
            return upload_create(acting_user=request.user, file=file, name=file.name or "")


def file_find(*, acting_user: User, attachment_id: UUID) -> Attachment:
    """Return a file as ``download_find`` does, but none of a desk, which these surfaces do not know. Two statements."""
    if Attachment.objects.filter(pk=attachment_id, message__group__desk_of__isnull=False).exists():
        raise NotFound
    return download_find(acting_user=acting_user, attachment_id=attachment_id)
