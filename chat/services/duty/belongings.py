"""What is one person's alone: it goes with them."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from chat.adapter import UserId
from chat.models import (
    Attachment,
    Attendance,
    Block,
    CannedReply,
    ChatSettings,
    Connection,
    DataExport,
    HeldMessage,
    JoinRequest,
    Presence,
    Report,
    ScheduledMessage,
)
from chat.services.files import files_drop


def belongings_remove(user_id: UserId) -> None:
    """Remove what a person alone has of chat: settings, contacts, blocks, what they have not sent. For services only.

    Their exports go at the worker's next round, and the bytes of uploads after the commit.
    """
    for rows in _rows(user_id):
        rows.delete()
    files_drop(Attachment.objects.unsent_of(user_id))
    exports = DataExport.objects.filter(user=user_id)
    exports.open().delete()
    exports.update(expires_at=Now())


def words_erase(user_id: UserId) -> None:
    """Remove what a person wrote to those who lead a group, or the site. For services only.

    Of reports the kind stays.
    """
    JoinRequest.objects.filter(user=user_id).delete()
    Report.objects.filter(reporter=user_id).exclude(reason="").update(reason="")


def _rows(user_id: UserId) -> tuple[QuerySet[Any], ...]:
    of_user = (ChatSettings, Presence, Attendance, ScheduledMessage, HeldMessage)
    return (
        *(model._default_manager.filter(user=user_id) for model in of_user),
        Block.objects.filter(blocker=user_id),
        CannedReply.objects.filter(owner=user_id),
        Connection.objects.filter(Q(requester=user_id) | Q(recipient=user_id)),
    )
