"""The fold: how long it takes against a bare INSERT … SELECT of the same rows, and whether its memory is bounded.

Each fold runs in a process of its own, which tells its highest memory when it is done.
"""

import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass

from django.core.management import call_command
from django.db import connections

from benchmarks.database import run_sql

SMALLER = 10
"""How many times fewer messages the memory is compared with."""
MEMORY = 1.2
TIME_AIM = 3


@dataclass(frozen=True)
class Folded:
    """What one fold took: seconds, and megabytes at its highest."""

    seconds: float
    megabytes: float


def run(many: int) -> bool:
    """Print what folding ``many`` messages takes, and a tenth of them; return whether the gate of memory holds."""
    small, _ = _measure(many // SMALLER)
    large, bare = _measure(many)
    memory, ratio = large.megabytes / small.megabytes, large.seconds / bare
    print(f"\nFold: {many:,} messages in {many // 20:,} conversations, an older chat in the same database")
    print(f"fold, seconds                                {large.seconds:10.1f}")
    print(f"bare INSERT … SELECT of the messages, seconds {bare:9.1f}")
    print(f"fold / bare                                  {ratio:10.2f}  (aim {TIME_AIM})")
    print(f"memory, MB, {many // SMALLER:>9,} messages              {small.megabytes:10.0f}")
    print(f"memory, MB, {many:>9,} messages              {large.megabytes:10.0f}")
    passed = memory <= MEMORY
    verdict = "ok" if passed else "TOO MUCH"
    print(f"memory, ratio                                {memory:10.2f}  at most {MEMORY}  {verdict}")
    return passed


def _measure(messages: int) -> tuple[Folded, float]:
    """Return what folding took, and the seconds of a bare insert of what it wrote into the table of messages."""
    from benchmarks import old_chat  # noqa: PLC0415 (models come after settings)

    old_chat.create_tables()
    old_chat.fill(messages)
    run_sql("CHECKPOINT")
    connections.close_all()
    child = subprocess.run([sys.executable, "-m", "benchmarks.fold"], check=True, stdout=subprocess.PIPE, text=True)
    folded = Folded(**json.loads(child.stdout.splitlines()[-1]))
    bare = _bare_insert()
    old_chat.drop_tables()
    call_command("flush", verbosity=0, interactive=False)
    return folded, bare


def _bare_insert() -> float:
    """Return how long PostgreSQL takes to write the same messages into the same, empty table by one statement."""
    run_sql("CREATE TABLE same_messages AS SELECT * FROM chat_chatmessage ORDER BY group_id, seq")
    run_sql("TRUNCATE chat_chatmessage CASCADE")
    run_sql("CHECKPOINT")
    started = time.perf_counter()
    run_sql("INSERT INTO chat_chatmessage SELECT * FROM same_messages")
    seconds = time.perf_counter() - started
    run_sql("DROP TABLE same_messages")
    return seconds


def main() -> None:
    """Fold what is in the database that the environment names, and print what it took as JSON."""
    import django  # noqa: PLC0415 (this part is a process of its own)

    django.setup()
    from django.apps import apps  # noqa: PLC0415 (models come after settings)

    from chat.legacy.models import Models  # noqa: PLC0415
    from chat.legacy.run import fold  # noqa: PLC0415
    from chat.legacy.source import Options  # noqa: PLC0415
    from chat.legacy.sources.astegni import Astegni  # noqa: PLC0415

    started = time.perf_counter()
    fold(Astegni(Options()), Models(apps))
    seconds = time.perf_counter() - started
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": highest}))


if __name__ == "__main__":
    main()
