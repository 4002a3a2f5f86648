"""One part of a group's history: before, after or around a message, or the newest."""

from dataclasses import dataclass

from chat.models import ChatGroupUser, ChatMessage
from chat.models.message import ChatMessageQuerySet


@dataclass(frozen=True, slots=True)
class History:
    """Messages, oldest first, and whether there are more on either side."""

    messages: list[ChatMessage]
    has_older: bool
    has_newer: bool


def history_read(
    membership: ChatGroupUser,
    *,
    limit: int,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
    reference_type: str = "",
    reference_id: str = "",
) -> History:
    """Return what the member sees there. At most two statements."""
    rows = ChatMessage.objects.seen_by(membership).about(reference_type, reference_id)
    if around is not None:
        return _around(rows, around, limit)
    if after is not None:
        newer = rows.after(after, limit + 1)
        return History(newer[:limit], rows.filter(seq__lte=after).exists(), len(newer) > limit)
    older = rows.before(before, limit + 1)
    has_newer = before is not None and rows.filter(seq__gte=before).exists()
    return History(older[-limit:], len(older) > limit, has_newer)


def _around(rows: ChatMessageQuerySet, seq: int, limit: int) -> History:
    """Return ``seq`` with half of the page on either side; a side with less leaves its room to the other."""
    older, newer = rows.before(seq, limit + 1), rows.after(seq - 1, limit + 1)
    take_older = max(limit // 2, limit - len(newer))
    kept_older = older[-take_older:] if take_older else []
    kept_newer = newer[: limit - len(kept_older)]
    return History(kept_older + kept_newer, len(older) > len(kept_older), len(newer) > len(kept_newer))
