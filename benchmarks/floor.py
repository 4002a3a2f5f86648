"""The floor: the same work by psycopg alone, one hand-written statement each, by as many clients."""

import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import cycle
from typing import Any
from uuid import UUID, uuid4

import psycopg

from benchmarks.load import Load

PROCESSES = 2

SEND = """
    WITH numbered AS (
        UPDATE chat_chatgroup
        SET last_seq = last_seq + 1, version = version + 1, last_message_at = clock_timestamp(), changed_at = now()
        WHERE id = %(group)s
        RETURNING id, last_seq, version, last_message_at
    )
    INSERT INTO chat_chatmessage (
        id, group_id, seq, version, sender_id, message_type, message_text, reference_id, reference_type, client_hash,
        counts, created_at, changed_at
    )
    SELECT %(id)s, id, last_seq, version, %(user)s, 'text', %(text)s, '', 'chat', '', true, last_message_at, now()
    FROM numbered
    RETURNING *
"""
LATEST = """
    SELECT message.*, sender.username, sender.first_name, sender.last_name
    FROM chat_chatmessage message
    LEFT JOIN auth_user sender ON sender.id = message.sender_id
    WHERE message.group_id = %(group)s AND EXISTS (
        SELECT FROM chat_chatgroupuser WHERE group_id = %(group)s AND user_id = %(user)s AND left_at IS NULL
    )
    ORDER BY message.seq DESC LIMIT 50
"""
GROUPS = """
    SELECT chat.*, mine.*, last.*, chat.last_seq - mine.unread_from_seq - (
        SELECT count(*) FROM chat_chatmessage
        WHERE group_id = mine.group_id AND seq > mine.unread_from_seq AND NOT counts
    ) - (
        SELECT count(*) FROM chat_chatmessage
        WHERE group_id = mine.group_id AND sender_id = mine.user_id AND seq > mine.unread_from_seq AND counts
    ) AS unread
    FROM chat_chatgroupuser mine
    JOIN chat_chatgroup chat ON chat.id = mine.group_id AND chat.deleted_at IS NULL
    LEFT JOIN chat_chatmessage last ON last.group_id = chat.id AND last.seq = chat.last_seq
    WHERE mine.user_id = %(user)s AND mine.left_at IS NULL
    ORDER BY mine.pinned_at DESC NULLS LAST, chat.last_message_at DESC LIMIT 100
"""

Client = tuple[int, Sequence[UUID]]
"""The key of a person, and the groups in which they work in turn."""


class Floor:
    """Clients in as many processes as the servers have workers, started once."""

    def __init__(self) -> None:
        self.pool = ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn"))

    def rate(self, sql: str, clients: Sequence[Client], seconds: float) -> float:
        """Return how often per second all clients together execute ``sql``."""
        shares = [clients[number::PROCESSES] for number in range(PROCESSES)]
        return sum(self.pool.map(_rate, [sql] * PROCESSES, shares, [seconds] * PROCESSES))

    def latencies(self, sql: str, client: Client, seconds: float) -> Load:
        """Return how long ``sql`` takes for one client."""
        return self.pool.submit(_latencies, sql, client, seconds).result()


def _rate(sql: str, clients: Sequence[Client], seconds: float) -> float:
    with ThreadPoolExecutor(len(clients)) as pool:
        return sum(load.rate for load in pool.map(lambda client: _latencies(sql, client, seconds), clients))


def _latencies(sql: str, client: Client, seconds: float) -> Load:
    load = Load()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        execute: Callable[..., psycopg.Cursor[Any]] = connection.execute
        user, groups = client
        now = started = time.perf_counter()
        for group in cycle(groups):
            execute(sql, {"group": group, "user": user, "id": uuid4(), "text": TEXT}).fetchall()
            before, now = now, time.perf_counter()
            load.latencies.append(now - before)
            if now > started + seconds:
                break
        load.seconds = now - started
    return load


TEXT = "Could you have a look at the second page? I changed the dates."
