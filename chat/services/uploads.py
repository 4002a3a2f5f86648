"""Uploads: files that wait to be sent."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import IO, Any
from uuid import UUID

from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.adapter import User, get_adapter
from chat.conf import chat_settings
from chat.exceptions import Conflict, InvalidInput, NotFound
from chat.files.images import CleanImage, image_cleaned
from chat.files.names import safe_name
from chat.files.sniffing import sniff
from chat.files.types import FileType, largest_size
from chat.models import Attachment, HeldMessage, ScheduledMessage
from chat.roles import FileKind, ScanState, ScheduleState
from chat.services.cleaning import clean_duration, clean_waveform
from chat.services.files import bytes_delete, files_drop
from chat.services.safety.standing import require_not_suspended
from chat.services.writing import atomic

logger = logging.getLogger(__name__)


def upload_create(
    *,
    acting_user: User,
    file: "File[bytes]",
    name: str,
    duration_ms: int | None = None,
    waveform: list[int] | None = None,
) -> Attachment:
    """Keep a file until it is sent: by its content one of the accepted types, under a random name in the storage.

    An image is written anew without its EXIF and gets a preview. Length and waveform of sound are what the client says.

    Who may: every signed-in person, up to the setting UPLOADS_UNSENT_MAX of unsent ones. Raises NotAllowed
    (``suspended``), InvalidInput (``file``, ``duration_ms``, ``waveform``), Conflict (``too_many_uploads``). Locks and
    publishes nothing.
    """
    require_not_suspended(acting_user.pk)
    _require_size(file, largest_size())
    if Attachment.objects.unsent_of(acting_user.pk).count() >= chat_settings.UPLOADS_UNSENT_MAX:
        raise Conflict(_("Send or remove some of your uploads first."), code="too_many_uploads")
    stream: IO[bytes] = file
    file_type = sniff(stream, name)
    _require_size(file, file_type.max_size)
    row = Attachment(
        uploaded_by=acting_user,
        name=safe_name(name, file_type.extensions),
        mime_type=file_type.mime_type,
        kind=file_type.kind,
        scan_state=_scanned(stream),
        duration_ms=clean_duration(duration_ms, kind=file_type.kind),
        waveform=clean_waveform(waveform, kind=file_type.kind),
        created_at=timezone.now(),
    )
    with _stripped(stream, file_type) as image:
        if image is None:
            _store(row, file)
        else:
            row.width, row.height = image.width, image.height
            _store(row, File(image.file, "image"), File(image.preview, "preview"))
    return row


def upload_delete(*, acting_user: User, upload_id: UUID) -> None:
    """Remove an upload that was not sent.

    Who may: who uploaded it. Raises NotFound, also once it is sent. Locks the upload. Publishes nothing.
    """
    with atomic():
        if not files_drop(Attachment.objects.unsent_of(acting_user.pk).filter(pk=upload_id)):
            raise NotFound


def uploads_expire(*, batch_size: int = 100) -> Iterator[int]:
    """Remove uploads that were not sent within the setting UPLOAD_LIFETIME, but for those of a scheduled message.

    Yields how many after each batch, which is a transaction of its own. Who may: the site's operator (management
    command). Locks the uploads. Publishes nothing.
    """
    due = Attachment.objects.expired(_expires_before())
    if not due.exists():  # as in nearly every round of the worker
        return
    due = due.exclude(pk__in=_waiting())
    while True:
        with atomic():
            ids = list(due.order_by("created_at").values_list("pk", flat=True)[:batch_size])
            dropped = files_drop(Attachment.objects.unsent().filter(pk__in=ids))
        if not ids:
            return
        yield dropped


def _expires_before() -> datetime:
    return timezone.now() - timedelta(seconds=chat_settings.UPLOAD_LIFETIME)


def _waiting() -> set[str]:
    """Return the uploads that messages to come will have, and those that a moderator has to approve of."""
    scheduled = ScheduledMessage.objects.filter(state=ScheduleState.WAITING, content__has_key="attachment_ids")
    contents = [*scheduled.values_list("content", flat=True), *HeldMessage.objects.values_list("content", flat=True)]
    return {upload_id for content in contents for upload_id in content.get("attachment_ids") or ()}


def _require_size(file: "File[bytes]", limit: int) -> None:
    if file.size > limit:
        message = _("This file is too large: %(size)d bytes, of at most %(max)d.") % {"size": file.size, "max": limit}
        raise InvalidInput(message, code="file_too_large", field="file")


def _scanned(file: IO[bytes]) -> ScanState:
    """Return what the host's scanner says. Raises InvalidInput for what it refuses; one that fails has not said yes."""
    file.seek(0)
    try:
        state = ScanState(get_adapter().scan_file(file))
    except Exception:
        logger.exception("The scanner of uploads failed; the file was refused.")
        state = ScanState.REFUSED
    if state == ScanState.REFUSED:
        raise InvalidInput(_("This file was refused."), code="file_refused", field="file")
    return state


@contextmanager
def _stripped(file: IO[bytes], file_type: FileType) -> Iterator[CleanImage | None]:
    if file_type.kind != FileKind.IMAGE:
        yield None
        return
    with image_cleaned(file, file_type) as image:
        yield image


def _store(row: Attachment, file: "File[Any]", preview: "File[Any] | None" = None) -> None:
    """Keep the bytes, then the row; what was kept before something failed goes again."""
    row.size = file.size
    try:
        row.file.save("", file, save=False)
        if preview is not None:
            row.preview.save("", preview, save=False)
        row.save(force_insert=True)
    except BaseException:
        bytes_delete(row)
        raise
