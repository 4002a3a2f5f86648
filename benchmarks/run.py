"""Measure flat cost and speed, print both, and exit 1 where a gate fails: ``python -m benchmarks.run [--quick]``."""

import argparse
import os
import sys

import django
from django.core.management import call_command
from django.db import connections

from benchmarks.database import fresh_database


def main() -> int:
    """Run the command line's parts and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows and three rounds")
    parser.add_argument("--rounds", type=int, help="how many rounds of speed and search, instead of 15")
    parser.add_argument("--part", choices=["flat", "search", "speed", "fold"], help="only this one")
    arguments = parser.parse_args()
    with fresh_database("chat_benchmarks") as url:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "benchmarks.hosts.chat_host", "DATABASE_URL": url}
        django.setup()
        call_command("migrate", verbosity=0)
        passed = _measure(arguments.part, arguments.rounds, quick=arguments.quick)
        connections.close_all()
    print("\nEvery gate holds." if passed else "\nA gate fails.")
    return 0 if passed else 1


def _measure(part: str | None, rounds: int | None, *, quick: bool) -> bool:
    from benchmarks import flat, fold, search, speed  # noqa: PLC0415 (models come after settings)

    passed = True
    rounds = rounds or (5 if quick else 15)
    if part in {None, "flat"}:
        passed = flat.run(many=100_000 if quick else 1_000_000)
        call_command("flush", verbosity=0, interactive=False)
    if part in {None, "search"}:
        passed &= search.run(many=100_000 if quick else 1_000_000, rounds=rounds)
        call_command("flush", verbosity=0, interactive=False)
    if part in {None, "speed"}:
        passed &= speed.run(rounds=rounds)
        call_command("flush", verbosity=0, interactive=False)
    if part in {None, "fold"}:
        passed &= fold.run(many=100_000 if quick else 1_000_000)
    return passed


if __name__ == "__main__":
    sys.exit(main())
