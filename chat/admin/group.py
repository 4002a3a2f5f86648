"""Groups: find one, see who is in it, go to its messages."""

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chat.admin.filters import ClosedFilter, DeletedFilter
from chat.admin.naming import group_name, peers_prefetch, person_name
from chat.admin.reading import ReadingAdmin, ReadingInline
from chat.admin.search import people_in, uuid_in
from chat.models import ChatGroup, ChatGroupUser, ChatMessage
from chat.roles import GroupType

MEMBERS_SHOWN = 50


class FirstMembers(BaseInlineFormSet):  # type: ignore[type-arg]
    """The members who are there, oldest first, then those who left: a page's worth, however many there are."""

    def get_queryset(self) -> QuerySet[ChatGroupUser]:
        """Return the rows to show, read once."""
        if not hasattr(self, "_queryset"):
            members: QuerySet[ChatGroupUser] = self.queryset  # type: ignore[assignment]
            first = members.order_by(F("left_at").asc(nulls_first=True), "created_at", "pk")
            self._queryset = first[:MEMBERS_SHOWN]
        return self._queryset


class MemberInline(ReadingInline):
    """Members on the page of their group."""

    model = ChatGroupUser
    formset = FirstMembers
    fields = readonly_fields = ("person", "role", "read_seq", "created_at", "left_at")
    show_change_link = True
    verbose_name_plural = _("first members")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ChatGroupUser]:
        """Return members with their users."""
        return super().get_queryset(request).select_related("user")

    @admin.display(description=_("person"))
    def person(self, membership: ChatGroupUser) -> str:
        """Return who it is."""
        return person_name(membership.user, membership.user_id)


@admin.register(ChatGroup)
class ChatGroupAdmin(ReadingAdmin):
    """Groups, newest first."""

    list_display = ("title", "group_type", "client", "last_seq", "last_message_at", "ended")
    list_filter = ("group_type", "posting", ClosedFilter, DeletedFilter)
    search_fields = ("name",)
    search_help_text = _("Name or id of the group, or name or id of somebody in it.")
    inlines = (MemberInline,)
    fieldsets = (
        (None, {"fields": ("title", "group_type", "client", "creator", "description", "members", "messages")}),
        (_("Settings"), {"fields": ("posting", "history_visibility", "message_lifetime", "scope")}),
        (_("History"), {"fields": ("created_at", "last_message_at", "changed_at", "closed_at", "deleted_at")}),
        (_("Numbers"), {"classes": ("collapse",), "fields": ("id", "last_seq", "version")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ChatGroup]:
        """Return groups with all that a row shows."""
        groups = super().get_queryset(request).select_related("client_user", "created_by", "desk_of__client_user")
        return groups.prefetch_related(peers_prefetch("memberships"))

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Return newest first, each time by an index: ids begin with the time."""
        by_type = any(name.startswith("group_type") for name in request.GET)
        return ("-created_at",) if by_type else ("-pk",)

    def found_by(self, text: str, request: HttpRequest) -> Q:
        """Keep groups of this name or id, and those of a person of this name or id."""
        theirs = ChatGroupUser.objects.filter(user_id__in=people_in(text)).values("group_id")
        return Q(name__icontains=text) | Q(pk=uuid_in(text)) | Q(pk__in=theirs)

    @admin.display(description=_("name"))
    def title(self, group: ChatGroup) -> str:
        """Return its name, or who is in a conversation of two; a desk is named after its request."""
        return group_name(group)

    @admin.display(description=_("client"))
    def client(self, group: ChatGroup) -> str:
        """Return whose request it is."""
        if group.group_type != GroupType.SUPPORT or group.desk_of_id is not None:
            return self.get_empty_value_display()
        return person_name(group.client_user, group.client_user_id)

    @admin.display(description=_("ended"))
    def ended(self, group: ChatGroup) -> str:
        """Return whether it is closed or deleted; its page says when."""
        if group.deleted_at is not None:
            return str(_("Deleted"))
        return self.get_empty_value_display() if group.closed_at is None else str(_("Closed"))

    @admin.display(description=_("created by"))
    def creator(self, group: ChatGroup) -> str:
        """Return who started it; a desk, nobody in particular."""
        if group.desk_of_id is not None:
            return self.get_empty_value_display()
        return person_name(group.created_by, group.created_by_id)

    @admin.display(description=_("members"))
    def members(self, group: ChatGroup) -> SafeString:
        """Return a link to everybody in it."""
        number = group.memberships.live().count()
        label = ngettext("%(n)d member", "%(n)d members", number) % {"n": number}
        return self.list_link(ChatGroupUser, label, group=group.pk)

    @admin.display(description=_("messages"))
    def messages(self, group: ChatGroup) -> SafeString:
        """Return a link to its history."""
        label = ngettext("%(n)d message", "%(n)d messages", group.last_seq) % {"n": group.last_seq}
        return self.list_link(ChatMessage, label, group=group.pk)
