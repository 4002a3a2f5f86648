"""Flat cost: what a request touches does not grow with the conversation.

Gated on the pages (buffers) that PostgreSQL counts for the very statements of real requests; times are only printed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken

from benchmarks.database import settle
from benchmarks.explaining import Statement, buffers, explain, milliseconds
from benchmarks.filling import RARE_ID, RARE_TYPE, Mix, create_group, create_people, leave_unread, pin, sent_at
from chat.models import ChatGroup, ChatMessage

LIMIT = 1.3
LIMIT_OF_WRITES = 1.6
"""A write goes down each index of its table, and one of a thousand times as many rows is a level or two deeper."""
SMALL = 1_000
GROUPS = 200
PAGE, HAZO_PAGE = 50, 20
MIX = Mix(every=100, rare=HAZO_PAGE)
"""Of the messages 1 % are deleted, 1 % by the system and 1 % the reader's own."""


@dataclass(frozen=True)
class Reader:
    """A person in GROUPS groups, one of which is the ``group`` that differs, with a client that is signed in."""

    user: User
    group: ChatGroup
    client: Client

    def get(self, path: str, **query: object) -> Any:
        """Return the answer to a GET, which must succeed."""
        response = self.client.get(f"{path}?{urlencode(query)}" if query else path)
        assert response.status_code == HTTPStatus.OK, response.content
        return response.json()

    def post(self, path: str, **body: object) -> None:
        """POST a body, which must succeed."""
        response = self.client.post(path, body, content_type="application/json")
        assert response.status_code in (HTTPStatus.OK, HTTPStatus.CREATED), response.content


@dataclass(frozen=True)
class Readers:
    """Who differs from whom in one thing: the length of the conversation, the backlog, what the backlog is made of."""

    small: Reader
    """10 unread of SMALL messages."""
    behind_small: Reader
    """All of SMALL unread."""
    near: Reader
    """10 unread of many messages."""
    far: Reader
    """All of many unread."""
    silent: Reader
    """Nothing unread of what in the backlog of ``far`` does not count: there is nothing else."""


Operation = Callable[[Reader], object]


@dataclass(frozen=True)
class Result:
    """One operation at both sizes; ``allowed`` is what the gate grants."""

    name: str
    before: list[Statement]
    after: list[Statement]
    allowed: float

    @property
    def passed(self) -> bool:
        """Whether the gate holds: pages within what is granted, by as many statements."""
        return buffers(self.after) <= self.allowed and len(self.before) == len(self.after)

    def __str__(self) -> str:
        before, after = buffers(self.before), buffers(self.after)
        times = f"{milliseconds(self.before):8.2f} {milliseconds(self.after):8.2f}"
        verdict = "ok" if self.passed else "TOO MUCH"
        return f"{self.name:<58} {before:8} {after:8} {after / before:6.2f} {self.allowed:9.0f} {times}  {verdict}"


def run(many: int) -> bool:
    """Print what each operation costs with SMALL and with ``many`` messages; return whether all gates hold."""
    readers = _fill(many)
    print(f"\nFlat cost: pages touched, {SMALL:,} against {many:,} messages")
    print(f"{'':<58} {'before':>8} {'after':>8} {'ratio':>6} {'allowed':>9} {'ms':>8} {'ms':>8}")
    passed = True
    for result in _results(readers):
        print(result)
        if not result.passed:
            passed = False
            _print_statements(result)
    return passed


def _results(readers: Readers) -> Iterator[Result]:
    for name, operation in _pages():
        yield _compare(f"{name}: longer history", operation, readers.small, readers.near)
    for name, operation in _lists():
        yield _compare(f"{name}: longer history", operation, readers.small, readers.near)
        yield _compare_backlog(f"{name}: longer backlog", operation, readers)
    yield _compare("mark read: longer backlog", _mark_read, readers.behind_small, readers.far)
    yield _compare("send: longer history", _send, readers.small, readers.near, LIMIT_OF_WRITES)
    yield _compare("send: longer backlog", _send, readers.behind_small, readers.far, LIMIT_OF_WRITES)


def _compare(name: str, operation: Operation, before: Reader, after: Reader, limit: float = LIMIT) -> Result:
    first = _measure(operation, before)
    return Result(name, first, _measure(operation, after), limit * buffers(first))


def _compare_backlog(name: str, operation: Operation, readers: Readers) -> Result:
    """Grant, beside LIMIT, what the rows that do not count cost where there are no others."""
    first, silent = _measure(operation, readers.near), _measure(operation, readers.silent)
    allowed = LIMIT * buffers(first) + max(0, buffers(silent) - buffers(first))
    return Result(name, first, _measure(operation, readers.far), allowed)


