"""``manage.py chat_fold``: bring an older chat over, with every row accounted for."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, router

from chat.legacy.models import Models
from chat.legacy.registry import BUILT_IN, WrongOption, missing_of, options_read, sources_known
from chat.legacy.run import fold
from chat.legacy.source import BATCH_SIZE, NamelessRows, Source
from chat.legacy.telling import report_told, touched_told, undone_told
from chat.legacy.touched import Touched
from chat.legacy.undoing import undo
from chat.legacy.verifying import verify
from chat.management.progress import ProgressBar
from chat.models import LegacyRow

FOLDING = ("dry_run", "report", "since")
"""Options that only a fold has."""
BESIDE = (
    "Something wrote what this fold was about to write: most likely a second fold of the same source. Nothing is lost. "
    "Let only one run, and run it again: it goes on where they stopped."
)


class Command(BaseCommand):
    """Fold, verify, or undo."""

    help = (
        "Folds an older chat into groups keyed by user, and reports what became of every row. The old tables are only "
        "read. It can be stopped at any time and run again, also to bring over what was written meanwhile. See "
        "docs/folding.md."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to fold, and how."""
        parser.add_argument("source", help=f"{', '.join(BUILT_IN)}, or one of the setting FOLD_SOURCES")
        parser.add_argument("--dry-run", action="store_true", help="report what a run would do, and write nothing")
        parser.add_argument("--database", metavar="ALIAS", default="default", help="where the old tables are")
        parser.add_argument(
            "--batch-size",
            type=_positive,
            default=BATCH_SIZE,
            metavar="ROWS",
            help=f"about how many old rows go in one transaction (default: {BATCH_SIZE})",
        )
        parser.add_argument(
            "--report", type=Path, metavar="FILE", help="write the report as JSON there, and the map of ids beside it"
        )
        parser.add_argument("--since", metavar="TIME", help="look only where something happened at that time or later")
        parser.add_argument("--timezone", metavar="ZONE", default="UTC", help="what times without a zone mean")
        parser.add_argument("--call-timezone", metavar="ZONE", default="UTC", help="the same, of calls")
        parser.add_argument(
            "--call-shift",
            type=int,
            action="append",
            default=[],
            metavar="MINUTES",
            help="how far the two clocks of a call may be apart; can be given several times",
        )
        parser.add_argument("--verify", action="store_true", help="compare old and new; exit 1 where they differ")
        parser.add_argument("--undo", action="store_true", help="remove what was folded, and nothing else")
        parser.add_argument(
            "--keep-touched", action="store_true", help="with --undo: leave groups in which people have written since"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is asked for. Raises CommandError for what cannot be, and where --verify finds a difference."""
        _require_fitting(options)
        source = _source(options)
        models = Models(apps, router.db_for_write(LegacyRow))
        bar = ProgressBar(self.stderr)
        with _stoppable(bar):
            if options["verify"]:
                self._verify(source, models, bar)
            elif options["undo"]:
                self._undo(source, models, bar, keep_touched=options["keep_touched"])
            else:
                self._fold(source, models, bar, options)

    def _fold(self, source: Source, models: Models, bar: ProgressBar, options: Mapping[str, Any]) -> None:
        file: Path | None = options["report"]
        since = _time(options["since"], source)
        _require_found(source)
        if file is not None:
            _require_writable(file)
        try:
            report = fold(source, models, dry_run=options["dry_run"], since=since, progress=bar, report_file=file)
        except NamelessRows as error:
            raise CommandError(str(error)) from error
        except IntegrityError as error:
            raise CommandError(f"{BESIDE} The database said: {error}") from error
        bar.end()
        for line in report_told(report):
            self.stdout.write(line)

    def _verify(self, source: Source, models: Models, bar: ProgressBar) -> None:
        _require_found(source)
        differences = verify(source, models, progress=bar)
        bar.end()
        for difference in differences:
            self.stdout.write(str(difference))
        if differences:
            raise CommandError(f"Old and new differ in {len(differences)} points.", returncode=1)
        self.stdout.write("Every row is accounted for, and everybody sees what they saw.")

    def _undo(self, source: Source, models: Models, bar: ProgressBar, *, keep_touched: bool) -> None:
        try:
            undone = undo(source, models, keep_touched=keep_touched, progress=bar)
        except Touched as touched:
            bar.end()
            for line in touched_told(touched.groups):
                self.stdout.write(line)
            raise CommandError("Nothing was undone. With --keep-touched these stay.") from touched
        bar.end()
        for line in undone_told(undone):
            self.stdout.write(line)


def _require_fitting(options: Mapping[str, Any]) -> None:
    """Raise CommandError where options do not go together."""
    if options["verify"] and options["undo"]:
        raise CommandError("--verify and --undo are two things: ask for one.")
    if options["keep_touched"] and not options["undo"]:
        raise CommandError("--keep-touched is for --undo.")
    other = "--verify" if options["verify"] else "--undo" if options["undo"] else ""
    for name in FOLDING:
        if other and options[name]:
            raise CommandError(f"--{name.replace('_', '-')} does not go with {other}.")


def _source(options: Mapping[str, Any]) -> Source:
    try:
        known = sources_known()
        if options["source"] not in known:
            raise CommandError(f"There is no source {options['source']!r}, only: {', '.join(known)}.")
        told = {name: options[name] for name in ("database", "batch_size", "timezone", "call_timezone")}
        return known[options["source"]](options_read(told | {"call_shifts": options["call_shift"]}))
    except (WrongOption, ImportError) as error:
        raise CommandError(str(error)) from error


def _require_found(source: Source) -> None:
    if missing := missing_of(source):
        raise CommandError(missing)


def _require_writable(file: Path) -> None:
    """Raise CommandError where the report could not be written after all the work."""
    try:
        file.open("a").close()
    except OSError as error:
        raise CommandError(f"The report cannot be written: {error}") from error


def _time(raw: str | None, source: Source) -> datetime | None:
    if raw is None:
        return None
    time = source.time(raw)
    if time is None:
        raise CommandError(f"--since {raw!r} is no time: write one such as 2026-11-28T14:00 or 2026-11-28T14:00+03:00.")
    return time


@contextmanager
def _stoppable(bar: ProgressBar) -> Iterator[None]:
    """Let the command be stopped, and take the bar away whatever happens."""
    try:
        yield
    except KeyboardInterrupt as stop:
        raise CommandError("Stopped. Run it again to go on.", returncode=130) from stop
    finally:
        bar.end()


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise ArgumentTypeError("must be a whole number above 0")
    return int(text)
