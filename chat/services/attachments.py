"""Files of a message: taken from its sender's uploads, or shared with the message that is forwarded."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chat.adapter import UserId
from chat.conf import chat_settings
from chat.exceptions import InvalidInput, NotFound
from chat.models import Attachment, ChatMessage
from chat.models.attachment import AttachmentQuerySet
from chat.roles import MessageType


def attachments_claim(user_id: UserId, attachment_ids: Sequence[UUID]) -> list[Attachment]:
    """Return the uploads, in this order, for the message that is being sent. For services only, in their transaction.

    Each is an own upload that no message has. Raises InvalidInput naming ``attachment_ids``: too many, one twice, and
    alike for an unknown one, somebody else's and one that was sent. Locks them by id, so that of two sends one wins.
    """
    _require_few(attachment_ids)
    rows = _locked(Attachment.objects.unsent_of(user_id).filter(pk__in=attachment_ids))
    found = {row.pk: row for row in rows}
    if len(found) != len(attachment_ids):
        raise InvalidInput(_("There is no such upload to send."), code="unknown_attachment", field="attachment_ids")
    return [found[attachment_id] for attachment_id in attachment_ids]


def attachments_share(source_id: UUID) -> list[Attachment]:
    """Return the files of the message ``source_id`` for one that forwards it: new rows over the same stored bytes.

    For services only, in their transaction and after they made sure that the sender sees the message. Raises NotFound
    when the files are gone. Locks the rows of the source, so that the bytes stay while they get another owner.
    """
    rows = _locked(Attachment.objects.kept().filter(message=source_id))
    if not rows:
        raise NotFound
    return [_copy(row) for row in sorted(rows, key=lambda row: row.position)]


def attachments_add(message: ChatMessage, rows: Sequence[Attachment]) -> None:
    """Make ``rows`` the files of a message that is being sent. For services only."""
    for position, row in enumerate(rows):
        row.group_id, row.message, row.seq, row.position = message.group_id, message, message.seq, position
        row.save()


def message_type_of(rows: Sequence[Attachment]) -> str:
    """Return the type of a message with these files: what they all are, else ``file``."""
    kinds = {row.kind for row in rows}
    return MessageType(kinds.pop()) if len(kinds) == 1 else MessageType.FILE


def _require_few(attachment_ids: Sequence[UUID]) -> None:
    limit = chat_settings.ATTACHMENTS_MAX
    if len(attachment_ids) > limit:
        message = ngettext(
            "A message may have at most %(max)d file.", "A message may have at most %(max)d files.", limit
        )
        raise InvalidInput(message % {"max": limit}, code="too_many", field="attachment_ids")
    if len(set(attachment_ids)) != len(attachment_ids):
        raise InvalidInput(_("Each file can be named once."), code="duplicate", field="attachment_ids")


def _locked(rows: AttachmentQuerySet) -> list[Attachment]:
    return list(rows.order_by("pk").select_for_update(no_key=True, of=("self",)))


def _copy(row: Attachment) -> Attachment:
    kept = ("uploaded_by_id", "name", "mime_type", "kind", "size", "width", "height", "duration_ms", "waveform")
    values = {name: getattr(row, name) for name in (*kept, "scan_state", "created_at")}
    return Attachment(file=row.file.name, preview=row.preview.name, **values)
