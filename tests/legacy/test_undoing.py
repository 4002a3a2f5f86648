"""Undoing removes what a fold made, and nothing else; where people have written since, it asks first."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps

from chat.legacy.models import Models
from chat.legacy.rows import Kind, OldMember
from chat.legacy.touched import Touched
from chat.legacy.undoing import Undone, undo
from chat.models import ChatGroup, ChatGroupUser, ChatMessage, LegacyRow, ReadMark, SearchProgress
from chat.services.drafts import draft_set
from chat.services.groups import group_start, peer_start
from chat.services.members import member_add
from chat.services.messages import message_send
from chat.services.pins import message_pin
from chat.services.reactions import reaction_add
from chat.services.reads import read_advance
from chat.services.safety.reports import message_report
from chat.services.states import state_set
from chat.services.tombstones import message_delete
from tests.legacy.checksums import tables
from tests.legacy.memory import MemorySource, message_of, person, row_of

pytestmark = [pytest.mark.django_db]
Make = Callable[..., Any]


def take_back(source: MemorySource, **options: Any) -> Undone:
    return undo(source, Models(apps), **options)


@pytest.fixture
def ada(make_user: Make) -> Any:
    return make_user()


@pytest.fixture
def ben(make_user: Make) -> Any:
    return make_user()


@pytest.fixture
def source(ada: Any, ben: Any) -> MemorySource:
    """Hold a direct of Ada and Ben, and a group of Ben and Ada, with all that can hang on messages."""
    source = MemorySource(batch_size=2)
    direct = source.talk(ada, ben)
    first = source.line(direct, ada)
    source.line(direct, ben, reply_to=first, hidden_for=[person(ada)])
    source.smile(first, ben, "👍")
    source.pin("2", ben, 8)
    owner = OldMember(person=person(ben), role="owner")
    group = source.talk(owner, ada, kind=Kind.GROUP)
    source.line(group, ben, forwarded_from=first, original_text="before", edited_at=None)
    source.line("nowhere", ada)
    return source


def test_all_that_was_folded_goes_and_nothing_else(source: MemorySource, ada: Any, ben: Any) -> None:
    group = group_start(acting_user=ada, name="Here before", member_ids=[ben.pk]).group
    message_send(acting_user=ben, group_id=group.pk, message_text="hello")
    before = tables()
    source.fold()

    undone = take_back(source)

    assert tables() == before
    assert (undone.groups, undone.tails, undone.kept) == (2, 0, [])
    assert take_back(source) == Undone()


def test_of_a_conversation_that_lived_here_the_folded_tail_goes(source: MemorySource, ada: Any, ben: Any) -> None:
    peer = peer_start(acting_user=ada, user_id=ben.pk).group
    message_send(acting_user=ada, group_id=peer.pk, message_text="hello")
    message_send(acting_user=ben, group_id=peer.pk, message_text="hi")
    read_advance(acting_user=ada, group_id=peer.pk, read_seq=2)
    before = tables(without_counters=True)
    source.fold()
    peer.refresh_from_db()
    told, known = peer.version, peer.last_seq
    assert known == 4

    undone = take_back(source)

    assert tables(without_counters=True) == before
    assert undone.tails == 1
    peer.refresh_from_db()
    assert (peer.last_seq, peer.version > told) == (2, True)
    seats = list(ChatGroupUser.objects.filter(group=peer))
    assert all(seat.floor_version > told for seat in seats), "who knows more must load it anew"
    assert not ReadMark.objects.filter(seq__gt=2).exists()
    assert not SearchProgress.objects.filter(group=peer, seq__gt=2).exists()
    sent = message_send(acting_user=ada, group_id=peer.pk, message_text="on we go").message
    assert (sent.seq, sent.version > told) == (3, True)


Touch = Callable[[Any, Any, ChatMessage], Any]
TOUCHES: dict[str, Touch] = {
    "message": lambda _ada, ben, message: message_send(acting_user=ben, group_id=message.group_id, message_text="new"),
    "reaction": lambda _ada, ben, message: reaction_add(acting_user=ben, message_id=message.pk, emoji="🎉"),
    "pin": lambda _ada, ben, message: message_pin(acting_user=ben, message_id=message.pk),
    "deletion": lambda ada, _ben, message: message_delete(acting_user=ada, message_id=message.pk),
    "draft": lambda ada, _ben, message: draft_set(acting_user=ada, group_id=message.group_id, message_text="dear"),
    "report": lambda _ada, ben, message: message_report(acting_user=ben, message_id=message.pk, kind="spam"),
}


@pytest.mark.parametrize("touch", TOUCHES.values(), ids=TOUCHES)
def test_where_people_have_written_it_is_refused_and_nothing_is_done(
    source: MemorySource, ada: Any, ben: Any, touch: Touch
) -> None:
    source.fold()
    message = message_of("1")
    touch(ada, ben, message)
    before = tables()

    with pytest.raises(Touched) as refused:
        take_back(source)

    assert [each.group_id for each in refused.value.groups] == [message.group_id]
    assert tables() == before


def test_what_is_a_readers_own_is_no_reason_to_refuse(source: MemorySource, ada: Any, ben: Any) -> None:
    empty = tables()
    source.fold()
    group_id = message_of("1").group_id
    read_advance(acting_user=ben, group_id=group_id, read_seq=1)
    state_set(acting_user=ada, group_id=group_id, pinned=True, archived=True)

    take_back(source)

    assert tables() == empty


def test_touched_groups_can_stay_with_all_that_is_known_of_them(source: MemorySource, ada: Any, ben: Any) -> None:
    source.fold()
    kept = message_of("1").group_id
    message_send(acting_user=ben, group_id=kept, message_text="new")

    undone = take_back(source, keep_touched=True)

    assert [each.group_id for each in undone.kept] == [kept]
    assert list(ChatGroup.objects.values_list("pk", flat=True)) == [kept]
    assert ChatMessage.objects.filter(group=kept).count() == 3
    told = set(LegacyRow.objects.values_list("table", "old_id"))
    assert {("talks", "1"), ("lines", "1"), ("lines", "2"), ("smiles", "1"), ("pins", "1")} <= told
    assert not {("talks", "2"), ("lines", "3"), ("lines", "4")} & told
    source.fold()
    assert ChatGroup.objects.count() == 2, "the others come back, and what stayed is not folded twice"
    assert ChatMessage.objects.filter(group=kept).count() == 3


def test_what_was_forwarded_from_a_folded_message_stays(source: MemorySource, ada: Any, ben: Any) -> None:
    source.fold()
    group = group_start(acting_user=ada, name="Here", member_ids=[ben.pk]).group
    sent = message_send(acting_user=ada, group_id=group.pk, message_text="see").message
    ChatMessage.objects.filter(pk=sent.pk).update(forwarded_from=message_of("1"))

    take_back(source)

    sent.refresh_from_db()
    assert sent.forwarded_from_id is None


def test_only_what_one_run_made_goes(source: MemorySource, ada: Any, ben: Any) -> None:
    first = source.fold()
    before = tables(without_counters=True)
    source.line("1", ben, old_id=20)
    group = source.talk(ada, kind=Kind.GROUP)
    source.line(group, ada, old_id=21)
    second = source.fold()

    undone = take_back(source, run=second.run)

    assert (undone.groups, undone.tails) == (1, 1)
    assert tables(without_counters=True) == before
    source.fold()
    with pytest.raises(Touched):
        take_back(source, run=first.run)
    assert row_of("lines", "20").outcome == "kept"


def test_member_who_came_later_is_written_by_people(source: MemorySource, ada: Any, ben: Any, make_user: Make) -> None:
    source.fold()
    group_id = message_of("3").group_id
    member_add(acting_user=ben, group_id=group_id, user_id=make_user().pk, role="member")

    with pytest.raises(Touched) as refused:
        take_back(source)

    assert [each.group_id for each in refused.value.groups] == [group_id]
