"""DataExport and Erasure: long jobs for one person's data."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.choices import JobState
from chat.files.storage import file_storage, random_path
from chat.models.fields import UserKey, uuid7
from chat.models.queryset import PrimaryQuerySet


def _state() -> "models.CharField[Any, Any]":
    return models.CharField(_("state"), max_length=16, choices=JobState.choices, default=JobState.WAITING)


class DataExport(models.Model):
    """A zip of everything that one person wrote or received, while it is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("whose data"))
    requested_by = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("who asked"))
    state = _state()
    done_count = models.PositiveBigIntegerField(_("done"), default=0)
    total_count = models.PositiveBigIntegerField(_("of"), default=0)
    file = models.FileField(
        _("file"), storage=file_storage, upload_to=random_path, max_length=255, blank=True, default=""
    )
    created_at = models.DateTimeField(_("created"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)

    objects = PrimaryQuerySet["DataExport"].as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = (
            # My exports, newest first.
            models.Index(fields=["user", "-created_at", "-id"], name="chat_export_listed"),
            # The worker: what waits, and what is to be removed.
            models.Index(fields=["created_at"], name="chat_export_waiting", condition=Q(state="waiting")),
            models.Index(fields=["expires_at"], name="chat_export_expiry", condition=Q(expires_at__isnull=False)),
        )
        constraints = (models.CheckConstraint(name="chat_export_state", condition=Q(state__in=JobState.values)),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.get_state_display()}"


class Erasure(models.Model):
    """A person's request to be erased: their messages become tombstones, their files go."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("who is erased"))
    requested_by = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("who asked"))
    state = _state()
    done_count = models.PositiveBigIntegerField(_("done"), default=0)
    total_count = models.PositiveBigIntegerField(_("of"), default=0)
    created_at = models.DateTimeField(_("created"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = PrimaryQuerySet["Erasure"].as_manager()

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        indexes = (
            # The worker: what waits, or was cut off.
            models.Index(fields=["created_at"], name="chat_erasure_open", condition=Q(finished_at__isnull=True)),
        )
        constraints = (
            models.UniqueConstraint(
                name="chat_erasure_one_open", fields=["user"], condition=Q(finished_at__isnull=True)
            ),
            models.CheckConstraint(name="chat_erasure_state", condition=Q(state__in=JobState.values)),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.get_state_display()}"
