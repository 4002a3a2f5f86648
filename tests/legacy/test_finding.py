"""From the id that something had to what became of it, for code of the host."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from chat.legacy.finding import new_ids, new_object
from chat.models import ChatGroup, ChatMessage, LegacyRow
from tests.legacy.memory import MemorySource

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(make_user: Callable[..., Any]) -> MemorySource:
    ada, ben = make_user("ada"), make_user("ben")
    source = MemorySource()
    for text in ("one", "two"):
        source.line(source.talk(ada, ben), ada, text)
    source.line(source.talk(None), None, "to nobody")
    source.fold()
    return source


def test_row_leads_to_what_it_became_or_went_into(source: MemorySource) -> None:
    group = ChatGroup.objects.get()

    assert new_object("memory", "talks", 1) == group
    assert new_object("memory", "talks", "2") == group
    assert new_object("memory", "lines", "1") == ChatMessage.objects.get(message_text="one")
    assert new_object("memory", "seats", ("1-0",)) == group


def test_row_that_became_nothing_leads_nowhere(source: MemorySource) -> None:
    assert LegacyRow.objects.get(table="talks", old_id="3").outcome == "quarantined"
    assert new_object("memory", "talks", "3") is None
    assert new_object("memory", "talks", "4") is None
    assert new_object("hazo2", "talks", "1") is None
    assert new_object("memory", "talks", "1", database="other") is None


def test_row_whose_new_one_is_gone_leads_nowhere(source: MemorySource) -> None:
    ChatGroup.objects.all().delete()

    assert new_object("memory", "talks", "1") is None


def test_first_database_by_name_counts_unless_one_is_asked_for(source: MemorySource) -> None:
    first = LegacyRow.objects.get(table="talks", old_id="1")
    LegacyRow.objects.create(
        **{name: getattr(first, name) for name in ("source", "table", "old_id", "outcome", "new_model", "run")},
        database="archive",
        new_id=str(uuid4()),
        fingerprint="x",
    )

    assert new_object("memory", "talks", "1") is None
    assert new_object("memory", "talks", "1", database="default") == ChatGroup.objects.get()
    assert new_ids("memory", "talks", [1]) != {"1": first.new_id}
    assert new_ids("memory", "talks", [1], database="default") == {"1": first.new_id}


def test_many_are_found_in_one_statement(source: MemorySource, django_assert_num_queries: Callable[..., Any]) -> None:
    group = str(ChatGroup.objects.get().pk)
    with django_assert_num_queries(1):
        assert new_ids("memory", "talks", [1, "2", 3, 4]) == {"1": group, "2": group}
