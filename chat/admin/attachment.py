"""Files of a message: what they are and what a scanner said, without the bytes."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from chat.admin.naming import person_name
from chat.admin.reading import ReadingInline
from chat.models import Attachment, ChatMessage


class AttachmentInline(ReadingInline):
    """The files of a message; of a deleted one, none."""

    model = Attachment
    fields = ("name", "mime_type", "bytes", "scan_state", "uploader", "created_at")
    readonly_fields = fields
    ordering = ("position",)
    verbose_name_plural = _("files")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attachment]:
        """Return the files that are still there, with who uploaded them."""
        rows = super().get_queryset(request).filter(dropped_at__isnull=True, message__deleted_at__isnull=True)
        return rows.select_related("uploaded_by")

    def has_view_permission(self, request: HttpRequest, obj: ChatMessage | None = None) -> bool:  # type: ignore[override]
        """Return whether the person may read messages: their files are part of them."""
        return bool(request.user.has_perm("chat.view_chatmessage"))

    @admin.display(description=_("size"))
    def bytes(self, row: Attachment) -> str:
        """Return the size for people."""
        return filesizeformat(row.size)

    @admin.display(description=_("uploaded by"))
    def uploader(self, row: Attachment) -> str:
        """Return who uploaded it."""
        return person_name(row.uploaded_by, row.uploaded_by_id)
