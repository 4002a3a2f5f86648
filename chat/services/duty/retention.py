"""Retention: how long messages are kept at all, by type of group."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from chat import events
from chat.conf import chat_settings
from chat.models import ChatGroup, ChatMessage, LegalHold
from chat.models.message import ChatMessageQuerySet
from chat.roles import MessageType
from chat.services.tombstones import messages_end
from chat.services.writing import group_write


def messages_retire(*, batch_size: int = 500) -> Iterator[int]:
    """Remove the content of messages older than the setting RETENTION says for their type of group, for good.

    Tombstones remain, deleted by nobody. What the system said stays, and what a legal hold covers.

    Yields how many were removed after each batch of one group; every batch is a transaction of its own, so that it can
    be stopped at any time. Who may: the site's operator (management command, once a day: it looks at every group of
    these types, and in each at what is older). Locks one group at a time. Publishes ``message.expired``.
    """
    for group_type, days in chat_settings.RETENTION.items():
        before = timezone.now() - timedelta(days=days)
        for group_id in _groups(group_type):
            while retired := _retire_batch(group_id, before, batch_size):
                yield retired


def _groups(group_type: str) -> Iterator[UUID]:
    """Yield every group of a type, one by one: each takes its time, and none is kept open for the next."""
    groups = ChatGroup.objects.filter(group_type=group_type).order_by("pk").values_list("pk", flat=True)
    group_id = groups.first()
    while group_id is not None:
        yield group_id
        group_id = groups.filter(pk__gt=group_id).first()


def _old(group_id: UUID, before: datetime) -> ChatMessageQuerySet:
    # Index: chat_message_created.
    rows = ChatMessage.objects.filter(group_id=group_id, created_at__lt=before, deleted_at__isnull=True)
    return rows.exclude(message_type=MessageType.SYSTEM).filter(~LegalHold.objects.over_messages())


def _retire_batch(group_id: UUID, before: datetime, batch_size: int) -> int:
    if not _old(group_id, before).exists():  # most groups, most days: nobody has to wait
        return 0
    with group_write(group_id, even_deleted=True) as write:
        due = _old(group_id, before).select_for_update(no_key=True, of=("self",))
        rows = list(due.order_by("created_at")[:batch_size])
        messages_end(write, rows, events.MessageExpired)
    return len(rows)
