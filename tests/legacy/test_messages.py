"""Messages that become messages: order, numbers, what they keep, and what every old row became."""

from collections.abc import Callable
from typing import Any

import pytest

from chat.models import ChatGroup, ChatGroupUser, ChatMessage, LegacyRow
from tests.legacy.memory import MemorySource, at

pytestmark = [pytest.mark.django_db]
Make = Callable[..., Any]


def outcomes(source: MemorySource) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for table, outcome in LegacyRow.objects.filter(source=source.name).values_list("table", "outcome"):
        counts = found.setdefault(table, {})
        counts[outcome] = counts.get(outcome, 0) + 1
    return found


def test_direct_becomes_a_peer_group_of_its_two_people(make_user: Make) -> None:
    ada, ben = make_user(), make_user()
    source = MemorySource()
    talk = source.talk(ada, ben)
    source.line(talk, ada, "one")
    source.line(talk, ben, "two")
    source.line(talk, ben, "three", minutes=3)
    source.line(talk, ada, "four", minutes=3)
    source.fold()
    group = ChatGroup.objects.get()
    assert (group.group_type, group.last_seq, group.version, group.name) == ("peer", 4, 6, None)
    assert {(seat.user, seat.role) for seat in group.memberships.all()} == {(ada, "owner"), (ben, "member")}
    rows = list(ChatMessage.objects.order_by("seq"))
    assert [(row.seq, row.message_text, row.sender) for row in rows] == [
        (1, "one", ada),
        (2, "two", ben),
        (3, "three", ben),
        (4, "four", ada),
    ]
    assert [row.created_at for row in rows[:3]] == [at(1), at(2), at(3)]
    assert rows[3].sent_at == at(3)
    assert rows[3].created_at > at(3)
    assert group.last_message_at == rows[3].created_at
    assert outcomes(source) == {"talks": {"kept": 1}, "seats": {"kept": 2}, "lines": {"kept": 4}}


def test_second_run_changes_nothing(make_user: Make) -> None:
    ada, ben = make_user(), make_user()
    source = MemorySource(batch_size=2)
    talk = source.talk(ada, ben)
    for text in "abcde":
        source.line(talk, ada, text)
    source.fold()
    before = [
        list(model.objects.order_by("pk").values()) for model in (ChatGroup, ChatGroupUser, ChatMessage, LegacyRow)
    ]
    assert ChatGroup.objects.get().last_seq == 5
    source.fold()
    after = [
        list(model.objects.order_by("pk").values()) for model in (ChatGroup, ChatGroupUser, ChatMessage, LegacyRow)
    ]
    assert after == before


def test_dry_run_leaves_nothing(make_user: Make) -> None:
    source = MemorySource()
    source.line(source.talk(make_user(), make_user()), None)
    source.fold(dry_run=True)
    assert not ChatGroup.objects.exists()
    assert not LegacyRow.objects.exists()
