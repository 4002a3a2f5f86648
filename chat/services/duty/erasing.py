"""How one person's messages, reactions and votes are taken out of everybody's conversations."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q

from chat import events
from chat.adapter import UserId
from chat.models import ChatGroupUser, ChatMessage, LegalHold, MessageReaction, PollVote
from chat.models.message import ChatMessageQuerySet
from chat.roles import MessageType, ReferenceType
from chat.services.duty.marks import REACTIONS, VOTES, Marks, marks_erase
from chat.services.duty.states import state_erase
from chat.services.tombstones import messages_end
from chat.services.writing import group_write

EMPTY = Q(purged_at__isnull=False, reference_id="", reference_type=ReferenceType.CHAT, client_hash="")
"""Of such a message nothing is left that somebody wrote."""
CLEARED = {"reference_id": "", "reference_type": ReferenceType.CHAT, "client_hash": ""}
"""What a tombstone keeps otherwise. Its ``client_id`` stays: a late retry must not send the words anew."""


class Eraser:
    """Erases one person batch by batch; done again, it goes on where it was."""

    def __init__(self, user_id: UserId, batch_size: int) -> None:
        self.user_id = user_id
        self.batch_size = batch_size
        # Reads every membership once, as only those of now have an index by person: also groups that they left.
        seats = ChatGroupUser.objects.filter(user=user_id).order_by("group_id")
        self.group_ids: list[UUID] = list(seats.values_list("group_id", flat=True))

    def count(self) -> int:
        """Return how many messages, reactions and votes there are to erase."""
        messages = sum(written.count() for written in self._written())
        marks = (model.objects.filter(user=self.user_id).count() for model in (MessageReaction, PollVote))
        return messages + sum(marks)

    def batches(self) -> Iterator[int]:
        """Erase, and yield how many after each batch; each is a transaction of its own."""
        for written in self._written():
            yield from self._messages(written)
        for marks in (REACTIONS, VOTES):
            yield from self._marks(marks)
        for group_id in self.group_ids:
            state_erase(group_id, self.user_id)

    def is_held(self) -> bool:
        """Return whether something is left, which a legal hold covers."""
        marks = (MessageReaction, PollVote)
        is_marked = any(model.objects.filter(user=self.user_id).exists() for model in marks)
        return is_marked or any(written.exists() for written in self._written())

    def _written(self) -> Iterator[ChatMessageQuerySet]:
        """Yield, by group, what the person wrote there and still says something, and what others forwarded of it."""
        for group_id in self.group_ids:
            # Indexes: chat_message_seq; of the forwards, chat_message_forward.
            own = ChatMessage.objects.filter(group_id=group_id, sender=self.user_id)
            forwards = ChatMessage.objects.filter(
                forwarded_from__group=group_id, forwarded_from__sender=self.user_id
            ).exclude(sender=self.user_id)
            for rows in (own, forwards):
                yield rows.exclude(EMPTY).exclude(message_type=MessageType.SYSTEM)

    def _messages(self, written: ChatMessageQuerySet) -> Iterator[int]:
        due = written.filter(~LegalHold.objects.over_messages())
        where = due.order_by("group_id").values_list("group_id", flat=True).distinct()
        for group_id in list(where):
            while erased := self._message_batch(group_id, due.filter(group_id=group_id)):
                yield erased

    def _message_batch(self, group_id: UUID, due: ChatMessageQuerySet) -> int:
        with group_write(group_id, even_deleted=True) as write:
            rows = list(due.select_for_update(no_key=True, of=("self",)).order_by("seq")[: self.batch_size])
            for message in rows:
                for name, value in CLEARED.items():
                    setattr(message, name, value)
            messages_end(write, rows, events.MessageErased, *CLEARED)
        return len(rows)

    def _marks(self, marks: Marks) -> Iterator[int]:
        # Reads the whole table once, as it has no index by person: two ids for each mark of theirs.
        where = marks.model._default_manager.filter(user=self.user_id).order_by("group_id", "message_id")
        by_group: dict[UUID, list[UUID]] = {}
        for group_id, message_id in where.values_list("group_id", "message_id").distinct():
            by_group.setdefault(group_id, []).append(message_id)
        for group_id, message_ids in by_group.items():
            for start in range(0, len(message_ids), self.batch_size):
                yield marks_erase(marks, group_id, message_ids[start : start + self.batch_size], self.user_id)
