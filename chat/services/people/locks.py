"""What people forbid, and what others do to them because it was not forbidden: the two must not pass each other.

There is no row to lock, as most people have neither blocks nor settings of their own: a person is locked by a number.
"""

from collections.abc import Collection
from hashlib import sha256

from django.db import connections, router
from django.db.models import F

from chat.adapter import UserId
from chat.models import Block

_LOCK = "SELECT {}(key) FROM (SELECT unnest(%s::bigint[]) AS key ORDER BY key) AS keys"  # one order for everybody


def wishes_hold(user_ids: Collection[UserId]) -> None:
    """Keep blocks by these people, and their settings, as they are until the transaction ends; read them after this.

    For services that begin something between people. Called after locks of groups, and of connections.
    """
    _lock("pg_advisory_xact_lock_shared", user_ids)


def wishes_change(user_id: UserId) -> None:
    """Wait until nothing is under way that a block by this person, or a setting, would have forbidden.

    For services that change these: first in their transaction, before the memberships in conversations of two.
    """
    _lock("pg_advisory_xact_lock", [user_id])


def _lock(function: str, user_ids: Collection[UserId]) -> None:
    connection = connections[router.db_for_write(Block)]
    if connection.vendor != "postgresql":  # SQLite: the first write of a transaction waits for its turn
        Block.objects.filter(blocker__in=user_ids).update(reason=F("reason"))
        return
    keys = sorted({_key(user_id) for user_id in user_ids})
    with connection.cursor() as cursor:
        cursor.execute(_LOCK.format(function), [keys])


def _key(user_id: UserId) -> int:
    return int.from_bytes(sha256(f"chat.wishes:{user_id}".encode()).digest()[:8], signed=True)
