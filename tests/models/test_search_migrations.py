"""What the migrations of search do to a database with messages, there and back."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from chat.models import Search, SearchEntry, SearchProgress, messages_search
from tests.services.worlds import quietly, small_group

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has entries"),
]


def test_entries_of_old_messages_are_written_in_batches_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    filling = import_module("chat.migrations.0005_fill_search")
    monkeypatch.setattr(filling, "BATCH", 2)
    with quietly():
        world, owner, _ = small_group()
    for number in range(7):
        world.say(owner, f"needle {number}")
    for _ in range(2):
        with connection.schema_editor() as editor:
            filling.fill(apps, editor)
        texts = SearchEntry.objects.order_by("message__seq").values_list("search_text", flat=True)
        assert list(texts) == [f"needle {number}" for number in range(7)]
    assert SearchProgress.objects.get().seq == 7


def test_functions_and_triggers_go_and_come_back() -> None:
    installing = import_module("chat.migrations.0004_search")
    with quietly():
        world, owner, _ = small_group()
    with connection.schema_editor() as editor:
        installing.remove(apps, editor)
        SearchProgress.objects.all().delete()
        installing.install(apps, editor)
    world.say(owner, "needle")
    assert SearchProgress.objects.get().group == world.group
    assert len(messages_search(Search(owner, "needle"), limit=5).messages) == 1
