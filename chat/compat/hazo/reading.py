"""A page of a conversation, as one person sees it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, DateTimeField, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from chat.adapter import User
from chat.compat.hazo.files import files_of
from chat.compat.hazo.shapes import MESSAGE_FIELDS, message_json
from chat.models import Block, ChatGroupUser, ChatMessage, ChatSettings, ReadMark
from chat.sentences import people_named
from chat.serializers import wire_time

Rows = QuerySet[ChatMessage, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class PageQuery:
    """What a client asks for; ``cursor`` is the time of a message, or any other time."""

    reference_id: str
    reference_type: str
    limit: int
    cursor: datetime | None
    newer: bool


@dataclass(frozen=True, slots=True)
class Viewer:
    """A member who reads, how far anybody else who shows that has read, and the message that the cursor stands for.

    ``hides``: they share no receipts, so they see none; ``others_hide``: somebody shares none with them.
    """

    membership: ChatGroupUser
    read_by_others: int
    hides: bool
    others_hide: bool
    cursor_seq: int | None
    cursor_is_own: bool


def find_viewer(user: User, group_id: UUID, query: PageQuery) -> Viewer | None:
    """Return the membership of ``user`` with all that a page needs, in one query; None for strangers."""
    others = ChatGroupUser.objects.filter(group=OuterRef("group")).exclude(user=user).order_by()
    reading = others.exclude(_hides_from(user)).values("group")
    at_cursor = _at_cursor(query)
    memberships = ChatGroupUser.objects.conversations_of(user).filter(group_id=group_id).select_related("group")
    membership: Any = memberships.annotate(
        read_by_others=Coalesce(Subquery(reading.annotate(most=Max("read_seq")).values("most")), 0),
        hides=Exists(ChatSettings.objects.filter(user=user, read_receipts=False)),
        others_hide=Exists(others.filter(_hides_from(user))),
        cursor_seq=Subquery(at_cursor.values("seq")[:1]),
        cursor_is_own=Exists(at_cursor.filter(sender=user)) if query.newer else Value(False),
    ).first()
    if membership is None:
        return None
    return Viewer(
        membership,
        read_by_others=membership.read_by_others,
        hides=membership.hides,
        others_hide=membership.others_hide,
        cursor_seq=membership.cursor_seq,
        cursor_is_own=membership.cursor_is_own,
    )


def read_page(user: User, viewer: Viewer, query: PageQuery) -> dict[str, Any]:
    """Return messages ascending and where to go on: by default the newest, with ``cursor`` those beside it.

    A ``newer`` cursor that is no message's time answers with the newest messages: the client merges what it lacks.
    """
    rows = _rows(user, viewer, query)
    if query.newer and viewer.cursor_seq is not None:
        page = list(_after(rows, user, viewer, query.limit))
        has_more, page = len(page) > query.limit, page[: query.limit]
        next_row, prev_row = page[-1:], page[:1]
    else:
        page = list(_up_to(rows, viewer, query))
        has_more, page = len(page) > query.limit, page[: query.limit][::-1]
        next_row, prev_row = page[:1], page[-1:]
    files, names = files_of(page), people_named(page)
    return {
        "messages": [message_json(row, row["viewer_read_at"], files.get(row["id"], ()), names) for row in page],
        "pagination": {
            "limit": query.limit,
            "has_more": has_more,
            "next_cursor": _cursor(next_row),
            "prev_cursor": _cursor(prev_row),
        },
    }


def read_time(user: User, message: ChatMessage) -> datetime | None:
    """Return when ``user`` read another person's message, or None."""
    marks = ReadMark.objects.reads().filter(group_id=message.group_id, user=user, seq__gte=message.seq)
    return marks.order_by("seq").values_list("at", flat=True).first()


def own_read_time(user: User, message: ChatMessage) -> datetime | None:
    """Return when the first other member who shows that read a message of ``user``, or None."""
    query = PageQuery("", "", limit=1, cursor=None, newer=False)
    viewer = find_viewer(user, message.group_id, query)
    if viewer is None:
        return None
    rows = ChatMessage.objects.filter(pk=message.pk).annotate(viewer_read_at=_viewer_read_at(user, viewer))
    return rows.values_list("viewer_read_at", flat=True).first()


def _hides_from(user: User) -> Q:
    """Return whether a member shares no receipts with ``user``: by a setting of theirs, or by a block either way."""
    off = ChatSettings.objects.filter(user=OuterRef("user_id"), read_receipts=False)
    return Q(Exists(off)) | Q(Block.objects.with_row(user))


