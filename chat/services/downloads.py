"""Files on their way out."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat.adapter import User
from chat.exceptions import Conflict, NotFound
from chat.models import Attachment
from chat.roles import ScanState


def download_find(*, acting_user: User, attachment_id: UUID) -> Attachment:
    """Return a file whose bytes the acting person may be given. One statement.

    Who may: who sees its message now, and who uploaded it while it is unsent. Raises NotFound, and Conflict where a
    scanner has not found it to be clean (``file_pending``, ``file_refused``).
    """
    row = Attachment.objects.visible_to(acting_user).filter(pk=attachment_id).first()
    if row is None:
        raise NotFound
    if row.scan_state == ScanState.PENDING:
        raise Conflict(_("This file is still being looked at; try again later."), code="file_pending")
    if row.scan_state != ScanState.CLEAN:
        raise Conflict(_("This file was refused by a scanner."), code="file_refused")
    return row
