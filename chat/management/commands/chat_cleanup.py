"""``manage.py chat_cleanup``: end the memberships of people who are gone."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from chat.management.progress import progress_end, progress_show
from chat.services.departures import departed_clean_up


class Command(BaseCommand):
    """Mend what a deletion of users behind Django's back left, such as raw SQL."""

    help = (
        "Ends the memberships of users who were deleted without Django's knowing, such as by raw SQL. "
        "It can be stopped at any time and run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """End the memberships of one person after the other, group by group."""
        gone = 0
        try:
            for gone, _user_id in enumerate(departed_clean_up(), start=1):
                progress_show(self.stderr, _outcome(gone))
        except KeyboardInterrupt as stop:
            raise CommandError(f"Stopped. {_outcome(gone)} Run it again to go on.", returncode=130) from stop
        finally:
            progress_end(self.stderr)
        self.stdout.write(_outcome(gone))


def _outcome(gone: int) -> str:
    text = ngettext(
        "Ended the memberships of %(n)d deleted account.", "Ended the memberships of %(n)d deleted accounts.", gone
    )
    return text % {"n": gone}
