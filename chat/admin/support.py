"""The support desk: requests to read; hours, holidays, shared canned replies and tags to change."""

from datetime import time
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.dates import WEEKDAYS
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from chat.admin.booking import BookedAdmin
from chat.admin.naming import duration, peers_prefetch, person_name, request_name, shown_name
from chat.admin.reading import ReadingAdmin
from chat.admin.search import people_in, uuid_in
from chat.choices import Priority
from chat.conf import chat_settings
from chat.exceptions import InvalidInput
from chat.models import BusinessHours, CannedReply, Holiday, OpeningInterval, SupportRequest, SupportTag
from chat.services.cleaning import clean_text
from chat.services.support.canned import canned_clean
from chat.services.support.hours import hours_changed


@admin.register(SupportRequest)
class SupportRequestAdmin(ReadingAdmin):
    """Requests, newest first."""

    titled_by = ("subject",)
    list_display = ("subject", "client", "standing", "assignee", "first_answer", "resolution")
    list_filter = ("group__support_status", "group__priority", "rating")
    search_fields = ("group__name",)
    search_help_text = _("Name or id of a request, or name or id of its client or of who takes care of it.")
    ordering = ("-pk",)
    fields = (
        *("group_link", "client", "status", "urgency", "assignee", "tags", "snoozed_until"),
        *("first_response_at", "first_answer", "resolved_at", "resolution", "reopened_count"),
        *("rating", "rating_text", "rated_at"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[SupportRequest]:
        """Return requests with all that a row shows."""
        rows: QuerySet[Any] = super().get_queryset(request)
        rows = rows.select_related("group", "group__client_user", "group__assignee")
        return rows.prefetch_related(peers_prefetch("group__memberships"), "group__request_tags__tag")

    def found_by(self, text: str, request: HttpRequest) -> Q:
        """Keep requests of this name or id, and those of, or assigned to, a person of this name or id."""
        people = people_in(text)
        of_people = Q(group__client_user_id__in=people) | Q(group__assignee_id__in=people)
        return of_people | Q(group__name__icontains=text) | Q(pk=uuid_in(text))

    @admin.display(description=_("request"))
    def subject(self, row: SupportRequest) -> str:
        """Return what it is called; no link of its own, or there would be no way to the page of the request."""
        return request_name(row.group.name, row.group.client_user, row.group.client_user_id)

    @admin.display(description=_("conversation"))
    def group_link(self, row: SupportRequest) -> SafeString:
        """Return a link to the conversation."""
        return self.group_page_link(row.group, self.subject(row))

    @admin.display(description=_("client"))
    def client(self, row: SupportRequest) -> str:
        """Return whose request it is."""
        return shown_name(row.group.client_user, row.group.client_user_id)

    @admin.display(description=_("status"))
    def status(self, row: SupportRequest) -> str:
        """Return how far it has come."""
        return row.group.get_support_status_display()

    @admin.display(description=_("status"))
    def standing(self, row: SupportRequest) -> str:
        """Return how far it has come, and how urgent it is unless that is as usual: lists have little room."""
        usual = row.group.priority == Priority.NORMAL
        return self.status(row) if usual else f"{self.status(row)}, {self.urgency(row)}"

    @admin.display(description=_("priority"))
    def urgency(self, row: SupportRequest) -> str:
        """Return how urgent it is."""
        return row.group.get_priority_display()

    @admin.display(description=_("assignee"))
    def assignee(self, row: SupportRequest) -> str:
        """Return who takes care of it."""
        group = row.group
        return (
            self.get_empty_value_display()
            if group.assignee_id is None
            else person_name(group.assignee, group.assignee_id)
        )

    @admin.display(description=_("answered in"))
    def first_answer(self, row: SupportRequest) -> str:
        """Return how long the client waited, inside business hours."""
        return self._duration(row.first_response_seconds)

    @admin.display(description=_("resolved in"))
    def resolution(self, row: SupportRequest) -> str:
        """Return how long it took, inside business hours."""
        return self._duration(row.resolution_seconds)

    def _duration(self, seconds: int | None) -> str:
        return self.get_empty_value_display() if seconds is None else duration(seconds)

    @admin.display(description=_("tags"))
    def tags(self, row: SupportRequest) -> str:
        """Return what it is about."""
        names = sorted(use.tag.name for use in row.group.request_tags.all())
        return ", ".join(names) or self.get_empty_value_display()


class OpeningIntervalForm(forms.ModelForm):  # type: ignore[type-arg]
    """A time of a weekday, by the name of the day."""

    weekday = forms.TypedChoiceField(label=_("weekday"), coerce=int, choices=WEEKDAYS.items)

    class Meta:
        model = OpeningInterval
        fields = ("weekday", "opens", "closes")

    def clean(self) -> dict[str, Any]:
        """Refuse what ends before it begins, in words of its own."""
        values = super().clean() or self.cleaned_data
        opens, closes = values.get("opens"), values.get("closes")
        if opens is not None and closes is not None and time.min < closes <= opens:
            text = _("This is not after it opens. Midnight is 00:00; hours over midnight are two intervals.")
            self.add_error("closes", forms.ValidationError(text, code="backwards"))
        return values


class OpeningIntervalInline(admin.TabularInline):  # type: ignore[type-arg]
    """The week."""

    model = OpeningInterval
    form = OpeningIntervalForm
    extra = 1
    ordering = ("weekday", "opens")


class HolidayInline(admin.TabularInline):  # type: ignore[type-arg]
    """Days on which the desk is closed."""

    model = Holiday
    extra = 1
    ordering = ("date",)


class BusinessHoursForm(forms.ModelForm):  # type: ignore[type-arg]
    """When a desk is there, and what clients are told when it is not."""

    class Meta:
        model = BusinessHours
        fields = ("scope", "time_zone", "away_message")

    def clean_away_message(self) -> str:
        """Refuse what is longer than a message: it stands in conversations as one."""
        longest = chat_settings.MESSAGE_MAX_LENGTH
        try:
            return clean_text(
                self.cleaned_data["away_message"], field="away_message", max_length=longest, allow_blank=True
            )
        except InvalidInput as error:
            raise forms.ValidationError(str(error.detail), code=error.code) from error


@admin.register(BusinessHours)
class BusinessHoursAdmin(BookedAdmin):
    """When the desk of a tenant is there."""

    form = BusinessHoursForm
    list_display = ("__str__", "time_zone", "scope")
    inlines = (OpeningIntervalInline, HolidayInline)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: ANN401 (as in Django)
        """Keep intervals and holidays, and let every client's next message look at them."""
        super().save_related(request, form, formsets, change)
        hours_changed(form.instance)


class CannedReplyForm(forms.ModelForm):  # type: ignore[type-arg]
    """Words for everybody at the desk."""

    class Meta:
        model = CannedReply
        fields = ("scope", "name", "text")

    def clean_text(self) -> str:
        """Refuse placeholders that nobody could fill."""
        try:
            return canned_clean(self.cleaned_data["text"])
        except InvalidInput as error:
            raise forms.ValidationError(str(error.detail), code=error.code) from error

    def clean(self) -> dict[str, Any]:
        """Refuse a name that the tenant's shared words have already."""
        values = super().clean() or self.cleaned_data
        named = CannedReply.objects.filter(owner=None, scope=values.get("scope", ""), name=values.get("name"))
        if named.exclude(pk=self.instance.pk).exists():  # Index: chat_canned_shared_once.
            self.add_error("name", forms.ValidationError(_("There are words of this name already."), code="taken"))
        return values


@admin.register(CannedReply)
class CannedReplyAdmin(BookedAdmin):
    """Everybody's canned replies; people's own are theirs."""

    form = CannedReplyForm
    list_display = ("name", "scope", "changed_at")
    search_fields = ("name",)
    ordering = ("scope", "name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CannedReply]:
        """Return what is everybody's."""
        return super().get_queryset(request).filter(owner__isnull=True)

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:  # noqa: ANN401 (as in Django)
        """Keep the words, with the database's time."""
        obj.changed_at = Now()  # type: ignore[attr-defined]
        if not change:
            obj.created_at = Now()  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)
        obj.refresh_from_db()  # the page that follows shows times, not expressions


@admin.register(SupportTag)
class SupportTagAdmin(BookedAdmin):
    """Words for what requests are about."""

    list_display = ("name", "scope")
    search_fields = ("name",)
    ordering = ("scope", "name")
