"""Exports of one person's data: asked for, kept for a while, removed. What is in them: ``chat.exports``."""

from collections.abc import Iterator
from datetime import timedelta
from typing import IO
from uuid import UUID

from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.adapter import User, UserId
from chat.choices import AuditAction, JobState
from chat.conf import chat_settings
from chat.exceptions import Conflict, NotFound
from chat.models import DataExport
from chat.services.duty.jobs import jobs_announce
from chat.services.safety.audit import audit_add
from chat.services.writing import atomic


def export_request(*, acting_user: User, user_id: UserId) -> DataExport:
    """Ask for everything that a person wrote, or received and can still see; a worker builds it.

    It is kept for the setting EXPORT_LIFETIME, or until the next one is there. The person gets it, nobody else.

    Who may: the person; for others whom the site trusts with it (the admin asks for ``chat.add_dataexport``). Raises
    Conflict (``export_open``). Locks nothing. One for somebody else is written into the book of privileged acts.
    """
    with atomic():
        new = DataExport(user_id=user_id, requested_by=acting_user, created_at=timezone.now())
        DataExport.objects.bulk_create([new], ignore_conflicts=True)
        if DataExport.objects.open().get(user=user_id).pk != new.pk:
            raise Conflict(_("This data is being collected already."), code="export_open")
        if acting_user.pk != user_id:
            details = {"user": str(user_id)}
            audit_add(acting_user=acting_user, action=AuditAction.EXPORT_REQUESTED, target=new, details=details)
        jobs_announce()
    return new


def export_find(*, acting_user: User, export_id: UUID) -> DataExport:
    """Return an own export whose file is there. Raises NotFound, Conflict (``export_not_ready``)."""
    row = DataExport.objects.visible_to(acting_user).filter(pk=export_id).first()
    if row is None:
        raise NotFound
    if row.state != JobState.DONE:
        raise Conflict(_("Your data is still being collected; try again later."), code="export_not_ready")
    return row


def export_keep(export: DataExport, archive: IO[bytes]) -> None:
    """Keep what was built for as long as it is to be kept, instead of what was there before. For services only.

    Where the request is gone meanwhile (see ``belongings_remove``), or another worker was faster, nothing is kept.
    """
    now = timezone.now()
    archive.seek(0)
    export.file.save("", File(archive), save=False)
    kept = {
        "file": export.file.name,
        "state": JobState.DONE,
        "finished_at": now,
        "retry_at": None,
        "expires_at": now + timedelta(seconds=chat_settings.EXPORT_LIFETIME),
    }
    if not DataExport.objects.open().filter(pk=export.pk).update(**kept):
        export.file.delete(save=False)
        return
    older = DataExport.objects.filter(user=export.user_id, finished_at__lt=now)
    older.exclude(pk=export.pk).update(expires_at=now)


def exports_expire() -> Iterator[UUID]:
    """Remove exports whose time is over, the file before its row, and yield the id of each.

    Who may: the worker and the site's operator (management command).
    """
    for export in list(DataExport.objects.expired().order_by("expires_at")):
        if export.file:
            export.file.delete(save=False)
        DataExport.objects.filter(pk=export.pk).delete()
        yield export.pk
