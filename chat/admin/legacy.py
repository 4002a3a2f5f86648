"""What became of the rows of older chats, and the numbers that their clients know: to read."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from chat.admin.reading import ReadingAdmin
from chat.legacy.meanings import FLAGS, REASONS
from chat.legacy.registry import sources_known
from chat.legacy.source import Options
from chat.models import ChatSettings, LegacyNumber, LegacyRow

_DIGITS_MAX = 18


class WordFilter(admin.SimpleListFilter):
    """Keeps rows with one of the words that are known here: asking the table which it has would cost more and more."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what was chosen."""
        return queryset.filter(**{str(self.parameter_name): self.value()}) if self.value() else queryset


class SourceFilter(WordFilter):
    """Which older chat."""

    title = _("source")
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, Any]]:
        """Return every source that can be folded here."""
        return [(name, name) for name in sources_known()]


class TableFilter(WordFilter):
    """Which of its tables."""

    title = _("table")
    parameter_name = "table"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, Any]]:
        """Return the tables of the source that was chosen, else those of all."""
        known = sources_known()
        chosen = known.get(request.GET.get("source", ""))
        sources = known.values() if chosen is None else [chosen]
        tables = dict.fromkeys(table for source in sources for table in source(Options()).tables)
        return [(table, table) for table in tables]


class ReasonFilter(WordFilter):
    """Why a row was not kept."""

    title = _("reason")
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, Any]]:
        """Return every reason that the fold has."""
        return [(reason, reason) for reason in REASONS]


@admin.register(LegacyRow)
class LegacyRowAdmin(ReadingAdmin):
    """Rows of older chats, the last folded first."""

    list_display = ("old_id", "source", "database", "table", "outcome", "reason", "became")
    list_filter = (SourceFilter, TableFilter, "outcome", ReasonFilter)
    ordering = ("-pk",)
    search_fields = ("old_id",)
    search_help_text = _("Id that the row had, or that of what it became.")
    fields = (*list_display, "new_id", "meanings", "run", "fingerprint", "folded_version")

    def found_by(self, text: str, request: HttpRequest) -> Q:
        """Keep rows with exactly this id, old or new."""
        return Q(old_id=text) | Q(new_id=text)

    @admin.display(description=_("became"))
    def became(self, row: LegacyRow) -> str:
        """Return a link to the page of what the row became, or went into; the name of its model where there is none."""
        model = row.new_model_shown()
        if model is None or model is ChatSettings or not self.admin_site.is_registered(model):
            return row.new_model
        url = reverse(
            f"admin:chat_{model._meta.model_name}_change", args=[row.new_id], current_app=self.admin_site.name
        )
        return format_html('<a href="{}">{}</a>', url, model._meta.verbose_name)

    @admin.display(description=_("flags"))
    def meanings(self, row: LegacyRow) -> SafeString:
        """Return each flag with what it says."""
        told = ((flag, FLAGS.get(flag.partition(":")[0], "")) for flag in row.flags)
        return format_html_join(mark_safe("<br>"), "{}: {}", told)


@admin.register(LegacyNumber)
class LegacyNumberAdmin(ReadingAdmin):
    """Numbers, by kind, the highest first."""

    list_display = ("number", "kind", "new_id")
    list_filter = ("kind",)
    ordering = ("kind", "-number")
    search_fields = ("number",)
    search_help_text = _("Number.")
    fields = list_display

    def found_by(self, text: str, request: HttpRequest) -> Q:
        """Keep what has exactly this number."""
        is_number = text.isdecimal() and len(text) <= _DIGITS_MAX
        return Q(number=int(text)) if is_number else Q(pk__in=[])
