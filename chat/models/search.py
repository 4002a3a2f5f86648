"""Search over the messages that a person may see, newest first.

A page is read in at most three steps, each one statement with permission and match in it, the later ones only while
the page is not full. First the newest messages are tried one by one: enough for frequent words, of which an index would
name far too many. Then the index is asked for a part of the history in proportion to that, then for all the rest: the
rarer a word, the longer the part, so that each step finds few. What a step costs depends on how frequent the words are
among the messages of that part, not on how many messages there are.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Now

from chat.adapter import User
from chat.models.attachment import Attachment
from chat.models.membership import ChatGroupUser
from chat.models.message import MESSAGE_FIELDS, ChatMessage, ChatMessageQuerySet
from chat.models.prepared import Row
from chat.models.search_index import Part, is_indexed, looked_up, tried_by_python, walked
from chat.models.search_progress import BATCH, SearchProgress
from chat.models.search_text import Word, matches, with_errors, words_of

WALKED = 2000
"""How many messages are tried one by one, in all groups together."""
WALKED_OF_EACH = 20
"""How many at least of the group that was busiest last."""
FURTHER = 64
"""How much longer the time is that the index is asked about first."""
CANDIDATES = 200
"""How many messages one step tries for typing errors."""
BATCHES = 20
"""How many batches of entries one search writes at most. What it does not come to, it does not find yet."""
_PROGRESS = "group__search_progress__seq"


@dataclass(frozen=True, slots=True)
class Position:
    """The last message that was seen. ``errors``: whether the search allows for typing errors."""

    created_at: datetime
    id: UUID
    errors: bool


@dataclass(frozen=True, slots=True)
class Search:
    """What ``user`` looks for; what is None does not filter."""

    user: User
    text: str
    group_id: UUID | None = None
    sender_id: Any = None
    message_type: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    has_file: bool | None = None
    pinned: bool | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is given."""
        filters = (self.group_id, self.sender_id, self.message_type, self.since, self.until, self.has_file, self.pinned)
        return any(value is not None for value in filters)

    def messages(self) -> ChatMessageQuerySet:
        """Return the messages that ``user`` sees and the filters leave, whatever they say."""
        given = {
            "group": self.group_id,
            "sender": self.sender_id,
            "message_type": self.message_type,
            "created_at__gte": self.since,
            "created_at__lt": self.until,
            "pinned_at__isnull": None if self.pinned is None else not self.pinned,
        }
        rows = ChatMessage.objects.visible_to(self.user).showing(Now())
        if self.group_id is None:  # at a desk only who looks there finds
            rows = rows.filter(group__desk_of__isnull=True)
        rows = rows.filter(**{name: value for name, value in given.items() if value is not None})
        if self.has_file is not None:
            files = Exists(Attachment.objects.kept().filter(message=OuterRef("pk")))
            rows = rows.filter(files if self.has_file else ~files)
        return rows

    def groups(self) -> Any:  # noqa: ANN401 (a queryset of memberships, which type checkers lose through annotations)
        """Return the memberships in question."""
        members = ChatGroupUser.objects
        if self.group_id is None:
            return members.conversations_of(self.user)
        return members.of(self.user).filter(group=self.group_id)


@dataclass(slots=True)
class Found:
    """Messages as rows of MESSAGE_FIELDS, newest first, and ``next``, where to go on.

    With ``errors`` nothing had the words as they were typed: these have words that differ by typing errors. A page may
    then hold fewer messages than were asked for, and yet have a next one.
    """

    words: list[Word]
    messages: list[Row] = field(default_factory=list)
    errors: bool = False
    next: Position | None = None


def messages_search(search: Search, *, limit: int, after: Position | None = None) -> Found:
    """Return at most ``limit`` messages with all words of the text, or their English forms, ``after`` a position.

    Where there are none at all, words may differ by a typing error, long ones by two. At most four statements, and
    four more for typing errors.
    """
    words = words_of(search.text)
    found = Found(words)
    if after is None or not after.errors:
        found = _read(search, found, limit, after)
    if (after is None and not found.messages) or (after is not None and after.errors):
        return _read(search, Found(with_errors(words), errors=True), limit, after) if words else found
    return found


