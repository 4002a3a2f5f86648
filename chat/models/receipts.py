"""Who read a message and who received it: derived from marks, at any size of group."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from chat.models.membership import ChatGroupUser
from chat.models.message import ChatMessage
from chat.models.prepared import Row
from chat.models.read_mark import ReadMark
from chat.roles import MarkKind

RECEIPT_FIELDS = ("id", "user_id", "created_at", "read_at", "delivered_at")


def receipts_of(message: ChatMessage) -> QuerySet[Any, Row]:
    """Return rows of RECEIPT_FIELDS: the members of now who can see ``message``, without its sender.

    ``read_at`` is None where the person has not read it; ``delivered_at`` tells of receiving apart from reading, which
    includes it. One statement.
    """
    members = ChatGroupUser.objects.live().filter(group_id=message.group_id, visible_from_seq__lte=message.seq)
    others = members if message.sender_id is None else members.exclude(user=message.sender_id)
    marked = others.annotate(read_at=_first(message, MarkKind.READ), delivered_at=_first(message, MarkKind.DELIVERED))
    rows: QuerySet[Any, Row] = marked.values(*RECEIPT_FIELDS)
    return rows


def _first(message: ChatMessage, kind: MarkKind) -> Subquery:
    # Index: chat_read_mark_once.
    marks = ReadMark.objects.filter(group=OuterRef("group"), user=OuterRef("user"), kind=kind, seq__gte=message.seq)
    return Subquery(marks.order_by("seq").values("at")[:1])
