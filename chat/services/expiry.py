"""Messages that disappear: when their time is over, they become tombstones without content."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models.functions import Now

from chat import events
from chat.models import ChatMessage
from chat.services.tombstones import messages_end
from chat.services.writing import group_write


def messages_expire(*, batch_size: int = 500) -> Iterator[int]:
    """Remove the content of messages whose time is over for good, group by group; nobody can undo that.

    Nobody was sent it since that time, whether this ran or not; until it runs they count as unread. A tombstone
    remains, deleted by nobody at the end of its time. What a legal hold covers becomes a tombstone as well, and its
    content stays stored until the hold is lifted.

    Yields how many expired after each batch of one group; every batch is a transaction of its own, so that it can be
    stopped at any time. Who may: the site's operator (management command). Locks one group at a time. Publishes
    ``message.expired``.
    """
    due = ChatMessage.objects.expired(Now())
    while group_id := due.order_by("expires_at").values_list("group_id", flat=True).first():
        yield _expire_batch(group_id, batch_size)


def _expire_batch(group_id: UUID, batch_size: int) -> int:
    with group_write(group_id, even_deleted=True) as write:
        due = ChatMessage.objects.expired(write.now).filter(group_id=group_id)
        rows = list(due.select_for_update(no_key=True, of=("self",)).order_by("seq")[:batch_size])
        messages_end(write, rows, events.MessageExpired)
    return len(rows)
