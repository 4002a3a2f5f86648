"""``manage.py chat_purge``: remove the text of deleted messages for good, and files that nobody needs."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from chat.management.progress import progress_end, progress_show
from chat.services.files import dropped_files_remove
from chat.services.tombstones import tombstones_purge
from chat.services.uploads import uploads_expire


class Command(BaseCommand):
    """Empty tombstones whose undo window is over, remove uploads that were not sent. Run it such as every hour."""

    help = (
        "Removes the text and files of deleted messages that can no longer be restored (setting UNDO_WINDOW), and "
        "uploads that were not sent in time (UPLOAD_LIFETIME). "
        "It can be stopped at any time and run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the size of a batch."""
        parser.add_argument(
            "--batch-size",
            type=_positive,
            default=500,
            help="most messages in one transaction, during which their conversation is locked (default: 500)",
        )

    def handle(self, *args: Any, batch_size: int, **options: Any) -> None:
        """Purge batch by batch, each in a transaction of its own."""
        purged = 0
        try:
            for count in tombstones_purge(batch_size=batch_size):
                purged += count
                progress_show(self.stderr, _outcome(purged))
        except KeyboardInterrupt as stop:
            raise CommandError(f"Stopped. {_outcome(purged)} Run it again to go on.", returncode=130) from stop
        finally:
            progress_end(self.stderr)
        self.stdout.write(_outcome(purged))
        if removed := sum(1 for _ in dropped_files_remove()) + sum(uploads_expire()):
            self.stdout.write(_removed(removed))


def _outcome(purged: int) -> str:
    text = ngettext("Removed the text of %(n)d message.", "Removed the text of %(n)d messages.", purged)
    return text % {"n": purged}


def _removed(files: int) -> str:
    return ngettext("Removed %(n)d file that nobody needs.", "Removed %(n)d files that nobody needs.", files) % {
        "n": files
    }


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise ArgumentTypeError("must be a whole number above 0")
    return int(text)
