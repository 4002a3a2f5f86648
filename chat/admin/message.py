"""Messages: a conversation as it was written; what was deleted is not shown."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from chat.admin.attachment import AttachmentInline
from chat.admin.filters import DeletedMessageFilter, PinnedFilter
from chat.admin.naming import peers_prefetch, person_name
from chat.admin.reading import ReadingAdmin
from chat.admin.revision import RevisionInline
from chat.admin.search import people_in, uuid_in
from chat.models import ChatGroupUser, ChatMessage
from chat.rendering import plain_text
from chat.sentences import people_named

EXCERPT_LENGTH = 100


@admin.register(ChatMessage)
class ChatMessageAdmin(ReadingAdmin):
    """Messages, newest first; those of one group in its order."""

    titled_by = ("person", "group_link", "number")
    list_display = ("number", "group_link", "person", "excerpt", "message_type", "created_at", "deleted_at")
    list_filter = ("message_type", DeletedMessageFilter, PinnedFilter)
    inlines = (AttachmentInline, RevisionInline)
    lookups = frozenset({"group", "sender"})
    search_fields = ("message_text",)
    search_help_text = _(
        "Id of a message or group, or name or id of a person. Within one group also a word of the text, or a reference."
    )
    fieldsets = (
        (None, {"fields": ("group_link", "number", "person", "text", "message_type", "reference", "references")}),
        (_("What others made of it"), {"fields": ("reactions", "votes")}),
        (
            _("History"),
            {
                "fields": (
                    "created_at",
                    "sent_at",
                    "read_at",
                    "edited_at",
                    "pinned_at",
                    "pinner",
                    "expires_at",
                    "changed_at",
                )
            },
        ),
        (_("Deletion"), {"fields": ("deleted_at", "deleter", "purged_at")}),
        (_("Numbers"), {"classes": ("collapse",), "fields": ("id", "version", "memberships")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ChatMessage]:
        """Return messages with all that a row shows."""
        messages = (
            super()
            .get_queryset(request)
            .select_related("group__desk_of__client_user", "sender", "deleted_by", "pinned_by")
        )
        return messages.prefetch_related(peers_prefetch("group__memberships"))

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Return a page whose messages know the names in what the system says, read together."""
        page = super().get_changelist_instance(request)
        rows = list(page.result_list)
        names = people_named(vars(row) for row in rows)
        for row in rows:
            row.names = names
        page.result_list = rows
        return page

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Return newest first, each time by an index: ids begin with the time."""
        return ("group_id", "-seq") if "group" in request.GET else ("-pk",)

    def found_by(self, text: str, request: HttpRequest) -> Q:
        """Keep messages by id, group or person; within one group also by text and reference, unless deleted."""
        people = people_in(text)
        theirs = ChatGroupUser.objects.filter(user_id__in=people).values("group_id")
        found = Q(pk=uuid_in(text)) | Q(group_id=uuid_in(text)) | Q(sender_id__in=people, group_id__in=theirs)
        if "group" in request.GET:
            said = Q(message_text__icontains=text) | Q(reference_id=text)
            found |= said & Q(deleted_at__isnull=True)
        return found

    @admin.display(description=_("number"))
    def number(self, message: ChatMessage) -> str:
        """Return its number in the group."""
        return f"#{message.seq}"

    @admin.display(description=_("group"))
    def group_link(self, message: ChatMessage) -> SafeString:
        """Return a link to the group."""
        return self.group_page_link(message.group)

    @admin.display(description=_("sender"))
    def person(self, message: ChatMessage) -> str:
        """Return who wrote it."""
        return person_name(message.sender, message.sender_id)

    @admin.display(description=_("text"))
    def excerpt(self, message: ChatMessage) -> str:
        """Return how the text begins."""
        return Truncator(self.text(message)).chars(EXCERPT_LENGTH)

    @admin.display(description=_("text"))
    def text(self, message: ChatMessage) -> str:
        """Return the text, unless it was deleted."""
        if message.deleted_at:
            return str(_("(deleted)"))
        row = vars(message)
        return plain_text(row, names=row.get("names") or people_named([row])) or ""

    @admin.display(description=_("reference"))
    def reference(self, message: ChatMessage) -> str:
        """Return what it is about, unless it was deleted."""
        if message.deleted_at or not message.reference_id:
            return self.get_empty_value_display()
        return f"{message.reference_type}: {message.reference_id}"

    @admin.display(description=_("references"))
    def references(self, message: ChatMessage) -> str:
        """Return the list of references, unless it was deleted."""
        if message.deleted_at or not message.reference_list:
            return self.get_empty_value_display()
        return str(message.reference_list)

    @admin.display(description=_("reactions"))
    def reactions(self, message: ChatMessage) -> str:
        """Return each emoji with how often it was used, unless the message was deleted."""
        counts = _shown(message).get("reactions", ())
        return ", ".join(f"{emoji} {count}" for emoji, count in counts) or self.get_empty_value_display()

    @admin.display(description=_("votes"))
    def votes(self, message: ChatMessage) -> str:
        """Return how many votes each option of a poll has; who voted is for nobody here, as polls may be anonymous."""
        options = _shown(message).get("poll", {}).get("options", ())
        counts = (f"{option['text']}: {option['votes']}" for option in options)
        return ", ".join(counts) or self.get_empty_value_display()

    @admin.display(description=_("pinned by"))
    def pinner(self, message: ChatMessage) -> str:
        """Return who pinned it."""
        if message.pinned_at is None:
            return self.get_empty_value_display()
        return person_name(message.pinned_by, message.pinned_by_id)

    @admin.display(description=_("deleted by"))
    def deleter(self, message: ChatMessage) -> str:
        """Return who deleted it."""
        if message.deleted_at is None:
            return self.get_empty_value_display()
        return person_name(message.deleted_by, message.deleted_by_id)

    @admin.display(description=_("members"))
    def memberships(self, message: ChatMessage) -> SafeString:
        """Return a link to who is in the group."""
        return self.list_link(ChatGroupUser, _("Members of the group"), group=message.group_id)


def _shown(message: ChatMessage) -> dict[str, Any]:
    return {} if message.deleted_at else message.metadata or {}
