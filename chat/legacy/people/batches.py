"""Writing in batches, each in one transaction with what ``LegacyRow`` says of it."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeVar

from django.db import transaction

from chat.legacy.context import Fold

T = TypeVar("T")


def write_in_batches(fold: Fold, phase: str, things: Iterable[T], write: Callable[[list[T]], None]) -> None:
    """Call ``write`` with as many things at a time as the options say, and write what it gave the ledger."""
    remaining, done = iter(things), 0
    while some := list(islice(remaining, fold.source.options.batch_size)):
        with transaction.atomic(using=fold.models.database):
            fold.begin_writing()
            write(some)
            fold.ledger.prepare()
            fold.writer.flush()
        done += len(some)
        fold.progress(phase, done, done)
