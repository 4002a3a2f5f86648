"""``manage.py chat_worker``: do what is to be done regularly, until it is told to stop."""

import logging
import signal
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from chat.exports.building import exports_build
from chat.services.calls import calls_expire
from chat.services.duty.erasures import erasures_run
from chat.services.duty.exports import exports_expire
from chat.services.expiry import messages_expire
from chat.services.files import dropped_files_remove
from chat.services.scheduled_sending import scheduled_send_due
from chat.services.search_entries import search_entries_fill
from chat.services.support.attendance import attendance_forget
from chat.services.support.serving import staff_review
from chat.services.support.statuses import requests_wake
from chat.services.tombstones import tombstones_purge
from chat.services.uploads import uploads_expire

logger = logging.getLogger(__name__)

JOBS: Mapping[str, Callable[[], Iterator[object]]] = {
    "scheduled messages": scheduled_send_due,
    "calls that nobody answered or ended": calls_expire,
    "snoozed requests": requests_wake,
    "messages that disappear": messages_expire,
    "deleted messages to purge": tombstones_purge,
    "uploads that were not sent": uploads_expire,
    "files to remove": dropped_files_remove,
    "who looked at requests": attendance_forget,
    "staff who are staff no more": staff_review,
    "messages for search": search_entries_fill,
    "of people to erase": erasures_run,
    "messages for exports": exports_build,
    "exports to remove": exports_expire,
}
"""What is done in each round, in small transactions. Each may run several times at once, on several machines."""


class Command(BaseCommand):
    """Send what was scheduled, let messages disappear, purge, clear away, index; round after round."""

    help = (
        "Sends scheduled messages, ends calls that rang too long, lets messages disappear, removes deleted texts, "
        "unsent uploads and given-up files, has search know new messages, erases people and builds exports. "
        "Runs until it gets SIGTERM or SIGINT, and then ends after the step it is in. Any number may run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how often, and whether only once."""
        parser.add_argument("--once", action="store_true", help="do one round and end; for cron")
        parser.add_argument(
            "--every", type=_seconds, default=5.0, metavar="SECONDS", help="from one round to the next (default: 5)"
        )

    def handle(self, *args: Any, once: bool, every: float, **options: Any) -> None:
        """Do rounds until told to stop. What fails is logged, and no reason to end."""
        with _stopping() as stop:
            while not stop.is_set():
                self._round(stop)
                if once:
                    return
                close_old_connections()  # as at the end of a request: one that broke must not stay
                stop.wait(every)

    def _round(self, stop: Event) -> None:
        for name, job in JOBS.items():
            if stop.is_set():
                return
            done = 0
            try:
                for step in job():
                    done += step if isinstance(step, int) else 1
                    if stop.is_set():
                        break
            except Exception:
                logger.exception("The worker could not finish: %s. It goes on.", name)
            if done:
                self.stdout.write(f"{timezone.localtime():%Y-%m-%d %H:%M:%S} {name}: {done}")
                self.stdout.flush()


@contextmanager
def _stopping() -> Iterator[Event]:
    """Yield what is set once the process is asked to end."""
    stop = Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        raise ArgumentTypeError("must be a number of seconds above 0")
    return seconds
