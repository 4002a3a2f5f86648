"""Building exports, one after the other."""

from collections.abc import Iterable, Iterator
from itertools import chain
from operator import attrgetter
from tempfile import TemporaryFile

from django.utils import timezone
from django.utils.translation import gettext as _

from chat.adapter import UserId, get_adapter
from chat.exports.archive import Archive, json_list, json_object
from chat.exports.own import own_lists
from chat.exports.pages import file_path, page_html, page_json, render, title_of
from chat.exports.sources import Source, conversations, in_pages, written_elsewhere
from chat.models import DataExport
from chat.serializers.wire import profile_json
from chat.services.duty.exports import export_keep
from chat.services.duty.jobs import jobs_run

ELSEWHERE = "elsewhere"
"""The page of what is in no conversation that the person is in."""


def exports_build() -> Iterator[int]:
    """Build the exports that people wait for; yield how many messages were written after each step.

    One that is stopped is begun anew. Nothing is locked meanwhile. Who may: the worker and the site's operator
    (management command).
    """
    yield from jobs_run(DataExport.objects.all(), _build)


def _build(export: DataExport) -> Iterator[int]:
    DataExport.objects.filter(pk=export.pk).update(done_count=0, total_count=_total(export.user_id))
    with TemporaryFile() as file:
        with Archive(file) as archive:
            yield from Exporter(archive, export.user_id).write()
        export_keep(export, file)


def _total(user_id: UserId) -> int:
    return sum(source.messages.count() for source in (*conversations(user_id), *written_elsewhere(user_id)))


class Exporter:
    """Writes one person's data into an archive."""

    def __init__(self, archive: Archive, user_id: UserId) -> None:
        self.archive = archive
        self.user_id = user_id
        self.links: list[dict[str, str]] = []

    def write(self) -> Iterator[int]:
        """Write everything; yield how many messages after each page of them, and 0 after each file."""
        for source in conversations(self.user_id):
            yield from self._pages(str(source.membership.group_id), title_of(source.membership), [source])
        yield from self._pages(ELSEWHERE, _("What I wrote elsewhere"), written_elsewhere(self.user_id))
        for sources in (conversations, written_elsewhere):
            for source in sources(self.user_id):
                yield from self._files(source)
        self._profile()
        self.archive.add("index.html", render("index", links=self.links, at=timezone.now()))

    def _pages(self, name: str, title: str, sources: Iterable[Source]) -> Iterator[int]:
        """Write one page for people and one for programs, side by side: from one read of each message."""
        path = f"conversations/{name}"
        with TemporaryFile() as page:
            page.write(render("begin", title=title).encode())
            with self.archive.text(f"{path}.json") as out, json_list(out, {"title": title}, "messages") as items:
                for rows in chain.from_iterable(source.pages() for source in sources):
                    messages = page_json(rows, self.user_id)
                    items.add(messages)
                    page.write(page_html(rows, messages).encode())
                    yield len(rows)
            page.write(render("end").encode())
            page.seek(0)
            self.archive.copy(f"{path}.html", page)
        self.links.append({"title": title, "path": f"{path}.html"})

    def _files(self, source: Source) -> Iterator[int]:
        for row in chain.from_iterable(in_pages(source.files(), "pk", attrgetter("pk"))):
            self.archive.stored(file_path(row.pk, row.name), row.file)
            yield 0

    def _profile(self) -> None:
        profile = get_adapter().profiles({self.user_id})[self.user_id]
        with self.archive.text("profile.json") as out:
            json_object(out, {"profile": profile_json(profile)}, own_lists(self.user_id))
