"""Suspensions: who may write nothing; the page to suspend somebody, and the action to lift it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chat.admin.asking import AskingAdmin
from chat.admin.naming import person_name
from chat.models import Suspension
from chat.services.safety.suspensions import suspension_lift, user_suspend


@admin.register(Suspension)
class SuspensionAdmin(AskingAdmin):
    """Suspensions, latest first."""

    titled_by = ("person",)
    actions = ("lift",)
    asked = ("user", "reason", "until")
    list_display = ("created_at", "person", "until", "lifted_at", "reason", "by")
    shown = ("person", "reason", "until", "created_at", "by", "lifted_at", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Suspension]:
        """Return suspensions with the people in them."""
        return super().get_queryset(request).select_related("user", "created_by")

    def has_lift_permission(self, request: HttpRequest) -> bool:
        """Return whether the person may lift suspensions."""
        return bool(request.user.has_perm("chat.change_suspension"))

    def save_model(self, request: HttpRequest, obj: Suspension, form: Any, change: bool) -> None:  # noqa: ANN401
        """Suspend, through the service; what it refuses is said, and nobody is suspended."""
        made = user_suspend(acting_user=request.user, user=obj.user, reason=obj.reason, until=obj.until)
        obj.pk, obj.created_at, obj.created_by = made.pk, made.created_at, made.created_by

    @admin.action(description=_("Lift"), permissions=["lift"])
    def lift(self, request: HttpRequest, queryset: QuerySet[Suspension]) -> None:
        """Let these people write again."""
        number = sum(suspension_lift(acting_user=request.user, suspension=row) for row in queryset)
        told = ngettext("%(n)d suspension is lifted.", "%(n)d suspensions are lifted.", number) % {"n": number}
        self.tell_number(request, number, told)

    @admin.display(description=_("by"))
    def by(self, suspension: Suspension) -> str:
        """Return who suspended them."""
        return person_name(suspension.created_by, suspension.created_by_id)
