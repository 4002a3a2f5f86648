"""Search and the lists of what a group shares: how long a request takes over few messages and over many.

Both sizes lie in one database and take turns, so that what else the machine does meets both.
"""

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from statistics import median
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken

from benchmarks.database import run_sql, settle
from benchmarks.filling import create_group, create_people
from chat.models import ChatGroup, ChatMessage, SearchEntry
from chat.services.search_entries import search_entries_fill

LIMIT = 1.5
SMALL = 10_000
GROUPS = 100
QUERIES = {
    "rare word": "zanzibar",
    "word of 10 %": "common",
    "word of 1 %": "seldom",
    "two characters of a rare word": "北京",
    "one character of 10 %": "明",
    "typing error": "zanzibra",
    "nothing": "absent",
}
SHARED = ("links", "references", "files")
TEXT = """
    UPDATE chat_chatmessage SET message_text = concat_ws(' ', message_text,
        CASE WHEN seq %% 10 = 3 THEN 'common' END, CASE WHEN seq %% 100 = 5 THEN 'seldom' END,
        CASE WHEN seq %% 10 = 6 THEN '明天开会' END, CASE WHEN seq %% 1000 = 8 THEN 'https://example.org/' || seq END,
        CASE WHEN seq = %(rare)s THEN 'zanzibar 北京烤鸭' END),
        reference_id = CASE WHEN seq %% 1000 = 9 THEN 'invoice-' || seq ELSE '' END
    WHERE group_id = %(group)s
"""


@dataclass(frozen=True)
class Reader:
    """Somebody with so many messages, in one group or in GROUPS of them."""

    user: User
    group: ChatGroup
    client: Client

    def seconds(self, path: str, query: dict[str, str]) -> float:
        """Return how long the answer to a GET took, which must be a success."""
        started = time.perf_counter()
        response = self.client.get(f"/api/chat/{path.format(group=self.group.pk)}?{urlencode(query)}")
        assert response.status_code == HTTPStatus.OK, response.content
        return time.perf_counter() - started


def run(many: int, rounds: int) -> bool:
    """Print how long each request takes over SMALL and over ``many`` messages; return whether all gates hold."""
    pairs = _fill(many)
    print(f"\nSearch: milliseconds over {SMALL:,} and {many:,} messages, median of {rounds} rounds in turn")
    passed = True
    for where, (small, large) in pairs.items():
        requests = [(name, "search/", {"q": text}) for name, text in QUERIES.items()]
        if where == "one group":
            requests += [(f"shared {kind}", "groups/{group}/shared/", {"kind": kind}) for kind in SHARED]
        for name, path, query in requests:
            passed &= _compare(f"{name}, {where}", path, query, (small, large), rounds)
    return passed


def _compare(name: str, path: str, query: dict[str, str], readers: Sequence[Reader], rounds: int) -> bool:
    times: list[list[float]] = [[reader.seconds(path, query) for reader in readers] for _ in range(rounds + 1)][1:]
    small, large = (1000 * median(column) for column in zip(*times, strict=True))
    passed: bool = large / small <= LIMIT
    print(f"{name:<58} {small:8.1f} {large:8.1f} {large / small:6.2f}  {'ok' if passed else 'TOO MUCH'}")
    return passed


def _fill(many: int) -> dict[str, tuple[Reader, Reader]]:
    run_sql("ALTER TABLE chat_chatmessage DISABLE TRIGGER USER")  # the entries come at the end
    people = create_people(5)
    with transaction.atomic():
        pairs = {
            "one group": (_reader(people[0], people[4], SMALL, 1), _reader(people[1], people[4], many, 1)),
            f"{GROUPS} groups": (
                _reader(people[2], people[4], SMALL, GROUPS),
                _reader(people[3], people[4], many, GROUPS),
            ),
        }
    run_sql("ALTER TABLE chat_chatmessage ENABLE TRIGGER USER")
    deque(search_entries_fill(batch_size=20_000), maxlen=0)
    settle(ChatMessage._meta.db_table)
    settle(SearchEntry._meta.db_table)
    return pairs


def _reader(user: User, other: User, messages: int, groups: int) -> Reader:
    for number in range(groups):
        group = create_group(f"Group {number}", [user, other], messages // groups)
        # The rare word is in one message of one group, in its first third.
        run_sql(TEXT, group=group.pk, rare=messages // groups // 3 if number == groups // 2 else 0)
    client = Client(headers={"host": "127.0.0.1", "authorization": f"Bearer {AccessToken.for_user(user)}"})
    return Reader(user, group, client)
