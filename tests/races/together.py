"""Run things at the same time, each on a database connection of its own."""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

from django.db import connection, connections, transaction

TIMEOUT = 600
"""Seconds after which something waits for ever."""


def together(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start all ``calls`` at one moment; return their results, or the exceptions they raised, in their order."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(TIMEOUT)
            return call()
        except Exception as error:  # noqa: BLE001 (the test judges)
            return error
        finally:
            connections.close_all()

    with _eager_threads(), ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(TIMEOUT) for future in [pool.submit(run, call) for call in calls]]


def succeeded(results: Sequence[Any]) -> list[Any]:
    """Return ``results``; raise the first exception among them."""
    for result in results:
        if isinstance(result, Exception):
            raise result
    return list(results)


@contextmanager
def while_held(
    hold: Callable[[], Any], *waiting: Callable[[], Any], then: Callable[[], Any] = lambda: None
) -> Iterator[list[Any]]:
    """Run ``hold`` in an open transaction until all of ``waiting`` wait for its locks; run ``then``, and commit.

    Yields the list that then holds the results of ``waiting``, or the exceptions they raised.
    """
    results: list[Any] = []
    with ThreadPoolExecutor(len(waiting)) as pool:
        with transaction.atomic():
            hold()
            futures = [pool.submit(_closing, call) for call in waiting]
            _until_waiting(len(waiting))
            then()
        results += [future.result(TIMEOUT) for future in futures]
    yield results


@contextmanager
def _eager_threads() -> Iterator[None]:
    """Let threads take turns often: more of them meet, and none waits long for Python after the database answered."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(0.0002)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _closing(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except Exception as error:  # noqa: BLE001 (the test judges)
        return error
    finally:
        connections.close_all()


def _until_waiting(number: int) -> None:
    """Return when so many other connections wait for a lock (PostgreSQL)."""
    with connection.cursor() as cursor:
        for _ in range(TIMEOUT * 100):
            cursor.execute(
                "SELECT count(*), pg_sleep(0.01) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] >= number:
                return
            cursor.execute("SELECT pg_stat_clear_snapshot()")
    raise TimeoutError("nobody waits")
