"""Databases of the benchmarks' own, on the server that ``DATABASE_URL`` names."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection


@contextmanager
def fresh_database(name: str) -> Iterator[str]:
    """Yield the address of a new, empty database, dropped afterwards."""
    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def run_sql(sql: str, **params: Any) -> None:
    """Execute one statement in Django's database."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)


def settle(table: str) -> None:
    """Bring ``table`` to what it is in a database at rest: statistics, visibility map, and indexes.

    Those are packed anew, as how full their pages are depends on the order of inserts, which here is none of real use.
    """
    run_sql(f"REINDEX TABLE {table}")
    # Where few rows are dead, VACUUM leaves their index entries alone, and with them their pages out of the map.
    run_sql("VACUUM (ANALYZE, INDEX_CLEANUP ON)")
    while not _is_visible(table):  # something else, such as an autovacuum, still saw older rows
        time.sleep(1)
        run_sql(f"VACUUM (INDEX_CLEANUP ON) {table}")
    run_sql("CHECKPOINT")


def _is_visible(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relallvisible > 0.99 * relpages FROM pg_class WHERE oid = %s::regclass", [table])
        row = cursor.fetchone()
    return bool(row and row[0])
