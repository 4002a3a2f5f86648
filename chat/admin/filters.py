"""Filters by a time that is set or not: deleted, pinned, closed, left."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class TimeSetFilter(admin.SimpleListFilter):
    """Keeps rows whose ``field`` is set, or is not."""

    field: str

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, Any]]:
        """Return the two choices."""
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what was chosen."""
        if self.value() not in {"yes", "no"}:
            return queryset
        return queryset.filter(**{f"{self.field}__isnull": self.value() == "no"})


class DeletedFilter(TimeSetFilter):
    """Deleted or not."""

    title = _("deleted")
    parameter_name = "deleted"
    field = "deleted_at"


class DeletedMessageFilter(DeletedFilter):
    """Deleted or not, by the index of rows that do not count."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what was chosen."""
        kept = super().queryset(request, queryset)
        return kept.filter(counts=False) if self.value() == "yes" else kept


class PinnedFilter(TimeSetFilter):
    """Pinned or not."""

    title = _("pinned")
    parameter_name = "pinned"
    field = "pinned_at"


class ClosedFilter(TimeSetFilter):
    """Closed for sending or not."""

    title = _("closed")
    parameter_name = "closed"
    field = "closed_at"


class LeftFilter(TimeSetFilter):
    """Left the group or still there."""

    title = _("left")
    parameter_name = "left"
    field = "left_at"
