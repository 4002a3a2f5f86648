"""``manage.py chat_retain``: remove the content of messages that are older than they may be."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from chat.management.progress import progress_end, progress_show
from chat.services.duty.retention import messages_retire


class Command(BaseCommand):
    """Hold to the setting RETENTION. Run it once a day."""

    help = (
        "Removes the content of messages older than the setting RETENTION allows, by type of group. "
        "It can be stopped at any time and run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the groups, batch by batch."""
        retired = 0
        try:
            for count in messages_retire():
                retired += count
                progress_show(self.stderr, _outcome(retired))
        except KeyboardInterrupt as stop:
            raise CommandError(f"Stopped. {_outcome(retired)} Run it again to go on.", returncode=130) from stop
        finally:
            progress_end(self.stderr)
        self.stdout.write(_outcome(retired))


def _outcome(retired: int) -> str:
    text = ngettext("Removed the content of %(n)d old message.", "Removed the content of %(n)d old messages.", retired)
    return text % {"n": retired}
