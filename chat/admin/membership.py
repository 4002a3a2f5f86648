"""Memberships: who is in which group, and as what."""

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from chat.admin.filters import LeftFilter
from chat.admin.naming import peers_prefetch, person_name
from chat.admin.reading import ReadingAdmin
from chat.admin.search import people_in, uuid_in
from chat.models import ChatGroupUser, ChatMessage


@admin.register(ChatGroupUser)
class ChatGroupUserAdmin(ReadingAdmin):
    """Memberships, newest first."""

    titled_by = ("person", "group_link")
    list_display = ("person", "role", "group_link", "read_seq", "created_at", "left_at")
    list_filter = ("role", LeftFilter, "group__group_type")
    lookups = frozenset({"group", "user"})
    ordering = ("-pk",)
    search_fields = ("group__name",)
    search_help_text = _("Name or id of a person, or name or id of a group.")
    fieldsets = (
        (None, {"fields": ("person", "group_link", "role", "conversations", "messages")}),
        (_("Reading"), {"fields": ("read_seq", "read_changed_at", "delivered_seq", "unread_from_seq")}),
        (_("Own state"), {"fields": ("muted_until", "pinned_at", "archived_at", "visible_from_seq")}),
        (_("History"), {"fields": ("created_at", "changed_at", "left_at")}),
        (_("Numbers"), {"classes": ("collapse",), "fields": ("id", "user_id", "version", "state_version")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ChatGroupUser]:
        """Return memberships with all that a row shows."""
        memberships = super().get_queryset(request).select_related("group__desk_of__client_user", "user")
        return memberships.prefetch_related(peers_prefetch("group__memberships"))

    def found_by(self, text: str, request: HttpRequest) -> Q:
        """Keep memberships of a person, or in a group, of this name or id."""
        in_group = Q(group__name__icontains=text) | Q(group_id=uuid_in(text))
        return in_group | Q(user_id__in=people_in(text))

    @admin.display(description=_("person"))
    def person(self, membership: ChatGroupUser) -> str:
        """Return who it is."""
        return person_name(membership.user, membership.user_id)

    @admin.display(description=_("group"))
    def group_link(self, membership: ChatGroupUser) -> SafeString:
        """Return a link to the group."""
        return self.group_page_link(membership.group)

    @admin.display(description=_("all memberships"))
    def conversations(self, membership: ChatGroupUser) -> SafeString:
        """Return a link to every group that the person is or was in."""
        return self.list_link(ChatGroupUser, _("Every group of this person"), user=membership.user_id)

    @admin.display(description=_("messages"))
    def messages(self, membership: ChatGroupUser) -> SafeString:
        """Return a link to what the person wrote here."""
        label = _("Messages of this person in this group")
        return self.list_link(ChatMessage, label, group=membership.group_id, sender=membership.user_id)
