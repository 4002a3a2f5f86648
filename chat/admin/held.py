"""The moderators' other queue: messages that the host's review holds."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chat.admin.naming import peers_prefetch, person_name
from chat.admin.reading import ReadingAdmin
from chat.exceptions import ChatError
from chat.models import HeldMessage
from chat.services.safety.held import held_approve, held_reject


@admin.register(HeldMessage)
class HeldMessageAdmin(ReadingAdmin):
    """Messages that wait, the oldest first."""

    titled_by = (
        "sender",
        "group_link",
    )
    actions = ("approve", "reject")
    list_display = ("created_at", "group_link", "sender", "text")
    ordering = ("created_at", "pk")
    fields = (*list_display, "content", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[HeldMessage]:
        """Return messages with all that a row shows."""
        rows: QuerySet[Any] = super().get_queryset(request).select_related("group", "user")
        return rows.prefetch_related(peers_prefetch("group__memberships"))

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Return whether the person may say what becomes of held messages."""
        return bool(request.user.has_perm("chat.change_heldmessage"))

    @admin.action(description=_("Let them be sent"), permissions=["decide"])
    def approve(self, request: HttpRequest, queryset: QuerySet[HeldMessage]) -> None:
        """Send them; what cannot be sent any more goes on waiting, and the page says why."""
        number = self._each(request, queryset, held_approve)
        told = ngettext("%(n)d message was sent.", "%(n)d messages were sent.", number) % {"n": number}
        self.tell_number(request, number, told)

    @admin.action(description=_("Reject them"), permissions=["decide"])
    def reject(self, request: HttpRequest, queryset: QuerySet[HeldMessage]) -> None:
        """Drop them."""
        number = self._each(request, queryset, held_reject)
        told = ngettext("%(n)d message was rejected.", "%(n)d messages were rejected.", number) % {"n": number}
        self.tell_number(request, number, told)

    def _each(self, request: HttpRequest, rows: QuerySet[HeldMessage], decide: Callable[..., bool]) -> int:
        """Decide each, and return how many this decided."""
        number = 0
        for held in rows:
            try:
                number += decide(acting_user=request.user, held=held)
            except ChatError as error:
                self.message_user(request, f"{self.title_of(held)}: {error.detail}", messages.WARNING)
        return number

    @admin.display(description=_("group"))
    def group_link(self, held: HeldMessage) -> SafeString:
        """Return a link to the group."""
        return self.group_page_link(held.group)

    @admin.display(description=_("sender"))
    def sender(self, held: HeldMessage) -> str:
        """Return who wants to say it."""
        return person_name(held.user, held.user_id)

    @admin.display(description=_("text"))
    def text(self, held: HeldMessage) -> str:
        """Return what is to be said."""
        return str(held.content["message_text"] or self.get_empty_value_display())
