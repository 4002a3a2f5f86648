"""Legal holds, exports and erasures of other people: asked for here, done by the services."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chat.admin.asking import AskingAdmin
from chat.admin.naming import peers_prefetch, person_name
from chat.admin.search import uuid_in
from chat.models import DataExport, Erasure, LegalHold
from chat.services.duty.erasures import erasure_request
from chat.services.duty.exports import export_request
from chat.services.duty.holds import hold_lift, hold_place


class JobAdmin(AskingAdmin):
    """Long jobs."""

    titled_by = (
        "person",
        "state",
    )
    list_display = ("created_at", "person", "state", "done_count", "total_count", "finished_at", "by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return jobs with the people in them."""
        return super().get_queryset(request).select_related("user", "requested_by")

    @admin.display(description=_("asked for by"))
    def by(self, row: Any) -> str:  # noqa: ANN401 (of any of these models)
        """Return who asked."""
        return person_name(row.requested_by, row.requested_by_id)


@admin.register(DataExport)
class DataExportAdmin(JobAdmin):
    """Exports: how far they are. The file is for the person alone."""

    shown = (*JobAdmin.list_display, "expires_at", "id")

    def save_model(self, request: HttpRequest, obj: DataExport, form: Any, change: bool) -> None:  # noqa: ANN401
        """Ask for one, through the service."""
        made = export_request(acting_user=request.user, user_id=obj.user_id)
        obj.pk, obj.created_at = made.pk, made.created_at


@admin.register(Erasure)
class ErasureAdmin(JobAdmin):
    """Erasures: how far they are."""

    shown = (*JobAdmin.list_display, "begins_at", "id")

    def save_model(self, request: HttpRequest, obj: Erasure, form: Any, change: bool) -> None:  # noqa: ANN401
        """Ask for one, through the service."""
        made = erasure_request(acting_user=request.user, user_id=obj.user_id)
        obj.pk, obj.created_at = made.pk, made.created_at


class LegalHoldForm(forms.ModelForm):  # type: ignore[type-arg]
    """Whom or what to hold, and why."""

    class Meta:
        model = LegalHold
        fields = ("user", "group", "reason")

    def clean(self) -> dict[str, Any]:
        """Refuse what names nothing, or a person and a group at once."""
        cleaned = super().clean() or {}
        if {"user", "group"} <= cleaned.keys() and (cleaned["user"] is None) == (cleaned["group"] is None):
            self.add_error("user", _("Name a person or a group."))
        return cleaned


@admin.register(LegalHold)
class LegalHoldAdmin(AskingAdmin):
    """Legal holds, with the action to lift them."""

    titled_by = ("held", "reason")
    actions = ("lift",)
    form = LegalHoldForm
    asked = LegalHoldForm.Meta.fields
    raw_id_fields = ("user", "group")
    list_display = ("created_at", "person", "group_link", "reason", "lifted_at", "by")
    shown = (*list_display, "id")
    search_help_text = _("Name or id of a person, or id of a group.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LegalHold]:
        """Return holds with the people and groups in them."""
        rows: QuerySet[Any] = (
            super().get_queryset(request).select_related("user", "group__desk_of__client_user", "created_by")
        )
        return rows.prefetch_related(peers_prefetch("group__memberships"))

    def found_by(self, text: str, request: HttpRequest) -> Q:
        """Keep holds on a person of this name or id, or on the group of this id."""
        groups = [group_id for group_id in [uuid_in(text)] if group_id]  # None would find holds on people
        return super().found_by(text, request) | Q(group_id__in=groups)

    def has_lift_permission(self, request: HttpRequest) -> bool:
        """Return whether the person may lift holds."""
        return bool(request.user.has_perm("chat.change_legalhold"))

    def save_model(self, request: HttpRequest, obj: LegalHold, form: Any, change: bool) -> None:  # noqa: ANN401
        """Place the hold, through the service."""
        made = hold_place(acting_user=request.user, reason=obj.reason, user_id=obj.user_id, group=obj.group)
        obj.pk, obj.created_at, obj.created_by = made.pk, made.created_at, made.created_by

    @admin.action(description=_("Lift"), permissions=["lift"])
    def lift(self, request: HttpRequest, queryset: QuerySet[LegalHold]) -> None:
        """Let what was held be erased and removed again."""
        number = sum(hold_lift(acting_user=request.user, hold=row) for row in queryset)
        told = ngettext("%(n)d hold is lifted.", "%(n)d holds are lifted.", number) % {"n": number}
        self.tell_number(request, number, told)

    @admin.display(description=_("group"))
    def group_link(self, hold: LegalHold) -> SafeString | str:
        """Return a link to the group that is held."""
        return self.group_page_link(hold.group) if hold.group else self.get_empty_value_display()

    def held(self, hold: LegalHold) -> str:
        """Return who or what is held."""
        return self.person(hold) if hold.user_id else str(hold.group)

    @admin.display(description=_("by"))
    def by(self, hold: LegalHold) -> str:
        """Return who placed it."""
        return person_name(hold.created_by, hold.created_by_id)
