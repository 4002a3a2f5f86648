"""SearchProgress: how far the entries of search have come in a group, on PostgreSQL."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import connections, models
from django.db.models import F, OuterRef, Subquery

from chat.models.group import ChatGroup
from chat.models.message import ChatMessage
from chat.models.queryset import PrimaryQuerySet

BATCH = 500
"""How many messages are filled in one transaction: an edit in the group may wait as long as that takes."""


class SearchProgressQuerySet(PrimaryQuerySet["SearchProgress"]):
    """Reads of progress, and filling."""

    def behind(self) -> Self:
        """Keep groups with messages that have no entry yet."""
        return self.filter(seq__lt=F("group__last_seq"))

    def behind_before(self, time: datetime) -> Self:
        """Keep groups with messages of before ``time`` that have no entry yet."""
        later = ChatMessage.objects.filter(group=OuterRef("group"), seq__gt=OuterRef("seq"))
        # Index: chat_message_seq.
        return self.annotate(first=Subquery(later.order_by("seq").values("created_at")[:1])).filter(first__lt=time)

    def fill(self, group_ids: Iterable[UUID], *, batch_size: int) -> Iterator[int]:
        """Write the entries of these groups' messages that have none yet, and yield how many messages each batch had.

        Outside of a transaction each batch is one of its own. Locks the progress of the groups, by ascending id; who
        fills the same group waits.
        """
        ordered = sorted(group_ids)
        filled = batch_size
        while ordered and filled == batch_size:
            with connections[self.db].cursor() as cursor:
                cursor.execute("SELECT chat_search_fill(%s::uuid[], %s)", [ordered, batch_size])
                filled = cursor.fetchone()[0]
            yield filled


class SearchProgress(models.Model):
    """The messages of one group up to number ``seq`` have their entries, where they have anything to find.

    Messages are committed in the order of their numbers, so one number says it all. A trigger of PostgreSQL makes the
    row with its group (migration 0004); other databases have none. Set ``seq`` to 0 to have all entries written anew,
    for example when messages were brought in by other means than by sending them.
    """

    group = models.OneToOneField(ChatGroup, on_delete=models.CASCADE, primary_key=True, related_name="search_progress")
    seq = models.PositiveBigIntegerField(default=0)

    objects = SearchProgressQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.group_id} to #{self.seq}"
