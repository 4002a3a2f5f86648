"""The moderators' queue: what people reported, and what became of it."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chat.admin.naming import person_name
from chat.admin.reading import ReadingAdmin
from chat.admin.search import people_in, uuid_in
from chat.choices import ReportState
from chat.models import Report
from chat.rendering import plain_text
from chat.sentences import people_named
from chat.services.safety.reports import report_decide


class StateFilter(admin.SimpleListFilter):
    """What became of reports; where nobody chooses or looks for something, only those that wait: it is a queue."""

    title = _("state")
    parameter_name = "state"
    everything = "all"

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        super().__init__(request, *args)
        self.default = self.everything if request.GET.get(SEARCH_VAR) else ReportState.PENDING.value

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, Any]]:
        """Return every state."""
        return list(ReportState.choices)

    def value(self) -> str:
        """Return what was chosen, or what is meant where nothing was."""
        return super().value() or self.default

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep reports in that state."""
        return queryset if self.value() == self.everything else queryset.filter(state=self.value())

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Return the choices, with one for all of them."""
        for value, label in ((self.everything, _("All")), *self.lookup_choices):
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": self.value() == str(value), "query_string": query, "display": label}


@admin.register(Report)
class ReportAdmin(ReadingAdmin):
    """Reports, oldest first; those that wait, where the address does not say otherwise."""

    titled_by = (
        "kind",
        "about",
    )
    actions = ("mark_reviewed", "mark_action_taken", "mark_dismissed")
    list_display = ("created_at", "kind", "state", "about", "by")
    list_filter = (StateFilter, "kind")
    ordering = ("created_at", "pk")
    search_fields = ("reason",)
    search_help_text = _("Id of a report or group, or name or id of a person: who reports, or who is reported.")
    fields = ("kind", "state", "about", "by", "reason", "said", "created_at", "reviewer", "reviewed_at", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        """Return reports with the people in them."""
        return super().get_queryset(request).select_related("reporter", "reported", "reviewed_by")

    def found_by(self, text: str, request: HttpRequest) -> Q:
        """Keep reports of this id, in this group, or by or of a person of this name or id."""
        people, ids = people_in(text), [found for found in [uuid_in(text)] if found]
        people_q = Q(reporter_id__in=people) | Q(reported_id__in=people)
        return people_q | Q(pk__in=ids) | Q(group_id__in=ids)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Return whether the person may say what becomes of reports."""
        return bool(request.user.has_perm("chat.change_report"))

    @admin.action(description=_("Mark as reviewed"), permissions=["decide"])
    def mark_reviewed(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        """Say that somebody has looked."""
        self._decide(request, queryset, ReportState.REVIEWED)

    @admin.action(description=_("Mark as acted upon"), permissions=["decide"])
    def mark_action_taken(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        """Say that something was done about it."""
        self._decide(request, queryset, ReportState.ACTION_TAKEN)

    @admin.action(description=_("Dismiss"), permissions=["decide"])
    def mark_dismissed(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        """Say that there is nothing to do."""
        self._decide(request, queryset, ReportState.DISMISSED)

    def _decide(self, request: HttpRequest, queryset: QuerySet[Report], state: ReportState) -> None:
        number = len([report_decide(acting_user=request.user, report=report, state=state) for report in queryset])
        told = ngettext("%(n)d report is marked.", "%(n)d reports are marked.", number) % {"n": number}
        self.tell_number(request, number, told)

    @admin.display(description=_("who is reported"))
    def about(self, report: Report) -> str:
        """Return who is reported."""
        return person_name(report.reported, report.reported_id)

    @admin.display(description=_("who reports"))
    def by(self, report: Report) -> str:
        """Return who made it."""
        return person_name(report.reporter, report.reporter_id)

    @admin.display(description=_("reviewed by"))
    def reviewer(self, report: Report) -> str:
        """Return who said what became of it."""
        if report.reviewed_at is None:
            return self.get_empty_value_display()
        return person_name(report.reviewed_by, report.reviewed_by_id)

    @admin.display(description=_("reported messages"))
    def said(self, report: Report) -> SafeString | str:
        """Return the messages: also those that were deleted meanwhile, until their text is gone for good."""
        rows = [vars(row.message) for row in report.messages.select_related("message").order_by("message__created_at")]
        names = people_named(rows)
        lines = ((date_format(localtime(row["created_at"]), "DATETIME_FORMAT"), _text(row, names)) for row in rows)
        return format_html_join("", "<p>{}<br>{}</p>", lines) or self.get_empty_value_display()


def _text(row: dict[str, Any], names: dict[str, str]) -> str:
    text = plain_text(row, names=names) or str(_("(no text)"))
    return f"{text} {_('(deleted)')}" if row["deleted_at"] else text
