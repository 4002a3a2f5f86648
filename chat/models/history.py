"""One part of a group's history: before, after or around a message, or the newest."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import BigIntegerField, CharField, QuerySet, UUIDField

from chat.models.membership import ChatGroupUser
from chat.models.message import MESSAGE_FIELDS, ChatMessage, ChatMessageQuerySet
from chat.models.prepared import Param, Prepared, Row


@dataclass(frozen=True, slots=True)
class History:
    """Messages as rows of MESSAGE_FIELDS, oldest first, and whether there are more on either side."""

    messages: list[Row]
    has_older: bool
    has_newer: bool


class HistoryReader:
    """Reads what a member sees, about a reference if one is given. Every read is one statement."""

    def __init__(self, membership: ChatGroupUser, *, reference_type: str = "", reference_id: str = "") -> None:
        self.shape = (bool(reference_type), bool(reference_id))
        self.values = {
            "group_id": membership.group_id,
            "user_id": membership.user_id,
            "visible_from_seq": membership.visible_from_seq,
            "last_seq": membership.group.last_seq,
            "reference_type": reference_type,
            "reference_id": reference_id,
        }
        self.beyond_last = membership.group.last_seq + 1

    def before(self, seq: int | None, limit: int) -> list[Row]:
        """Return the newest ``limit`` messages before ``seq`` (None: of all), ascending."""
        below = self.beyond_last if seq is None else min(seq, self.beyond_last)
        return _OLDER.rows(ChatMessage, limit, *self.shape, seq=below, **self.values)[::-1]

    def after(self, seq: int, limit: int) -> list[Row]:
        """Return the oldest ``limit`` messages after ``seq``, ascending."""
        return _NEWER.rows(ChatMessage, limit, *self.shape, seq=min(seq, self.beyond_last), **self.values)


def history_read(
    membership: ChatGroupUser,
    *,
    limit: int,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
    **reference: str,
) -> History:
    """Return what the member sees there. ``membership`` was read with its group, before. At most two statements."""
    reader = HistoryReader(membership, **reference)
    if around is not None:
        return _around(reader, around, limit)
    if after is not None:
        newer = reader.after(after, limit + 1)
        return History(newer[:limit], bool(reader.before(after + 1, 1)), len(newer) > limit)
    older = reader.before(before, limit + 1)
    has_newer = before is not None and bool(reader.after(before - 1, 1))
    return History(older[-limit:], len(older) > limit, has_newer)


def _around(reader: HistoryReader, seq: int, limit: int) -> History:
    """Return ``seq`` with half of the page on either side; a side with less leaves its room to the other."""
    older, newer = reader.before(seq, limit + 1), reader.after(seq - 1, limit + 1)
    take_older = max(limit // 2, limit - len(newer))
    kept_older = older[-take_older:] if take_older else []
    kept_newer = newer[: limit - len(kept_older)]
    return History(kept_older + kept_newer, len(older) > len(kept_older), len(newer) > len(kept_newer))


def _seen(*, about_type: bool, about_id: bool) -> ChatMessageQuerySet:
    number = BigIntegerField()
    member: Any = SimpleNamespace(
        group_id=Param("group_id", UUIDField()),
        user_id=Param("user_id", get_user_model()._meta.pk),
        visible_from_seq=Param("visible_from_seq", number),
        group=SimpleNamespace(last_seq=Param("last_seq", number)),
    )
    return ChatMessage.objects.seen_by(member).about(
        Param("reference_type", CharField()) if about_type else "",
        Param("reference_id", CharField()) if about_id else "",
    )


def _older(limit: int, about_type: bool, about_id: bool) -> QuerySet[Any]:
    rows = _seen(about_type=about_type, about_id=about_id)
    # Index: chat_message_seq; about a reference, chat_message_reference or chat_message_ref_type.
    return rows.filter(seq__lt=Param("seq", BigIntegerField())).order_by("-seq")[:limit]


def _newer(limit: int, about_type: bool, about_id: bool) -> QuerySet[Any]:
    rows = _seen(about_type=about_type, about_id=about_id)
    return rows.filter(seq__gt=Param("seq", BigIntegerField())).order_by("seq")[:limit]


_OLDER = Prepared(MESSAGE_FIELDS, _older, planned_anew=True)
_NEWER = Prepared(MESSAGE_FIELDS, _newer, planned_anew=True)
