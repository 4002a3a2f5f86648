"""When everything in the demo is said to have happened.

The services take the database's clock, so all that they write is of now. The diary moves those rows into the past, each
to the time that the story tells. Steps are played in the order of these times, so numbers, ids and times agree in the
end; nothing but times is touched, and only in groups that were made in the same transaction.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from chat.models import (
    Attachment,
    Call,
    ChatGroup,
    ChatGroupUser,
    ChatMessage,
    MessageReaction,
    MessageRevision,
    PollVote,
    ReadMark,
)
from chat.roles import MarkKind
from chat.services.call_parts import call_metadata

BATCH = 200
RINGS = timedelta(seconds=8)
"""How long it takes to answer a call."""


@dataclass
class Diary:
    """Times by group, and by number of the message and reader where there are any."""

    started: dict[UUID, datetime] = field(default_factory=dict)
    sent: dict[tuple[UUID, int], datetime] = field(default_factory=dict)
    edited: dict[tuple[UUID, int], datetime] = field(default_factory=dict)
    pinned: dict[tuple[UUID, int], datetime] = field(default_factory=dict)
    deleted: dict[tuple[UUID, int], datetime] = field(default_factory=dict)
    called: dict[UUID, tuple[datetime, datetime]] = field(default_factory=dict)
    closed: dict[UUID, datetime] = field(default_factory=dict)
    received: dict[tuple[UUID, Any, int], datetime] = field(default_factory=dict)
    read: dict[tuple[UUID, Any, int], datetime] = field(default_factory=dict)

    def apply(self) -> None:
        """Move all rows to their times."""
        self._date_messages()
        self._date_calls()
        self._date_read_marks()
        self._date_memberships()
        self._date_groups()

    def _date_messages(self) -> None:
        all_messages = ChatMessage.objects.filter(group__in=self.started)
        messages = list(all_messages.only("group_id", "seq"))
        for message in messages:
            message.created_at = self.sent[message.group_id, message.seq]
        ChatMessage.objects.bulk_update(messages, ["created_at"], BATCH)
        for name, times in (("edited_at", self.edited), ("pinned_at", self.pinned), ("deleted_at", self.deleted)):
            for (group_id, seq), at in times.items():
                ChatMessage.objects.filter(group=group_id, seq=seq).update(**{name: at})
        all_messages.update(changed_at=Coalesce("deleted_at", "pinned_at", "edited_at", "created_at"))
        sent_at = ChatMessage.objects.filter(pk=OuterRef("message")).values("created_at")
        MessageRevision.objects.filter(group__in=self.started).update(written_at=Subquery(sent_at))
        for poll in ChatMessage.objects.filter(pk__in=self.closed):
            metadata = poll.metadata or {}
            metadata["poll"]["closed_at"] = self.closed[poll.pk].isoformat()
            ChatMessage.objects.filter(pk=poll.pk).update(metadata=metadata)
        for model in (Attachment, MessageReaction, PollVote):
            model._default_manager.filter(group__in=self.started).update(created_at=Subquery(sent_at))

    def _date_calls(self) -> None:
        """Date calls, everybody's part in them, and what the history shows of them."""
        for call in Call.objects.filter(pk__in=self.called):
            call.started_at, call.ended_at = self.called[call.pk]
            call.answered_at = call.answered_at and call.started_at + RINGS
            call.save()
            talked = call.participants.filter(joined_at__isnull=False)
            talked.update(joined_at=call.answered_at, left_at=call.ended_at)
            ChatMessage.objects.filter(pk=call.message_id).update(metadata=call_metadata(call))

    def _date_read_marks(self) -> None:
        marks = list(ReadMark.objects.filter(group__in=self.started))
        for mark in marks:
            times = self.read if mark.kind == MarkKind.READ else self.received
            mark.at = times[mark.group_id, mark.user_id, mark.seq]
        ReadMark.objects.bulk_update(marks, ["at"], BATCH)
        covering = ReadMark.objects.reads().filter(group=OuterRef("group"), seq__gte=OuterRef("seq"))
        first = covering.exclude(user=OuterRef("sender")).order_by("at").values("at")[:1]
        ChatMessage.objects.filter(group__in=self.started, read_at__isnull=False).update(read_at=Subquery(first))

    def _date_memberships(self) -> None:
        latest = {(group, user): at for (group, user, _seq), at in self.read.items()}
        memberships = list(ChatGroupUser.objects.filter(group__in=self.started))
        for membership in memberships:
            last_read = latest.get((membership.group_id, membership.user_id))
            membership.created_at = membership.changed_at = self.started[membership.group_id]
            membership.read_changed_at = membership.read_changed_at and last_read
            membership.pinned_at = membership.pinned_at and last_read
            membership.archived_at = membership.archived_at and last_read
        dated = ["created_at", "changed_at", "read_changed_at", "pinned_at", "archived_at"]
        ChatGroupUser.objects.bulk_update(memberships, dated, BATCH)

    def _date_groups(self) -> None:
        for group_id, at in self.started.items():
            last = ChatMessage.objects.filter(group=group_id, seq=F("group__last_seq")).values("created_at")
            ChatGroup.objects.filter(pk=group_id).update(created_at=at, changed_at=at)
            ChatGroup.objects.filter(pk=group_id).update(last_message_at=Subquery(last), changed_at=Subquery(last))
