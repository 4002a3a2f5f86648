"""Invitations and requests to join; the link itself is shown to nobody here."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from chat.admin.naming import peers_prefetch, person_name
from chat.admin.reading import ReadingAdmin
from chat.models import Invitation, JoinRequest


@admin.register(Invitation)
class InvitationAdmin(ReadingAdmin):
    """Invitations, newest first."""

    titled_by = (
        "group_link",
        "maker",
    )
    list_display = ("created_at", "group_link", "maker", "uses", "expires_at", "revoked_at")
    list_filter = ("needs_approval",)
    lookups = frozenset({"group", "created_by"})
    ordering = ("-pk",)
    fields = (*list_display, "needs_approval", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        """Return invitations with all that a row shows."""
        rows: QuerySet[Any] = super().get_queryset(request).select_related("group", "created_by")
        return rows.prefetch_related(peers_prefetch("group__memberships"))

    @admin.display(description=_("group"))
    def group_link(self, row: Invitation) -> SafeString:
        """Return a link to the group."""
        return self.group_page_link(row.group)

    @admin.display(description=_("made by"))
    def maker(self, row: Invitation) -> str:
        """Return who made it."""
        return person_name(row.created_by, row.created_by_id)

    @admin.display(description=_("used"))
    def uses(self, row: Invitation) -> str:
        """Return how often it was used, of how often it may be."""
        return str(row.use_count) if row.use_limit is None else f"{row.use_count} / {row.use_limit}"


@admin.register(JoinRequest)
class JoinRequestAdmin(ReadingAdmin):
    """Requests to join, newest first."""

    titled_by = (
        "person",
        "group_link",
    )
    list_display = ("created_at", "group_link", "person", "state", "answered")
    list_filter = ("state",)
    lookups = frozenset({"group", "user"})
    ordering = ("-pk",)
    fields = ("group_link", "person", "text", "state", "answered", "created_at", "answered_at", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[JoinRequest]:
        """Return requests with all that a row shows."""
        rows: QuerySet[Any] = super().get_queryset(request).select_related("group", "user", "answered_by")
        return rows.prefetch_related(peers_prefetch("group__memberships"))

    @admin.display(description=_("group"))
    def group_link(self, row: JoinRequest) -> SafeString:
        """Return a link to the group."""
        return self.group_page_link(row.group)

    @admin.display(description=_("who asks"))
    def person(self, row: JoinRequest) -> str:
        """Return who asks."""
        return person_name(row.user, row.user_id)

    @admin.display(description=_("answered by"))
    def answered(self, row: JoinRequest) -> str:
        """Return who answered, if somebody did."""
        return "" if row.answered_by_id is None else person_name(row.answered_by, row.answered_by_id)
