"""DataExport and Erasure: long jobs for one person's data."""

from datetime import timedelta
from typing import Any, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.adapter import User
from chat.choices import JobState
from chat.files.storage import file_storage, random_path
from chat.models.fields import UserKey, uuid7
from chat.models.queryset import PrimaryQuerySet

J = TypeVar("J", "DataExport", "Erasure")

LEASE = timedelta(minutes=15)
"""How long a job that was cut off rests before another worker takes it up."""


class JobQuerySet(PrimaryQuerySet[J]):
    """Reads of jobs, and how they are taken up."""

    def open(self) -> Self:
        """Keep what is not finished."""
        return self.filter(finished_at__isnull=True)

    def due(self) -> Self:
        """Keep what nobody works at and may be worked at, first things first."""
        # Indexes: chat_export_open, chat_erasure_open.
        return self.open().filter(Q(retry_at__isnull=True) | Q(retry_at__lte=Now())).order_by("created_at", "pk")

    def claim(self, job: J) -> bool:
        """Take a job up, unless another worker has meanwhile."""
        lease = timezone.now() + LEASE
        return bool(self.due().filter(pk=job.pk).update(state=JobState.RUNNING, retry_at=lease))

    def note_done(self, job: J, number: int) -> None:
        """Count ``number`` more as done, and keep the job for as long again."""
        self.open().filter(pk=job.pk).update(done_count=F("done_count") + number, retry_at=timezone.now() + LEASE)

    def release(self, job: J, *, rest: timedelta | None = None) -> None:
        """Let any worker take the job up, at once or after a ``rest``."""
        self.open().filter(pk=job.pk).update(state=JobState.WAITING, retry_at=rest and timezone.now() + rest)


class DataExportQuerySet(JobQuerySet["DataExport"]):
    """Reads of exports."""

    def visible_to(self, user: User) -> Self:
        """Keep one's own, while they are kept."""
        # Index: chat_export_listed.
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=Now()), user=user)

    def expired(self) -> Self:
        """Keep those whose time is over."""
        # Index: chat_export_expiry.
        return self.filter(expires_at__lte=Now())


class Job(models.Model):
    """Whose data, who asked, and how far it has come."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("whose data"))
    requested_by = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("who asked"))
    state = models.CharField(_("state"), max_length=16, choices=JobState.choices, default=JobState.WAITING)
    done_count = models.PositiveBigIntegerField(_("done"), default=0)
    total_count = models.PositiveBigIntegerField(_("of"), default=0)
    created_at = models.DateTimeField(_("created"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    retry_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("Until then a worker has it, or waits for a hold to end.")
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.user_id} {self.get_state_display()}"


def _job_constraints(name: str) -> "tuple[Any, ...]":
    return (
        models.UniqueConstraint(name=f"{name}_one_open", fields=["user"], condition=Q(finished_at__isnull=True)),
        models.CheckConstraint(name=f"{name}_state", condition=Q(state__in=JobState.values)),
        models.CheckConstraint(
            name=f"{name}_done_iff_finished",
            condition=Q(state=JobState.DONE, finished_at__isnull=False)
            | (~Q(state=JobState.DONE) & Q(finished_at__isnull=True)),
        ),
    )


class DataExport(Job):
    """A zip of everything that one person wrote or received, while it is kept."""

    file = models.FileField(
        _("file"), storage=file_storage, upload_to=random_path, max_length=255, blank=True, default=""
    )
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)

    objects = DataExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = (
            # My exports, newest first.
            models.Index(fields=["user", "-created_at", "-id"], name="chat_export_listed"),
            # The worker: what is to be built, and what is to be removed.
            models.Index(fields=["created_at"], name="chat_export_open", condition=Q(finished_at__isnull=True)),
            models.Index(fields=["expires_at"], name="chat_export_expiry", condition=Q(expires_at__isnull=False)),
        )
        constraints = _job_constraints("chat_export")


class ErasureQuerySet(JobQuerySet["Erasure"]):
    """Reads of erasures."""

    def visible_to(self, user: User) -> Self:
        """Keep one's own."""
        # Index: chat_erasure_listed.
        return self.filter(user=user)

    def due(self) -> Self:
        """Keep what a worker may take up, and what nobody can take back any more."""
        return super().due().exclude(begins_at__gt=Now())

    def revocable(self) -> Self:
        """Keep what can still be taken back."""
        return self.filter(state=JobState.WAITING, begins_at__gt=Now())


class Erasure(Job):
    """A person's request to be erased: their messages become tombstones, their files go."""

    begins_at = models.DateTimeField(
        _("begins"), null=True, blank=True, help_text=_("Until then the person can take it back; empty: at once.")
    )

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        indexes = (
            # My erasures, newest first.
            models.Index(fields=["user", "-created_at", "-id"], name="chat_erasure_listed"),
            # The worker: what is to be erased, or was cut off.
            models.Index(fields=["created_at"], name="chat_erasure_open", condition=Q(finished_at__isnull=True)),
        )
        constraints = _job_constraints("chat_erasure")
