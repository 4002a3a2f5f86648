"""Suspensions: who may write nothing; the page to suspend somebody, and the action to lift it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chat.admin.naming import person_name
from chat.admin.reading import ReadingAdmin
from chat.admin.search import people_in
from chat.exceptions import ChatError
from chat.models import Suspension
from chat.services.safety.suspensions import suspension_lift, user_suspend


class SuspensionForm(ModelForm):  # type: ignore[type-arg]
    """Whom to suspend, why and until when."""

    class Meta:
        model = Suspension
        fields = ("user", "reason", "until")

    def clean(self) -> dict[str, Any]:
        """Refuse what the service would refuse by its field; it is asked when everything else is right."""
        cleaned = super().clean() or {}
        if "user" in cleaned and cleaned["user"] is None:
            raise forms.ValidationError({"user": _("Name somebody.")})
        return cleaned


@admin.register(Suspension)
class SuspensionAdmin(ReadingAdmin):
    """Suspensions, latest first."""

    titled_by = ("person",)
    actions = ("lift",)
    form = SuspensionForm
    list_display = ("created_at", "person", "until", "lifted_at", "reason", "by")
    ordering = ("-pk",)
    search_fields = ("reason",)
    search_help_text = _("Name or id of a person.")
    raw_id_fields = ("user",)
    fields = ("person", "reason", "until", "created_at", "by", "lifted_at", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Suspension]:
        """Return suspensions with the people in them."""
        return super().get_queryset(request).select_related("user", "created_by")

    def found_by(self, text: str, request: HttpRequest) -> Q:
        """Keep suspensions of a person of this name or id."""
        return Q(user_id__in=people_in(text))

    def get_fields(self, request: HttpRequest, obj: Suspension | None = None) -> tuple[str, ...]:
        """Return what a page shows, or asks."""
        return self.fields if obj else SuspensionForm.Meta.fields

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return whether the person may suspend people."""
        return bool(request.user.has_perm("chat.add_suspension"))

    def has_lift_permission(self, request: HttpRequest) -> bool:
        """Return whether the person may lift suspensions."""
        return bool(request.user.has_perm("chat.change_suspension"))

    def save_model(self, request: HttpRequest, obj: Suspension, form: Any, change: bool) -> None:  # noqa: ANN401
        """Suspend, through the service; what it refuses is said, and nobody is suspended."""
        made = user_suspend(acting_user=request.user, user=obj.user, reason=obj.reason, until=obj.until)
        obj.pk, obj.created_at, obj.created_by = made.pk, made.created_at, made.created_by

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:  # noqa: ANN401
        """Answer the form, with what the service refused."""
        try:
            return super().add_view(request, form_url, extra_context)
        except ChatError as error:
            self.message_user(request, str(error.detail), messages.ERROR)
            request.method = "GET"
            return super().add_view(request, form_url, extra_context)

    @admin.action(description=_("Lift"), permissions=["lift"])
    def lift(self, request: HttpRequest, queryset: QuerySet[Suspension]) -> None:
        """Let these people write again."""
        number = sum(suspension_lift(acting_user=request.user, suspension=row) for row in queryset)
        told = ngettext("%(n)d suspension is lifted.", "%(n)d suspensions are lifted.", number) % {"n": number}
        self.message_user(request, told, messages.SUCCESS)

    @admin.display(description=_("user"))
    def person(self, suspension: Suspension) -> str:
        """Return who is suspended."""
        return person_name(suspension.user, suspension.user_id)

    @admin.display(description=_("by"))
    def by(self, suspension: Suspension) -> str:
        """Return who suspended them."""
        return person_name(suspension.created_by, suspension.created_by_id)
