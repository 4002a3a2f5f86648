"""Long jobs: taken up by one worker at a time, done step by step, taken up again after they were cut off."""

import logging
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from django.db import router, transaction

from chat.models import DataExport, Erasure
from chat.models.safety.jobs import JobQuerySet
from chat.signals import jobs_waiting

logger = logging.getLogger(__name__)

J = TypeVar("J", DataExport, Erasure)


def jobs_announce() -> None:
    """Tell whoever runs long jobs, once the transaction has committed, that there is one. For services only."""
    transaction.on_commit(partial(jobs_waiting.send_robust, sender=None), using=router.db_for_write(Erasure))


def jobs_run(rows: JobQuerySet[J], work: Callable[[J], Iterator[int]]) -> Iterator[int]:
    """Do ``work`` for each job that is due and that no other worker has, and yield what it yields. For services only.

    One that is stopped in between is left to any worker; one that fails is logged, and rests until its lease is over.
    """
    for job in rows.due():
        if rows.claim(job):
            yield from _worked(rows, job, work)


def _worked(rows: JobQuerySet[J], job: J, work: Callable[[J], Iterator[int]]) -> Iterator[int]:
    try:
        for number in work(job):
            rows.note_done(job, number)
            yield number
    except GeneratorExit:
        rows.release(job)
        raise
    except Exception:
        logger.exception("The job %s could not be finished; it will be tried again.", job.pk)
