"""Giving files up: first the rows say so for good, then the bytes go, then the rows."""

import logging
from collections.abc import Collection, Iterator
from functools import partial
from uuid import UUID

from django.db import router, transaction
from django.utils import timezone

from chat.models import Attachment
from chat.models.attachment import AttachmentQuerySet
from chat.services.writing import atomic

logger = logging.getLogger(__name__)


def files_drop(rows: AttachmentQuerySet) -> int:
    """Give up the files of ``rows``, and return how many. For services only, inside their transaction.

    From the commit on nobody is given them. The bytes are removed after it; where that fails, or the process ends, the
    next ``dropped_files_remove`` does it. Locks the rows, by id.
    """
    locked = rows.kept().order_by("pk").select_for_update(no_key=True, of=("self",))
    ids = list(locked.values_list("pk", flat=True))
    if ids:
        Attachment.objects.filter(pk__in=ids).update(dropped_at=timezone.now())
        transaction.on_commit(partial(_remove_all, ids), using=router.db_for_write(Attachment), robust=True)
    return len(ids)


def dropped_files_remove() -> Iterator[UUID]:
    """Remove what is left of files that were given up, and yield the id of each.

    Who may: the site's operator (management command). One that cannot be removed is logged and left for the next time.
    """
    for attachment_id in list(Attachment.objects.dropped().order_by("dropped_at").values_list("pk", flat=True)):
        if _remove(attachment_id):
            yield attachment_id


def attachment_deleted(instance: Attachment, **_kwargs: object) -> None:
    """Receive Django's ``post_delete`` of a row, which a host's deletion of a whole group brings: its bytes go too."""
    using = router.db_for_write(Attachment)
    transaction.on_commit(partial(bytes_delete, instance), using=using, robust=True)


def bytes_delete(row: Attachment) -> None:
    """Remove the bytes of ``row`` from the storage unless another row needs them. For services only."""
    if Attachment.objects.sharing_file(row.file.name).exclude(pk=row.pk).exists():
        return
    for stored in (row.preview, row.file):
        if stored.name:
            stored.storage.delete(stored.name)


def _remove_all(ids: Collection[UUID]) -> None:
    for attachment_id in ids:
        _remove(attachment_id)


def _remove(attachment_id: UUID) -> bool:
    row = Attachment.objects.dropped().filter(pk=attachment_id).first()
    if row is None:
        return False
    try:
        bytes_delete(row)
    except Exception:
        logger.exception("Could not remove a file that was given up; chat_purge will.")
        return False
    with atomic():
        # Without signals: the bytes are gone.
        Attachment.objects.filter(pk=attachment_id)._raw_delete(router.db_for_write(Attachment))  # noqa: SLF001
    return True
