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
from chat.services.writing import atomic


def belongings_erase(user_id: UserId) -> None:
    """Remove what a person alone has of chat: settings, contacts, blocks, what they have not sent. For services only.

    Of reports that they made the kind stays, without their words.
    """
    with atomic():
        for rows in _rows(user_id):
            rows.delete()
        Report.objects.filter(reporter=user_id).exclude(reason="").update(reason="")
        files_drop(Attachment.objects.unsent_of(user_id))
        exports_drop(user_id)


def exports_drop(user_id: UserId) -> None:
    """Give up a person's exports: those that are there go at the worker's next round. For services only."""
    rows = DataExport.objects.filter(user=user_id)
    rows.open().delete()
    rows.update(expires_at=Now())


def _rows(user_id: UserId) -> tuple[QuerySet[Any], ...]:
    of_user = (ChatSettings, Presence, JoinRequest, Attendance, ScheduledMessage, HeldMessage)
    return (
        *(model._default_manager.filter(user=user_id) for model in of_user),
        Block.objects.filter(blocker=user_id),
        CannedReply.objects.filter(owner=user_id),
        Connection.objects.filter(Q(requester=user_id) | Q(recipient=user_id)),
    )
