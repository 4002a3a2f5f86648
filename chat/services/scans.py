"""What a scanner says later of a file that was pending."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat import events
from chat.exceptions import InvalidInput, NotFound
from chat.models import Attachment, ChatMessage
from chat.roles import ScanState
from chat.services.files import files_drop
from chat.services.message_writing import message_event_publish, message_stamp
from chat.services.writing import atomic, group_write


def file_scanned(*, attachment_id: UUID, state: str) -> None:
    """Say that a pending file is ``clean`` or ``refused``, wherever it was sent and forwarded to meanwhile.

    A refused upload that nobody sent is removed; one that was sent is shown as refused, and given to nobody.

    Who may: the host's own code. Raises NotFound, InvalidInput (``state``). Locks the groups, one at a time. Publishes
    ``file.scanned`` for each message.
    """
    if state not in (ScanState.CLEAN, ScanState.REFUSED):
        raise InvalidInput(_("A scan ends with clean or refused."), code="invalid_choice", field="state")
    known = Attachment.objects.kept().filter(pk=attachment_id).first()
    if known is None:
        raise NotFound
    # One by one until none is left: a forward may be adding another meanwhile, but holds the lock of one of these.
    pending = Attachment.objects.sharing_file(known.file.name).filter(scan_state=ScanState.PENDING)
    while row := pending.first():
        if row.group_id is None:
            _say_of_upload(row, state)
        else:
            _say_of_message(row, row.group_id, state)


def _say_of_upload(row: Attachment, state: str) -> None:
    unsent = Attachment.objects.unsent().filter(pk=row.pk)
    with atomic():
        if state == ScanState.REFUSED:
            files_drop(unsent)
        else:
            unsent.update(scan_state=state)


def _say_of_message(row: Attachment, group_id: UUID, state: str) -> None:
    with group_write(group_id, even_deleted=True) as write:
        message = ChatMessage.objects.select_for_update(no_key=True, of=("self",)).get(attachments=row)
        if Attachment.objects.filter(pk=row.pk, scan_state=ScanState.PENDING).update(scan_state=state):
            message_stamp(write, message)
            message_event_publish(events.FileScanned, message, None)
