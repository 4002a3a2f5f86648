"""Report and ReportedMessage: what people bring to the moderators."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.choices import ReportKind, ReportState
from chat.models.fields import UserKey, uuid7
from chat.models.group import ChatGroup
from chat.models.queryset import PrimaryQuerySet


class Report(models.Model):
    """A report of a message (``group`` is then its group), or of a person, with messages of theirs if there are any."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scope = models.CharField(_("scope"), max_length=64, default="", blank=True)
    group = models.ForeignKey(
        ChatGroup, on_delete=models.CASCADE, null=True, blank=True, related_name="reports", db_index=False
    )
    reporter = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("who reports"))
    reported = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("who is reported"))
    kind = models.CharField(_("kind"), max_length=32, choices=ReportKind.choices)
    reason = models.TextField(_("what they say"), blank=True, default="")
    state = models.CharField(_("state"), max_length=16, choices=ReportState.choices, default=ReportState.PENDING)
    reviewed_by = UserKey(settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"))

    objects = PrimaryQuerySet["Report"].as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        indexes = (
            # The moderators' queue, and all reports in a state.
            models.Index(fields=["state", "created_at", "id"], name="chat_report_queue"),
            # What was said of one person.
            models.Index(fields=["reported", "created_at"], name="chat_report_of"),
            # What one person reported.
            models.Index(fields=["reporter", "created_at"], name="chat_report_by"),
        )
        constraints = (
            # One open report of a person, beside those of messages, by one reporter.
            models.UniqueConstraint(
                name="chat_report_open_once",
                fields=["reporter", "reported"],
                condition=Q(state=ReportState.PENDING, group__isnull=True),
            ),
            models.CheckConstraint(name="chat_report_kind", condition=Q(kind__in=ReportKind.values)),
            models.CheckConstraint(name="chat_report_state", condition=Q(state__in=ReportState.values)),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class ReportedMessage(models.Model):
    """A message that a report is about. ``reporter`` and ``is_open`` are those of the report."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="messages", db_index=False)
    group = models.ForeignKey(ChatGroup, on_delete=models.CASCADE, related_name="+", db_index=False)
    message = models.ForeignKey("chat.ChatMessage", on_delete=models.CASCADE, related_name="reports", db_index=False)

    reporter = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+")
    is_open = models.BooleanField(default=True)

    objects = PrimaryQuerySet["ReportedMessage"].as_manager()

    class Meta:
        verbose_name = _("reported message")
        verbose_name_plural = _("reported messages")
        constraints = (
            models.UniqueConstraint(name="chat_reported_once", fields=["report", "message"]),
            models.UniqueConstraint(
                name="chat_reported_open_once", fields=["reporter", "message"], condition=Q(is_open=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.message_id} in {self.report_id}"
