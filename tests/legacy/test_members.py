"""Members: one seat for each person, with the role that fits, whatever the old rows say."""

from collections.abc import Callable
from typing import Any

import pytest

from chat.legacy.rows import Kind, OldMember, OldPerson
from chat.models import ChatGroup, SupportRequest
from chat.services.messages import message_send
from tests.legacy.memory import MemorySource, at, person, row_of, seat_of, seen_by

pytestmark = [pytest.mark.django_db]
Make = Callable[..., Any]


def member(user: Any, role: str = "member", **more: Any) -> OldMember:
    return OldMember(person=person(user), role=role, **more)


def roles(talk: str, *users: Any) -> list[str]:
    return [seat_of(talk, user).role for user in users]


def test_group_with_one_person_three_times_has_one_membership(make_user: Make) -> None:
    ada, ben = make_user(), make_user()
    source = MemorySource()
    talk = source.talk(
        member(ada, "admin", active=False, joined_at=at(1), left_at=at(2), muted=False, pinned=True),
        member(ada, joined_at=at(3), muted=True),
        member(ada, "admin", joined_at=at(4), muted=True, pinned=False),
        member(ben, active=False, joined_at=at(1), left_at=at(5)),
        member(ben, "admin", active=False, joined_at=at(2), left_at=at(7)),
        kind=Kind.GROUP,
        name="tutors",
    )
    said = source.line(talk, ben)
    source.fold()
    ada_sits, ben_sits = seat_of(talk, ada), seat_of(talk, ben)
    assert (ada_sits.role, ada_sits.left_at, ada_sits.created_at) == ("owner", None, at(1))
    assert ada_sits.muted_until is None, "one of her rows was not muted"
    assert ada_sits.pinned_at is not None, "one of her rows was pinned"
    assert (ben_sits.role, ben_sits.left_at, ben_sits.created_at) == ("admin", at(7), at(1))
    kept = {old_id: row_of("seats", old_id).outcome for old_id in ("1-0", "1-1", "1-2", "1-3", "1-4")}
    assert kept == {"1-0": "merged", "1-1": "merged", "1-2": "kept", "1-3": "merged", "1-4": "kept"}
    assert (seen_by(ada), seen_by(ben)) == ([said], [])


def test_owner_is_the_creator_else_the_oldest_admin_else_the_oldest_member(make_user: Make) -> None:
    ada, ben, cy = make_user(), make_user(), make_user()
    source = MemorySource()
    people = [member(ada, "admin", joined_at=at(1)), member(ben, joined_at=at(0)), member(cy, "admin", joined_at=at(0))]
    left = [member(ada, joined_at=at(1)), member(ben, joined_at=at(2)), member(cy, active=False)]
    by_creator = source.talk(*people, kind=Kind.GROUP, created_by=person(ben))
    by_admin = source.talk(*people, kind=Kind.GROUP)
    by_age = source.talk(*left, kind=Kind.GROUP, created_by=person(cy))
    owned = source.talk(member(ada), member(ben, "owner"), member(cy, "owner"), kind=Kind.GROUP)
    mapped = source.talk(member(ada, "client"), member(ben, "staff"), member(cy, "boss"), kind=Kind.GROUP)
    source.fold()
    assert roles(by_creator, ada, ben, cy) == ["admin", "owner", "admin"]
    assert roles(by_admin, ada, ben, cy) == ["admin", "member", "owner"]
    assert roles(by_age, ada, ben, cy) == ["owner", "member", "member"]
    assert roles(owned, ada, ben, cy) == ["member", "owner", "owner"]
    assert roles(mapped, ada, ben, cy) == ["member", "owner", "member"]
    assert [row_of("seats", f"{mapped}-{place}").flags for place in range(3)] == [["role_mapped"]] * 3
    assert ChatGroup.objects.get(pk=row_of("talks", by_creator).new_id).created_by == ben


def test_peer_belongs_to_its_old_owner_else_its_creator_else_who_spoke_first(make_user: Make) -> None:
    ada = make_user()
    source = MemorySource()
    ben, cy, dan = make_user(), make_user(), make_user()
    owned = source.talk(member(ada), member(ben, "owner"), created_by=person(ada))
    created = source.talk(member(ada), member(cy), created_by=person(cy))
    spoken = source.talk(member(ada), member(dan))
    source.line(spoken, OldPerson())
    source.line(spoken, dan)
    source.line(spoken, ada)
    source.fold()
    assert [seat_of(talk, ada).role for talk in (owned, created, spoken)] == ["member"] * 3
    assert [seat_of(*pair).role for pair in ((owned, ben), (created, cy), (spoken, dan))] == ["owner"] * 3


def test_channel_lets_owner_and_admins_post(make_user: Make) -> None:
    ada, ben = make_user(), make_user()
    source = MemorySource()
    talk = source.talk(member(ada, "admin"), member(ben), kind=Kind.CHANNEL, name="n" * 300, archived=True)
    source.fold()
    group = ChatGroup.objects.get()
    assert (group.group_type, group.posting, group.name) == ("group", "admins", "n" * 255)
    assert row_of("talks", talk).flags == ["name_cut"]
    assert seat_of(talk, ben).archived_at is not None
    message_send(acting_user=ada, group_id=group.pk, message_text="news")


def test_request_has_its_client_and_staff(make_user: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, ben, cy = make_user(), make_user(), make_user()
    source = MemorySource()
    monkeypatch.setattr(source, "staff", lambda users: set(users) & {cy.pk})
    request = {"kind": Kind.SUPPORT}
    plain = source.talk(member(ada, "client"), member(ben, "staff"), client=person(ada), **request)
    only = source.talk(member(ada, "client"), member(cy, "owner"), client=OldPerson(user_id=987654321), **request)
    absent = source.talk(member(ben, "staff"), client=person(ada), **request)
    unknown = source.talk(member(ada, "staff", joined_at=at(2)), member(ben, "staff", joined_at=at(1)), **request)
    misfit = source.talk(member(ada, "client"), member(ben, "admin"), client=person(ada), **request)
    source.line(absent, ben)
    source.fold()
    groups = {key: ChatGroup.objects.get(pk=row_of("talks", key).new_id) for key in source.talks}
    assert [groups[key].group_type for key in source.talks] == ["support", "support", "support", "group", "group"]
    assert [groups[key].client_user for key in source.talks] == [ada, ada, ada, None, None]
    assert [groups[key].support_status for key in (plain, unknown)] == ["open", None]
    assert SupportRequest.objects.count() == 3
    assert (roles(plain, ada, ben), roles(only, ada, cy)) == (["client", "staff"], ["client", "staff"])
    assert (roles(unknown, ada, ben), roles(misfit, ada, ben)) == (["admin", "owner"], ["member", "owner"])
    assert seat_of(absent, ada).left_at is not None
    assert seen_by(ada) == []
    flags = [row_of("talks", key).flags for key in source.talks]
    assert flags == [[], [], ["client_no_member"], ["support_without_client"], ["support_became_group"]]


def test_folded_group_can_be_written_in(make_user: Make) -> None:
    ada, ben = make_user(), make_user()
    source = MemorySource()
    talk = source.talk(member(ada, "admin"), member(ben), kind=Kind.GROUP)
    source.line(talk, ben)
    source.fold()
    group_id = row_of("talks", talk).new_id
    sent = [message_send(acting_user=user, group_id=group_id, message_text="now").message for user in (ada, ben)]
    assert [message.seq for message in sent] == [2, 3]
    assert not seat_of(talk, ada).is_guarded
