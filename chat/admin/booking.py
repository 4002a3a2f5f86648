"""Settings that staff change here: whoever adds, changes or deletes one is in the book of privileged acts."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.db.models import Model
from django.http import HttpRequest

from chat.admin.reading import CarefulAdmin
from chat.choices import AuditAction
from chat.services.safety.audit import audit_add


class BookedAdmin(CarefulAdmin):
    """Writes into the book whatever Django writes into its own log, beside it and in the same transaction."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:  # noqa: ANN401 (as in Django)
        """Write down that one was added."""
        self._book(request, AuditAction.SETTING_ADDED, obj, message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:  # noqa: ANN401 (as in Django)
        """Write down which fields were changed."""
        self._book(request, AuditAction.SETTING_CHANGED, obj, message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:  # noqa: ANN401 (as in Django)
        """Write down which are about to be deleted."""
        for obj in queryset:
            self._book(request, AuditAction.SETTING_DELETED, obj, [])
        return super().log_deletions(request, queryset)

    def _book(self, request: HttpRequest, action: AuditAction, obj: Model, message: Any) -> None:  # noqa: ANN401
        details = {"name": str(obj), "changes": message if isinstance(message, list) else [str(message)]}
        audit_add(acting_user=request.user, action=action, target=obj, details=details)
