"""Files on their way out of the older surfaces."""

from uuid import UUID

from chat.adapter import User
from chat.exceptions import NotFound
from chat.models import Attachment
from chat.services.downloads import download_find


def file_find(*, acting_user: User, attachment_id: UUID) -> Attachment:
    """Return a file as ``download_find`` does, but none of a desk, which these surfaces do not know. Two statements."""
    if Attachment.objects.filter(pk=attachment_id, message__group__desk_of__isnull=False).exists():
        raise NotFound
    return download_find(acting_user=acting_user, attachment_id=attachment_id)
