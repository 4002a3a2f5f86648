"""Legal holds, exports and erasures of other people: asked for here, done by the services."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chat.admin.naming import person_name
from chat.admin.reading import ReadingAdmin
from chat.admin.search import people_in
from chat.exceptions import ChatError
from chat.models import DataExport, Erasure, LegalHold
from chat.services.duty.erasures import erasure_request
from chat.services.duty.exports import export_request
from chat.services.duty.holds import hold_lift, hold_place


class AskingAdmin(ReadingAdmin):
    """Pages that show rows, latest first, and a form to ask for one more, which a service answers."""

    asked: tuple[str, ...] = ("user",)
    """The fields of the form."""
    shown: tuple[str, ...] = ()
    """The fields of the page of one."""
    ordering = ("-pk",)
    search_fields = ("id",)
    search_help_text = _("Name or id of a person.")

    def found_by(self, text: str, request: HttpRequest) -> Q:
        """Keep what is about a person of this name or id."""
        return Q(user_id__in=people_in(text))

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Return what a page shows, or asks."""
        return self.shown if obj else self.asked

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[Any]:  # noqa: ANN401
        """Return the form; nobody is asked about nobody."""
        form = super().get_form(request, obj, change, **kwargs)
        if "user" in form.base_fields and self.asked == ("user",):
            form.base_fields["user"].required = True
        return form

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return whether the person may ask for one."""
        return bool(request.user.has_perm(f"chat.add_{self.opts.model_name}"))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:  # noqa: ANN401
        """Answer the form, with what the service refused."""
        try:
            return super().add_view(request, form_url, extra_context)
        except ChatError as error:
            self.message_user(request, str(error.detail), messages.ERROR)
            request.method = "GET"
            return super().add_view(request, form_url, extra_context)

    @admin.display(description=_("user"))
    def person(self, row: Any) -> str:  # noqa: ANN401 (of any of these models)
        """Return whom it is about."""
        return person_name(row.user, row.user_id) if row.user_id else self.get_empty_value_display()


class JobAdmin(AskingAdmin):
    """Long jobs."""

    titled_by = (
        "person",
        "state",
    )
    raw_id_fields = ("user",)
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
            raise forms.ValidationError(_("Name a person or a group."))
        return cleaned


@admin.register(LegalHold)
class LegalHoldAdmin(AskingAdmin):
    """Legal holds, with the action to lift them."""

    titled_by = (
        "person",
        "reason",
    )
    actions = ("lift",)
    form = LegalHoldForm
    asked = LegalHoldForm.Meta.fields
    raw_id_fields = ("user", "group")
    list_display = ("created_at", "person", "group_id", "reason", "lifted_at", "by")
    shown = (*list_display, "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LegalHold]:
        """Return holds with the people in them."""
        return super().get_queryset(request).select_related("user", "created_by")

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
        self.message_user(request, told, messages.SUCCESS)

    @admin.display(description=_("by"))
    def by(self, hold: LegalHold) -> str:
        """Return who placed it."""
        return person_name(hold.created_by, hold.created_by_id)
