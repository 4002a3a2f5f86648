"""Runs that stop in the middle: the next one ends where an undisturbed one would have ended."""

from collections.abc import Callable
from typing import Any

import pytest

from chat.legacy.folding import Folding
from chat.legacy.rows import Kind, OldMember
from chat.models import ChatGroup, LegacyRow
from tests.legacy.checksums import tables
from tests.legacy.memory import MemorySource, at, person

pytestmark = [pytest.mark.django_db]
Make = Callable[..., Any]


class Killed(Exception):
    pass


def talked(make_user: Make) -> MemorySource:
    """Return a chat with parts of large groups, cleared ones, merged ones, forwards, and what becomes nothing."""
    ada, ben, cy = make_user(), make_user(), make_user()
    source = MemorySource(batch_size=3)
    cleared = OldMember(person=person(ben), cleared_at=at(4), read_at=at(6), muted=True)
    stranger = OldMember(person=person(None))
    talks = [
        source.talk(ada, cleared, cy, kind=Kind.GROUP, name="all"),
        source.talk(ada, cy),
        source.talk(cy, ada, created_at=at(-1)),
        source.talk(stranger, ada),
        source.talk(stranger, stranger),
    ]
    for minute in range(20):
        sender = (ada, ben, cy, None, "system")[minute % 5]
        said = source.line(
            talks[minute * 7 % 5], sender, f"{minute // 6}", minutes=minute // 2, hidden_for=[person(cy)]
        )
        source.smile(said, ben if minute % 3 else None, "x")
        if minute > 6:
            source.edit(said, reply_to=str(minute - 5), forwarded_from=str(minute - 2))
    for minute in range(9):
        source.line(talks[0], (cy, ada)[minute % 2], minutes=minute)
    return source


def test_run_that_was_stopped_goes_on_where_it_was(make_user: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    source = talked(make_user)
    source.fold()
    whole = tables()
    batch = Folding.batch
    for stopped_after in range(1, 8):
        ChatGroup.objects.all().delete()
        LegacyRow.objects.all().delete()

        batches = iter(range(stopped_after))

        def stopping(folding: Folding, slices: Any, left: Any = batches) -> None:
            if next(left, None) is None:
                raise Killed
            batch(folding, slices)

        with monkeypatch.context() as patched:
            patched.setattr(Folding, "batch", stopping)
            with pytest.raises(Killed):
                source.fold()
        source.fold()
        assert tables() == whole, stopped_after
