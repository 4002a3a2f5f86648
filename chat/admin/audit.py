"""The book of privileged acts: to read, for those who may; nobody changes it."""

import json
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chat.admin.naming import person_name
from chat.admin.reading import ReadingAdmin
from chat.admin.search import people_in, uuid_in
from chat.choices import AuditAction
from chat.models import AuditEntry


class ActionFilter(admin.SimpleListFilter):
    """What was done."""

    title = _("did")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, Any]]:
        """Return every act that the book knows."""
        return list(AuditAction.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what was chosen."""
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadingAdmin):
    """Entries, latest first."""

    is_audited = False  # or the book would grow by being read
    list_display = ("at", "who", "act", "to_what", "target_id")
    list_filter = (ActionFilter,)
    ordering = ("-at", "-pk")
    search_fields = ("target_id",)
    search_help_text = _("Id of what was read or changed, or name or id of a person: who did it, or to whom.")
    fields = ("at", "who", "act", "to_what", "target_id", "group_id", "said", "id")
    titled_by = ("act", "to_what")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        """Return entries with who did it."""
        return super().get_queryset(request).select_related("actor")

    def found_by(self, text: str, request: HttpRequest) -> Q:
        """Keep entries about this id, in this group, or of and about a person of this name or id."""
        people = people_in(text)
        about = Q(target_id__in=[text, *(str(key) for key in people)])
        groups = [group_id for group_id in [uuid_in(text)] if group_id]  # None would find entries without a group
        return about | Q(actor_id__in=people) | Q(group_id__in=groups)

    @admin.display(description=_("who"))
    def who(self, entry: AuditEntry) -> str:
        """Return who did it."""
        return str(_("The system")) if entry.actor_id is None else person_name(entry.actor, entry.actor_id)

    @admin.display(description=_("did"))
    def act(self, entry: AuditEntry) -> str:
        """Return what was done, in words."""
        return str(dict(AuditAction.choices).get(entry.action, entry.action))

    @admin.display(description=_("to what"))
    def to_what(self, entry: AuditEntry) -> str:
        """Return the kind of thing, in words; one that is not known any more by its old name."""
        try:
            return str(apps.get_model(entry.target_type)._meta.verbose_name)
        except (LookupError, ValueError):
            return entry.target_type

    @admin.display(description=_("details"))
    def said(self, entry: AuditEntry) -> str:
        """Return what more is known."""
        return json.dumps(entry.details, ensure_ascii=False, indent=1)
