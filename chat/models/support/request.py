"""SupportRequest: what the desk knows of a support conversation, beside its status, assignee and priority."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.choices import SupportStatus
from chat.models.fields import UserKey
from chat.models.group import ChatGroup
from chat.models.queryset import PrimaryQuerySet

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models.expressions import Combinable


class SupportRequestQuerySet(PrimaryQuerySet["SupportRequest"]):
    """Reads of what the desk knows of requests."""

    def due(self, now: "datetime | Combinable") -> Self:
        """Keep snoozed requests whose time has come at ``now``."""
        # Index: chat_request_snoozed.
        return self.filter(snoozed_until__lte=now, group__deleted_at__isnull=True)


class SupportRequest(models.Model):
    """One row beside each support group: times, rating, snooze. Seconds are inside business hours."""

    group = models.OneToOneField(ChatGroup, on_delete=models.CASCADE, primary_key=True, related_name="request")
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)
    first_response_at = models.DateTimeField(_("first answered"), null=True, blank=True)
    first_response_by = UserKey(settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+")
    first_response_seconds = models.PositiveBigIntegerField(_("time to the first answer"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    resolved_by = UserKey(settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+")
    resolution_seconds = models.PositiveBigIntegerField(_("time to the solution"), null=True, blank=True)
    reopened_count = models.PositiveIntegerField(_("times reopened"), default=0)
    away_told_at = models.DateTimeField(_("told that nobody is here"), null=True, blank=True)
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True, help_text=_("From 1 to 5."))
    rating_text = models.CharField(_("what they say"), max_length=1000, blank=True, default="")
    rated_at = models.DateTimeField(_("rated"), null=True, blank=True)

    objects = SupportRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("support request")
        verbose_name_plural = _("support requests")
        indexes = (
            # The worker: what wakes up.
            models.Index(
                fields=["snoozed_until"], name="chat_request_snoozed", condition=Q(snoozed_until__isnull=False)
            ),
            # Summaries over a time: what was resolved, and what was answered.
            models.Index(fields=["resolved_at"], name="chat_request_resolved", condition=Q(resolved_at__isnull=False)),
            models.Index(
                fields=["first_response_at"],
                name="chat_request_answered",
                condition=Q(first_response_at__isnull=False),
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="chat_request_rating",
                condition=Q(rating__isnull=True, rated_at__isnull=True)
                | Q(rating__isnull=False, rating__gte=1, rating__lte=5, rated_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return str(self.group_id)


class StatusChange(models.Model):
    """From when on a request had which status and assignee, beside what it began with: its times follow from it."""

    group = models.ForeignKey(ChatGroup, on_delete=models.CASCADE, related_name="status_changes", db_index=False)
    version = models.PositiveBigIntegerField(_("version"))
    status = models.CharField(_("status"), max_length=16, choices=SupportStatus.choices)
    assignee = UserKey(settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+")
    actor = UserKey(settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))

    objects = PrimaryQuerySet["StatusChange"].as_manager()

    class Meta:
        verbose_name = _("change of status")
        verbose_name_plural = _("changes of status")
        constraints = (
            # Serves the story of one request.
            models.UniqueConstraint(name="chat_status_version", fields=["group", "version"]),
            models.CheckConstraint(name="chat_status_known", condition=Q(status__in=SupportStatus.values)),
        )

    def __str__(self) -> str:
        return f"{self.group_id}: {self.get_status_display()}"
