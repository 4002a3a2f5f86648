"""What a run does to the process and the database that it is in, beside folding."""

import gc
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.legacy import writing
from tests.legacy.memory import MemorySource

pytestmark = [pytest.mark.django_db]
Make = Callable[..., Any]


def test_garbage_is_collected_as_before_when_a_run_ends(make_user: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    source = MemorySource()
    talk = source.talk(make_user(), make_user())
    source.line(talk, None)
    before, meanwhile = gc.get_threshold(), []
    monkeypatch.setattr(source, "changed_since", lambda _time: meanwhile.append(gc.get_threshold()))
    source.fold(since=source.lines["1"].created_at)
    assert meanwhile[0][0] >= 100_000
    assert gc.get_threshold() == before
    monkeypatch.setattr(source, "messages", None)
    with pytest.raises(TypeError):
        source.fold()
    assert gc.get_threshold() == before


def test_tables_are_analyzed_whenever_they_have_doubled(make_user: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_ANALYZE_FIRST_AT", 1)
    source = MemorySource(batch_size=1)
    ada, talk = make_user(), ""
    for _ in range(10):
        talk = source.talk(ada, ada, kind="group")
        source.line(talk, ada)
    with CaptureQueriesContext(connection) as queries:
        source.fold()
    analyzed = [query["sql"] for query in queries if query["sql"].startswith("ANALYZE")]
    assert len(analyzed) == (4 if connection.vendor == "postgresql" else 0)