def _measure(operation: Operation, reader: Reader) -> list[Statement]:
    explain(partial(operation, reader))  # once before, as caches of the process and of the session fill
    return explain(partial(operation, reader))


def _pages() -> Iterator[tuple[str, Operation]]:
    for where in ("newest", "middle", "oldest"):
        yield f"history, {where} page", partial(_history, where=where)
    for where in ("newest", "middle", "oldest"):
        yield f"hazo page, {where}", partial(_hazo_page, where=where)
    yield "hazo page of a rare reference", partial(_hazo_page, reference_id=RARE_ID, reference_type=RARE_TYPE)
    yield "hazo page of a rare reference type", partial(_hazo_page, reference_type=RARE_TYPE)
    yield "pinned messages", _pins


def _pins(reader: Reader) -> None:
    page = reader.get(f"/api/chat/groups/{reader.group.pk}/pins/", limit=PAGE)
    assert len(page["results"]) == PAGE, page


def _lists() -> Iterator[tuple[str, Operation]]:
    yield "one group with unread", _group
    yield f"list of {GROUPS} groups with unread", _list_groups
    yield "unread counts", _unread
    yield "hazo unread counts", _hazo_unread


def _history(reader: Reader, *, where: str) -> None:
    page = reader.get(f"/api/chat/groups/{reader.group.pk}/messages/", before=_cursor(reader, where), limit=PAGE)
    assert len(page["messages"]) == PAGE, page


def _hazo_page(reader: Reader, *, where: str = "newest", reference_type: str = "chat", **reference: str) -> None:
    query = {"chat_group_id": reader.group.pk, "limit": HAZO_PAGE, "reference_type": reference_type} | reference
    query |= {"cursor": sent_at(_cursor(reader, where)).isoformat(), "direction": "older"}
    page = reader.get("/api/hazo_chat/messages", **query)
    assert len(page["messages"]) == HAZO_PAGE, page


def _cursor(reader: Reader, where: str) -> int:
    """Return the number of the message that a page ends before; the newest page is asked for as a later one is."""
    last = reader.group.last_seq
    return {"newest": last + 1, "middle": last // 2, "oldest": 60}[where]


def _list_groups(reader: Reader) -> None:
    found, path = 0, "/api/chat/groups/?limit=100"
    while path:
        page = reader.get(path)
        found += len(page["results"])
        path = "{0.path}?{0.query}".format(urlsplit(page["next"])) if page["next"] else ""
    assert found == GROUPS, found


def _group(reader: Reader) -> None:
    reader.get(f"/api/chat/groups/{reader.group.pk}/")


def _unread(reader: Reader) -> None:
    reader.get("/api/chat/unread/")


def _hazo_unread(reader: Reader) -> None:
    reader.get("/api/hazo_chat/unread_count", user_id=reader.user.pk)


def _mark_read(reader: Reader) -> None:
    reader.post(f"/api/chat/groups/{reader.group.pk}/read/", read_seq=reader.group.last_seq)


def _send(reader: Reader) -> None:
    reader.post(f"/api/chat/groups/{reader.group.pk}/messages/", message_text="How about Thursday at nine?")


def _fill(many: int) -> Readers:
    people = create_people(15)
    users, crowd = people[:5], people[5:]
    small, behind_small, near, far, silent = users
    with transaction.atomic():
        for number in range(GROUPS - 1):
            group = create_group(f"Group {number}", [*users, *crowd], messages=20)
            for user in users:
                leave_unread(group, user, 10)
        # Statistics that make a rare reference look common.
        create_group("Busy with one reference", crowd, messages=many // 10, mix=Mix(rare=many // 20))
        little = create_group("Small", [behind_small, small, *crowd], SMALL, MIX)
        large = create_group("Large", [far, near, *crowd], many, MIX)
        quiet = create_group("Quiet", [silent, *crowd], 3 * many // MIX.every, Mix(every=3))
        for group in (little, large):
            pin(group, 2 * PAGE)
        leave_unread(little, small, 10)
        leave_unread(large, near, 10)
    settle(ChatMessage._meta.db_table)
    return Readers(
        small=_sign_in(small, little),
        behind_small=_sign_in(behind_small, little),
        near=_sign_in(near, large),
        far=_sign_in(far, large),
        silent=_sign_in(silent, quiet),
    )


def _sign_in(user: User, group: ChatGroup) -> Reader:
    client = Client(headers={"host": "127.0.0.1", "authorization": f"Bearer {AccessToken.for_user(user)}"})
    return Reader(user, group, client)


def _print_statements(result: Result) -> None:
    for label, statements in (("before", result.before), ("after", result.after)):
        for statement in statements:
            print(f"    {label}: {statement.buffers:7} {statement.milliseconds:8.2f} ms  {statement.sql[:1500]}")
