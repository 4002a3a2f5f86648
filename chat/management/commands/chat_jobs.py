"""``manage.py chat_jobs``: erase who is to be erased, and build the exports that people wait for."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Sum

from chat.exports.building import exports_build
from chat.management.progress import progress_end, progress_show
from chat.models import DataExport, Erasure
from chat.services.duty.erasures import erasures_run
from chat.services.duty.exports import exports_expire


class Command(BaseCommand):
    """Do the long jobs, for a site without a worker. Run it such as every few minutes."""

    help = (
        "Erases the people who are to be erased, builds the exports that people wait for, and removes old ones. "
        "It can be stopped at any time and run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one job after the other, and show how far it is."""
        try:
            for _step in self._steps():
                progress_show(self.stderr, self._progress())
        except KeyboardInterrupt as stop:
            raise CommandError("Stopped. Run it again to go on.", returncode=130) from stop
        finally:
            progress_end(self.stderr)
        waiting = Erasure.objects.open().count() + DataExport.objects.open().count()
        self.stdout.write(f"{waiting} still to do." if waiting else "All is done.")

    def _steps(self) -> Iterator[object]:
        yield from erasures_run()
        yield from exports_build()
        yield from exports_expire()

    def _progress(self) -> str:
        done = total = 0
        for rows in (Erasure.objects.open(), DataExport.objects.open()):
            counts = rows.aggregate(done=Sum("done_count", default=0), total=Sum("total_count", default=0))
            done, total = done + counts["done"], total + counts["total"]
        return f"{done} of {total}"
