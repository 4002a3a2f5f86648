"""Calls: who called whom, when, and what became of it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from chat.admin.naming import peers_prefetch, person_name
from chat.admin.reading import ReadingAdmin, ReadingInline
from chat.models import Call, CallParticipant


class ParticipantInline(ReadingInline):
    """Everybody's part in a call."""

    model = CallParticipant
    fields = ("person", "state", "joined_at", "left_at")
    readonly_fields = fields
    ordering = ("pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CallParticipant]:
        """Return the parts with their people."""
        return super().get_queryset(request).select_related("user")

    def has_view_permission(self, request: HttpRequest, obj: Call | None = None) -> bool:  # type: ignore[override]
        """Return whether the person may look calls up: the parts belong to them."""
        return bool(request.user.has_perm("chat.view_call"))

    @admin.display(description=_("person"))
    def person(self, part: CallParticipant) -> str:
        """Return who it is."""
        return person_name(part.user, part.user_id)


@admin.register(Call)
class CallAdmin(ReadingAdmin):
    """Calls, newest first."""

    titled_by = (
        "call_type",
        "group_link",
    )
    list_display = ("started_at", "call_type", "state", "called_by", "group_link")
    list_filter = ("state", "call_type")
    lookups = frozenset({"group", "caller"})
    ordering = ("-pk",)
    inlines = (ParticipantInline,)
    fields = ("group_link", "called_by", "call_type", "state", "started_at", "answered_at", "ended_at", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Call]:
        """Return calls with all that a row shows."""
        calls: QuerySet[Any] = super().get_queryset(request).select_related("group", "caller")
        return calls.prefetch_related(peers_prefetch("group__memberships"))

    @admin.display(description=_("caller"))
    def called_by(self, call: Call) -> str:
        """Return who called."""
        return person_name(call.caller, call.caller_id)

    @admin.display(description=_("group"))
    def group_link(self, call: Call) -> SafeString:
        """Return a link to the group."""
        return self.group_page_link(call.group)
