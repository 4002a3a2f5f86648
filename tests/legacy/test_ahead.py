"""Old messages that are read while the batch before is written."""

from collections.abc import Callable, Iterator, Sequence
from threading import Thread, current_thread, main_thread
from typing import Any

import pytest
from django.db import connection, connections

from chat.legacy.rows import OldMessage
from chat.models import ChatMessage
from tests.legacy.memory import MemorySource

Make = Callable[..., Any]


class Broken(Exception):
    pass


class WatchedSource(MemorySource):
    """Notes which thread reads messages, over which connection."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.readers: list[Thread] = []
        self.used: list[Any] = []
        self.broken = False

    def messages(self, old_ids: Sequence[str]) -> Iterator[OldMessage]:
        if self.broken:
            raise Broken
        self.readers.append(current_thread())
        self.used.append(connections["default"])
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
        return super().messages(old_ids)


def told(make_user: Make) -> WatchedSource:
    source = WatchedSource(batch_size=2)
    ada, ben = make_user(), make_user()
    for _ in range(3):
        talk = source.talk(ada, ben, kind="group")
        for text in "abc":
            source.smile(source.line(talk, ada, text), ben, "x")
    return source


@pytest.mark.django_db(transaction=True)
def test_another_thread_reads_where_that_keeps_nobody_waiting(make_user: Make) -> None:
    source = told(make_user)
    source.fold()
    assert ChatMessage.objects.filter(metadata__reactions__isnull=False).count() == 9
    assert len(source.readers) == 5
    if connection.features.has_select_for_update:
        assert [thread.is_alive() for thread in source.readers] == [True, False, False, False, False]
        assert {each.connection for each in source.used[1:]} == {None}
    else:
        assert set(source.readers) == {main_thread()}
    source.broken = True
    with pytest.raises(Broken):
        source.fold()


@pytest.mark.django_db
def test_within_a_transaction_no_other_thread_reads(make_user: Make) -> None:
    source = told(make_user)
    source.fold()
    assert set(source.readers) == {main_thread()}
    assert ChatMessage.objects.count() == 9