def _at_cursor(query: PageQuery) -> QuerySet[ChatMessage]:
    """Return the message at the cursor, for ``newer``; the last one before it, for ``older``."""
    # Index: chat_message_created.
    rows = ChatMessage.objects.filter(group=OuterRef("group"))
    if query.cursor is None:
        return rows.none()
    if query.newer:
        return rows.filter(created_at=query.cursor)
    return rows.filter(created_at__lt=query.cursor).order_by("-created_at")


def _rows(user: User, viewer: Viewer, query: PageQuery) -> Rows:
    messages = ChatMessage.objects.seen_by(viewer.membership)
    rows: Rows = messages.about(query.reference_type, query.reference_id).values(
        *MESSAGE_FIELDS, viewer_read_at=_viewer_read_at(user, viewer)
    )
    return rows


def _up_to(rows: Rows, viewer: Viewer, query: PageQuery) -> Rows:
    """Return the newest rows up to the cursor, descending, one more than asked for."""
    if query.cursor is not None and not query.newer:
        if viewer.cursor_seq is None:
            return rows.none()
        rows = rows.filter(seq__lte=viewer.cursor_seq)
    return rows.order_by("-seq")[: query.limit + 1]


def _after(rows: Rows, user: User, viewer: Viewer, limit: int) -> Rows:
    """Return the rows after the cursor, ascending, one more than asked for.

    The client's cursor is the last message it shows. Where that is one it just sent, a message that somebody else
    wrote a moment before has a lower number and would never be asked for. So what lies shortly before an own message
    and was unread when that was sent comes again.
    """
    seq = viewer.cursor_seq or 0
    after = Q(seq__gt=seq)
    if viewer.cursor_is_own:
        rows = rows.filter(after | ~Q(sender=user) & Q(_passed_by_sending(user)), seq__gt=seq - limit)
    else:
        rows = rows.filter(after)
    return rows.order_by("seq")[: limit + 1]


def _passed_by_sending(user: User) -> Exists:
    """Return whether the person's mark over a message stands at one that they sent."""
    covering = (
        ReadMark.objects.reads()
        .filter(group=OuterRef(OuterRef("group")), user=user, seq__gte=OuterRef(OuterRef("seq")))
        .order_by("seq")
    )
    return Exists(
        ChatMessage.objects.filter(group=OuterRef("group"), sender=user, seq=Subquery(covering.values("seq")[:1]))
    )


def _viewer_read_at(user: User, viewer: Viewer) -> Case:
    """Return when a message was read: an own one by the first other member, another's by the person themselves.

    Own messages that no advance stamped lie under the mark of somebody who came by with a long backlog.
    """
    mine = ReadMark.objects.reads().filter(group=OuterRef("group"), user=user, seq__gte=OuterRef("seq")).order_by("seq")
    by_others = [When(sender=user, seq__lte=viewer.read_by_others, then=Subquery(_first_other_mark(user, viewer)))]
    if not viewer.others_hide:  # or the stamp may be of somebody who does not show it
        by_others.insert(0, When(sender=user, read_at__isnull=False, then="read_at"))
    return Case(
        *(by_others if not viewer.hides else ()),
        When(sender=user, then=Value(None)),
        When(seq__lte=viewer.membership.read_seq, then=Coalesce(Subquery(mine.values("at")[:1]), "created_at")),
        output_field=DateTimeField(null=True),
    )


def _first_other_mark(user: User, viewer: Viewer) -> QuerySet[ChatGroupUser, Any]:
    """Return the earliest mark over a message of those others who can see it: one index probe for each of them."""
    covering = (
        ReadMark.objects.reads()
        .filter(group=OuterRef("group"), user=OuterRef("user"), seq__gte=OuterRef(OuterRef("seq")))
        .order_by("seq")
    )
    others = ChatGroupUser.objects.filter(group=OuterRef("group"), visible_from_seq__lte=OuterRef("seq"))
    shown = others.exclude(_hides_from(user)) if viewer.others_hide else others
    marks = shown.exclude(user=user).values(at=Subquery(covering.values("at")[:1]))
    return marks.order_by(F("at").asc(nulls_last=True))[:1]


def _cursor(row: list[dict[str, Any]]) -> str | None:
    return wire_time(row[0]["created_at"]) if row else None
