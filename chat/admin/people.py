"""Blocks, connections and privacy settings, for staff who must know why somebody cannot write."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chat.admin.naming import person_name
from chat.admin.reading import ReadingAdmin
from chat.admin.search import people_in
from chat.models import Block, ChatSettings, Connection


class OfPeopleAdmin(ReadingAdmin):
    """Rows about one or two people, found by them."""

    people: tuple[str, ...] = ()
    """Fields that name them."""
    search_help_text = _("Name or id of a person.")
    search_fields = ("pk",)  # or there would be no box to search in
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return rows with the people that they show."""
        return super().get_queryset(request).select_related(*self.people)

    def found_by(self, text: str, request: HttpRequest) -> Q:
        """Keep rows about a person of this name or id."""
        found, about = people_in(text), Q()
        for name in self.people:
            about |= Q(**{f"{name}__in": found})
        return about


@admin.register(Block)
class BlockAdmin(OfPeopleAdmin):
    """Blocks, newest first."""

    titled_by = (
        "by",
        "against",
    )
    people = ("blocker", "blocked")
    list_display = ("created_at", "by", "against", "reason")
    fields = (*list_display, "id")

    @admin.display(description=_("who blocks"))
    def by(self, row: Block) -> str:
        """Return who blocks."""
        return person_name(row.blocker, row.blocker_id)

    @admin.display(description=_("who is blocked"))
    def against(self, row: Block) -> str:
        """Return who is blocked."""
        return person_name(row.blocked, row.blocked_id)


@admin.register(Connection)
class ConnectionAdmin(OfPeopleAdmin):
    """Requests to be in contact, newest first."""

    titled_by = (
        "asking",
        "asked",
    )
    people = ("requester", "recipient")
    list_display = ("requested_at", "asking", "asked", "state")
    list_filter = ("state",)
    fields = (*list_display, "answered_at", "id")

    @admin.display(description=_("who asks"))
    def asking(self, row: Connection) -> str:
        """Return who asks."""
        return person_name(row.requester, row.requester_id)

    @admin.display(description=_("who is asked"))
    def asked(self, row: Connection) -> str:
        """Return who is asked."""
        return person_name(row.recipient, row.recipient_id)


@admin.register(ChatSettings)
class ChatSettingsAdmin(OfPeopleAdmin):
    """What people chose."""

    titled_by = ("person",)
    people = ("user",)
    list_display = ("person", "who_can_message", "allow_calls_from", "allow_group_adds", "read_receipts", "changed_at")
    fields = (
        *("person", "who_can_message", "allow_calls_from", "allow_group_adds", "allow_channel_adds"),
        *("last_seen_visibility", "online_status", "profile_photo_visibility", "hide_email", "read_receipts"),
        *("typing_indicators", "disable_forwarding", "mute_duration", "mute_until", "language"),
        *("created_at", "changed_at"),
    )

    @admin.display(description=_("user"))
    def person(self, row: ChatSettings) -> str:
        """Return whose settings they are."""
        return person_name(row.user, row.user_id)
