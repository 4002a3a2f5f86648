"""Runs of the fold: the one entry of command and migration."""

import gc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from chat.legacy.ahead import Ahead
from chat.legacy.calls import Calls
from chat.legacy.context import Fold, Progress
from chat.legacy.folding import Batch, Folding
from chat.legacy.forwards import forwards_link
from chat.legacy.messages import Messages
from chat.legacy.models import Models
from chat.legacy.people import fold_people
from chat.legacy.planning import plan_conversations
from chat.legacy.polls.items import Polls
from chat.legacy.polls.parts import PollParts
from chat.legacy.report import Report, report_read
from chat.legacy.rest import rest_quarantine, unknown_quarantine
from chat.legacy.scratch import Scratch
from chat.legacy.source import Source
from chat.legacy.times import micros_or_none

if TYPE_CHECKING:
    from chat.legacy.targets import Items

_OBJECTS_MADE = 100_000
"""After how many new objects Python looks for circles of garbage: by default after so few that a batch, all of which
lives until it is written, is gone through again and again."""


def fold(
    source: Source,
    models: Models,
    *,
    dry_run: bool = False,
    since: datetime | None = None,
    progress: Progress | None = None,
    run_id: UUID | None = None,
    report_file: Path | None = None,
) -> Report:
    """Fold an older chat into groups keyed by user; what an earlier run folded stays, and what changed is applied.

    ``source`` says where from, ``models`` are those of today's apps or of a migration. Works in batches, each in one
    transaction that locks the groups it writes into; killed at any moment, it resumes when it is called again. With
    ``since`` only conversations are looked at in which something happened at that time or later, and what belongs to
    none waits for a run that looks at all. A dry run does it all in one transaction, and takes it back. Publishes
    nothing. The old tables are read alone.

    ``run_id`` is what ``LegacyRow`` knows the run by; a new one where it is not given. The report is also written to
    ``report_file``, with all its lists, and the id map beside it.

    Raises NamelessRows, before anything is done, where old rows have no key by which they could be accounted for.
    """
    source.require_names()
    started = timezone.now()
    with (
        Scratch() as scratch,
        Ahead(source) as ahead,
        _garbage_collected_seldom(),
        _transaction(models, undone=dry_run),
    ):
        run = Fold(source, models, scratch, ahead, run_id or uuid4(), progress or _silent)
        _fold(run, since)
        return report_read(
            source,
            models,
            run=run.run,
            started=started,
            finished=timezone.now(),
            dry_run=dry_run,
            file=report_file,
        )


def _fold(run: Fold, since: datetime | None) -> None:
    changed = None if since is None else run.source.changed_since(since)
    with closing(Polls(run)) as polls, closing(Calls(run)) as calls:
        messages = Messages(run, PollParts(run, polls.shelf))
        kinds: list[Items] = [messages, calls, polls]
        folding = Folding(run, kinds)
        _plan(run, messages, changed)
        for kind in (calls, polls):
            run.scratch.entries_add(kind.rank, kind.collect())
        run.scratch.arrange()
        calls.pair()
        run.begin_writing()
        unknown_quarantine(run, messages.rank)
        done, total = 0, run.scratch.count()
        for batch in _batches(run, messages):
            folding.batch(batch)
            run.writer.analyze()
            done += len(batch.entries)
            run.progress("messages", done, total)
        forwards_link(run, messages.table)
    fold_people(run)
    if changed is None:  # else there are rows that this run did not look at
        rest_quarantine(run)


def _batches(run: Fold, messages: Messages) -> Iterator[Batch]:
    """Yield the batches of the timeline, each knowing which messages come next."""
    waiting = None
    for slices in run.scratch.batches(run.source.options.batch_size):
        entries = run.scratch.entries_in(slices)
        if waiting is not None:
            yield waiting._replace(following=[entry.id for entry in entries if entry.rank == messages.rank])
        waiting = Batch(slices, entries)
    if waiting is not None:
        yield waiting


def _plan(run: Fold, messages: Messages, changed: set[str] | None) -> None:
    source = run.source
    count = plan_conversations(
        source.conversations(),
        people=run.people,
        ledger=run.ledger,
        scratch=run.scratch,
        source=(source.name, source.options.database),
        changed=changed,
    )
    run.progress("conversations", count, count)
    keys = source.message_keys()
    run.scratch.entries_add(
        messages.rank, ((key.conversation, key.old_id, micros_or_none(key.created_at)) for key in keys)
    )


@contextmanager
def _transaction(models: Models, *, undone: bool) -> Iterator[None]:
    """Hold everything in one transaction that is undone in the end, or let each batch have its own."""
    if not undone:
        yield
        return
    with transaction.atomic(using=models.database):
        yield
        transaction.set_rollback(True, using=models.database)


@contextmanager
def _garbage_collected_seldom() -> Iterator[None]:
    """Spare Python a third of its time. Holds for the whole process, as long as the fold lasts."""
    before = gc.get_threshold()
    gc.set_threshold(before[0] and max(before[0], _OBJECTS_MADE), *before[1:])  # 0: it is switched off
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _silent(_phase: str, _done: int, _total: int) -> None:
    """Tell nobody."""
