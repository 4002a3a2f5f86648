"""Conversations that become one group, or another kind of group, and those that become nothing."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from chat.identities import Identity
from chat.legacy.rows import Kind, OldMember, OldPerson
from chat.models import ChatGroup, ChatMessage
from chat.services.groups import peer_start
from chat.services.messages import message_send
from tests.legacy.memory import MemorySource, at, message_of, person, row_of, seat_of, seen_by

pytestmark = [pytest.mark.django_db]
Make = Callable[..., Any]
KEEP = UUID("6b1e4a52-8d43-4a5b-9a53-1f0e6f6f6f01")
GONE = OldPerson(user_id=987654321)


def member(user: Any, **more: Any) -> OldMember:
    return OldMember(person=user if isinstance(user, OldPerson) else person(user), **more)


def test_directs_of_two_people_become_one_group(make_user: Make) -> None:
    ada, ben = make_user(), make_user()
    source = MemorySource()
    late = source.talk(ada, member(ben, muted=True, pinned=True), created_at=at(5), archived=True)
    early = source.talk(ben, member(ada, muted=True), created_at=at(0))
    source.line(late, ada, "2", minutes=20)
    source.line(early, ben, "1", minutes=10)
    source.line(early, ben, "3", minutes=30)
    source.fold()
    group = ChatGroup.objects.get()
    assert [row.message_text for row in ChatMessage.objects.order_by("seq")] == ["1", "2", "3"]
    assert group.created_at == at(0)
    assert (row_of("talks", early).outcome, row_of("talks", late).outcome) == ("kept", "merged")
    assert row_of("talks", early).new_id == row_of("talks", late).new_id == str(group.pk)
    assert row_of("talks", late).folded_version == group.version
    ada_sits, ben_sits = seat_of(early, ada), seat_of(early, ben)
    assert [seat.muted_until is None for seat in (ada_sits, ben_sits)] == [True, True]
    assert [seat.pinned_at is None for seat in (ada_sits, ben_sits)] == [True, False]
    assert [seat.archived_at for seat in (ada_sits, ben_sits)] == [None, None]
    assert (ada_sits.role, ben_sits.role) == ("member", "owner")
    assert seen_by(ada) == seen_by(ben) == ["2", "1", "3"]


def test_notes_to_oneself_become_one_group(make_user: Make) -> None:
    ada = make_user()
    source = MemorySource()
    for number in (1, 2):
        source.line(source.talk(ada, ada), ada, str(number))
    source.fold()
    group = ChatGroup.objects.get()
    assert (group.group_type, group.closed_at) == ("peer", None)
    assert [seat.user for seat in group.memberships.all()] == [ada]
    assert peer_start(acting_user=ada, user_id=ada.pk).group == group


def test_direct_with_an_unknown_side_meets_no_other(make_user: Make) -> None:
    ada = make_user()
    source = MemorySource()
    talks = [source.talk(ada, member(GONE)), source.talk(ada, member(GONE)), source.talk(ada)]
    said = source.line(talks[0], GONE, "who am I?")
    source.fold()
    groups = ChatGroup.objects.all()
    assert len({group.peer_key for group in groups}) == 3
    assert all(group.closed_at is not None and group.memberships.count() == 1 for group in groups)
    assert row_of("talks", talks[0]).flags == ["other_side_unknown"]
    assert row_of("seats", "1-1").outcome == "quarantined"
    assert (message_of(said).sender_id, row_of("lines", said).flags) == (None, ["sender_unknown"])
    assert seen_by(ada) == [said]
    assert peer_start(acting_user=ada, user_id=ada.pk).created


def test_direct_with_three_people_becomes_a_group(make_user: Make) -> None:
    ada, ben, cy = make_user(), make_user(), make_user()
    source = MemorySource()
    talk = source.talk(member(ben, joined_at=at(2)), member(ada, joined_at=at(1)), member(cy, joined_at=at(3)))
    source.line(talk, cy)
    source.fold()
    assert ChatGroup.objects.get().group_type == "group"
    assert row_of("talks", talk).flags == ["became_group"]
    assert [seat_of(talk, each).role for each in (ada, ben, cy)] == ["owner", "member", "member"]


def test_conversation_without_anybody_known_is_quarantined_whole() -> None:
    source = MemorySource()
    talk = source.talk(member(GONE), member(OldPerson()))
    said = source.line(talk, GONE)
    source.fold()
    assert not ChatGroup.objects.exists()
    assert (row_of("talks", talk).outcome, row_of("talks", talk).reason) == ("quarantined", "nobody_known")
    assert (row_of("lines", said).outcome, row_of("lines", said).reason) == ("quarantined", "nobody_known")
    assert row_of("seats", "1-0").reason == "person_unknown"


def test_what_belongs_to_nothing_is_quarantined(make_user: Make) -> None:
    source = MemorySource()
    talk = source.talk(make_user(), make_user())
    said = source.line("404", make_user())
    source.smile(said, make_user(), "x")
    source.line(talk, "system")
    source.fold()
    for table, old_id in (("lines", said), ("smiles", "1")):
        assert (row_of(table, old_id).outcome, row_of(table, old_id).reason) == ("quarantined", "parent_missing")


def test_unknown_sender_is_quarantined_only_where_nobody_could_see(make_user: Make) -> None:
    ada = make_user()
    source = MemorySource()
    talk = source.talk(member(ada, active=False, left_at=at(9)), kind=Kind.GROUP, name="left by all")
    unseen = source.line(talk, GONE)
    source.smile(unseen, ada, "x")
    kept = source.line(talk, ada)
    source.fold()
    assert (row_of("lines", unseen).outcome, row_of("lines", unseen).reason) == ("quarantined", "nobody_could_see")
    assert row_of("smiles", "1").reason == "parent_missing"
    assert message_of(kept).seq == 1
    assert row_of("talks", talk).flags == ["no_owner"]
    assert seen_by(ada) == []


def test_profiles_say_first_who_somebody_is(make_user: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, ben, cy = make_user(), make_user(), make_user()
    owners = {("tutor", 5): ada.pk, ("student", 5): ben.pk, ("parent", 9): 987654321}

    def identities(_self: Any, *, user_ids: Any = (), pairs: Any = ()) -> list[Identity]:
        return [Identity(*pair, owners[pair]) for pair in pairs if pair in owners]

    monkeypatch.setattr("chat.adapter.ChatAdapter.identities", identities)
    source = MemorySource()
    people = {
        "agrees": OldPerson(ada.pk, "tutor", 5),
        "disagrees": OldPerson(cy.pk, "student", 5),
        "gone": OldPerson(cy.pk, "tutor", 6),
        "of nobody": OldPerson(cy.pk, "parent", 9),
        "unknown": OldPerson(None, "parent", 10),
    }
    talk = source.talk(member(ada), kind=Kind.GROUP)
    said = {name: source.line(talk, who) for name, who in people.items()}
    source.fold()
    found = {name: (message_of(old_id).sender_id, row_of("lines", old_id).flags) for name, old_id in said.items()}
    assert found == {
        "agrees": (ada.pk, []),
        "disagrees": (ben.pk, ["profile_disagrees"]),
        "gone": (cy.pk, ["profile_gone"]),
        "of nobody": (cy.pk, ["profile_gone"]),
        "unknown": (None, ["sender_unknown"]),
    }


def test_peer_group_that_lives_here_takes_the_old_messages(make_user: Make) -> None:
    ada, ben = make_user(), make_user()
    native = peer_start(acting_user=ben, user_id=ada.pk).group
    new = message_send(acting_user=ben, group_id=native.pk, message_text="new").message
    source = MemorySource()
    talk = source.talk(ada, member(ben, cleared_at=at(1)))
    first = source.line(talk, ada, "old", minutes=1)
    source.line(talk, ada, "older", minutes=2)
    source.fold()
    native.refresh_from_db()
    assert ChatGroup.objects.get() == native
    rows = list(native.messages.order_by("seq"))
    assert [row.message_text for row in rows] == ["new", "old", "older"]
    assert [row.sent_at for row in rows] == [None, at(1), at(2)]
    assert new.created_at < rows[1].created_at < rows[2].created_at
    assert (native.last_seq, native.last_message_at) == (3, rows[2].created_at)
    assert row_of("lines", first).flags == ["late", "native_group"]
    assert (row_of("talks", talk).outcome, row_of("talks", talk).reason) == ("merged", "native_group")
    assert row_of("talks", talk).folded_version == native.version
    assert list(ChatMessage.objects.visible_to(ben).order_by("seq")) == [rows[0], rows[2]]
    assert ChatMessage.objects.visible_to(ada).count() == 3
    assert row_of("seats", "1-0").outcome == "merged"


def test_ids_that_are_uuids_are_kept_unless_they_are_taken(make_user: Make) -> None:
    ada, ben = make_user(), make_user()
    taken = peer_start(acting_user=ada, user_id=ada.pk).group
    said = message_send(acting_user=ada, group_id=taken.pk, message_text="mine").message
    source = MemorySource()
    keeps, loses = (source.talk(ada, ben, kind=Kind.GROUP, keep_id=each) for each in (KEEP, taken.pk))
    kept = source.line(keeps, ada, keep_id=KEEP)
    lost = source.line(loses, ada, keep_id=said.pk)
    source.fold()
    assert (row_of("talks", keeps).new_id, row_of("lines", kept).new_id) == (str(KEEP), str(KEEP))
    assert row_of("talks", loses).new_id != str(taken.pk)
    assert message_of(lost).pk != said.pk
    assert message_of(lost).pk.version == 7