def _read(search: Search, found: Found, limit: int, after: Position | None) -> Found:
    if found.errors and not any(word.errors for word in found.words):
        return found
    rows: list[Row] = []
    for step in _steps(search, found.words, after):
        size = CANDIDATES if found.errors else limit + 1 - len(rows)
        read = list(_ordered(step, after)[:size])
        rows += _without_chance(read, found.words) if found.errors else read
        if len(rows) > limit:
            found.next = _position(rows[limit - 1], errors=found.errors)
            break
        if found.errors and len(read) == size:
            found.next = _position(read[-1], errors=True)
            break
    found.messages = rows[:limit]
    return found


def _steps(search: Search, words: Sequence[Word], after: Position | None) -> Iterator[ChatMessageQuerySet]:
    """Yield what has the words, part by part, from the newest to the oldest."""
    messages = search.messages()
    if not is_indexed(messages.db):
        yield messages.filter(tried_by_python(connections[messages.db], words))
        return
    seen_from = min((time for time in (after and after.created_at, search.until) if time), default=None)
    groups = list(search.groups().values_list("group", "group__last_message_at", "group__last_seq", _PROGRESS))
    newest = seen_from or max((time for _, time, _, _ in groups if time), default=None)
    if newest is None or not groups:
        return
    each = max(WALKED_OF_EACH, WALKED // len(groups))
    edge = _edge(search, seen_from, each)
    walk = walked(words, group_ids=[group_id for group_id, *_ in groups], part=Part(edge, seen_from), each=each + 1)
    yield messages.filter(walk)
    if edge is not None:
        _fill([group_id for group_id, _, last_seq, seq in groups if seq < last_seq], edge)
        further = _earlier(edge, newest)
        for part in [Part(further, edge), Part(None, further)] if further else [Part(None, edge)]:
            yield messages.filter(looked_up(words, group_id=search.group_id, part=part))


def _fill(behind: Sequence[UUID], edge: datetime) -> None:
    """Have the index know the messages of before ``edge``, of which there are hardly ever any that it does not."""
    if behind:
        needed = SearchProgress.objects.filter(group__in=behind).behind_before(edge)
        batches = SearchProgress.objects.fill(needed.values_list("group", flat=True), batch_size=BATCH)
        deque(islice(batches, BATCHES), maxlen=0)


def _edge(search: Search, seen_from: datetime | None, each: int) -> datetime | None:
    """Return the time after which no group has more than ``each`` messages; None where none has more at all."""
    of_group = ChatMessage.objects.filter(group=OuterRef("group"))
    if seen_from is not None:
        of_group = of_group.filter(created_at__lte=seen_from)
    # Index: chat_message_created.
    edges = Subquery(of_group.order_by("-created_at").values("created_at")[each : each + 1])
    return max(filter(None, search.groups().annotate(edge=edges).values_list("edge", flat=True)), default=None)


def _earlier(edge: datetime, newest: datetime) -> datetime | None:
    try:
        return edge - FURTHER * max(newest - edge, edge.resolution)
    except OverflowError:
        return None


def _ordered(messages: ChatMessageQuerySet, after: Position | None) -> Any:  # noqa: ANN401 (rows with an annotation)
    if after is not None:
        seen = Q(created_at=after.created_at, id__gte=after.id)
        messages = messages.filter(~seen, created_at__lte=after.created_at)
    return messages.order_by("-created_at", "-id").values(*MESSAGE_FIELDS)


def _without_chance(rows: list[Row], words: Sequence[Word]) -> list[Row]:
    """Return the rows that have the words in one place each, not only their pieces."""
    return [row for row in rows if matches(row["message_text"] or "", words)]


def _position(row: Row, *, errors: bool) -> Position:
    return Position(row["created_at"], row["id"], errors)
