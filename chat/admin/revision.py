"""What a message said before it was edited."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chat.admin.reading import ReadingInline
from chat.models import ChatMessage, MessageRevision


class RevisionInline(ReadingInline):
    """The former texts of a message, newest first; of a deleted one, none."""

    model = MessageRevision
    fields = ("message_text", "written_at")
    readonly_fields = fields
    ordering = ("-version",)
    verbose_name_plural = _("former texts")

    def get_queryset(self, request: HttpRequest) -> QuerySet[MessageRevision]:
        """Return the revisions, unless the message was deleted."""
        return super().get_queryset(request).filter(message__deleted_at__isnull=True)

    def has_view_permission(self, request: HttpRequest, obj: ChatMessage | None = None) -> bool:  # type: ignore[override]
        """Return whether the person may read messages: what they said before is part of them."""
        return bool(request.user.has_perm("chat.view_chatmessage"))
