from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from chat.legacy.rows import Kind, OldMember, OldMessage, OldPerson
from chat.legacy.source import Options
from chat.legacy.sources.hazo2 import Hazo2Source
from chat.legacy.sources.pairs import pair_key
from tests.legacy.hazo.builder import OldHazo, Shape, at, uid

pytestmark = pytest.mark.django_db


@pytest.fixture
def old() -> OldHazo:
    return OldHazo(Shape.TWO).create()


@pytest.fixture
def source(old: OldHazo) -> Hazo2Source:
    return Hazo2Source(Options())


def message(source: Hazo2Source, old_id: str) -> OldMessage:
    [found] = source.messages([old_id])
    return found


def people(members: Any) -> list[tuple[Any, str]]:
    return [(member.person.user_id, member.role) for member in members]


def test_it_is_found_by_its_receivers(source: Hazo2Source) -> None:
    assert source.found


def test_a_later_version_is_not_taken_for_it() -> None:
    OldHazo(Shape.TEXT).create()

    assert not Hazo2Source(Options()).found


def test_nothing_is_found_where_there_is_no_table(db: None) -> None:
    assert not Hazo2Source(Options()).found


def test_two_people_are_one_conversation_in_either_order(source: Hazo2Source, old: OldHazo) -> None:
    old.say("m1", "bob", "ada", "hello", at(1))
    old.say("m2", "ada", "bob", "hi", at(0))
    old.say("m3", "cem", "ada", "you too", at(2))

    first, second = source.conversations()

    assert people(first.members) == [("ada", "member"), ("bob", "member")]
    assert people(second.members) == [("ada", "member"), ("cem", "member")]
    assert first.kind == Kind.DIRECT
    assert first.created_at == at(0)
    assert first.row is None
    keys = {key.old_id: (key.conversation, key.created_at) for key in source.message_keys()}
    assert keys == {"m1": (first.key, at(1)), "m2": (first.key, at(0)), "m3": (second.key, at(2))}
    assert pair_key("bob", "ada") == first.key


def test_what_somebody_wrote_to_themselves_is_a_conversation_of_one(source: Hazo2Source, old: OldHazo) -> None:
    old.say("m1", "ada", "ada", "milk", at(0))

    [conversation] = source.conversations()

    assert [member.person for member in conversation.members] == [OldPerson("ada")] * 2
    assert conversation.kind == Kind.DIRECT


def test_every_pair_is_yielded_once_however_many_there_are(
    source: Hazo2Source, old: OldHazo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.legacy.sources.pairs.PAIRS_AT_ONCE", 4)
    for number in range(12):
        old.say(f"m{number}", f"Zoë {number // 2}", "ÄDA", "hi", at(number))

    found = [people(conversation.members) for conversation in source.conversations()]

    assert sorted(found) == sorted([[(f"Zoë {number}", "member"), ("ÄDA", "member")] for number in range(6)])


def test_a_conversation_with_staff_is_a_request_of_the_other(
    source: Hazo2Source, old: OldHazo, settings: Settings, make_user: Callable[..., Any]
) -> None:
    settings.CHAT = {"FOLD_STAFF": "tests.legacy.hazo.test_hazo2.robins"}
    ada, robin, robyn = make_user("ada"), make_user("robin"), make_user("robin ii")
    old.say("m1", robin.pk, ada.pk, "help", at(0))
    old.say("m2", robyn.pk, robin.pk, "coffee?", at(1))
    old.say("m3", "nobody", robin.pk, "gone", at(2))

    found = {frozenset(people(each.members)): (each.kind, each.client) for each in source.conversations()}

    assert found == {
        frozenset({(str(ada.pk), "client"), (str(robin.pk), "staff")}): (Kind.SUPPORT, OldPerson(str(ada.pk))),
        frozenset({(str(robin.pk), "member"), (str(robyn.pk), "member")}): (Kind.DIRECT, None),
        frozenset({(str(robin.pk), "member"), ("nobody", "member")}): (Kind.DIRECT, None),
    }


def robins(user_ids: Any) -> set[Any]:
    from tests.factories import UserFactory  # noqa: PLC0415 (models are loaded by then)

    users = UserFactory._meta.model._default_manager.filter(pk__in=user_ids)
    return {user.pk for user in users if user.get_full_name().startswith("robin") or "robin" in user.get_username()}


def test_support_staff_is_whom_the_adapter_names(make_user: Callable[..., Any]) -> None:
    from chat.legacy.staff import support_staff  # noqa: PLC0415

    ada, root = make_user("ada"), make_user("root", is_superuser=True)

    assert support_staff([ada.pk, root.pk]) == {root.pk}


def test_message_says_what_its_row_says(source: Hazo2Source, old: OldHazo) -> None:
    items = [{"id": "1", "type": "url", "scope": "chat", "name": "Map", "url": "https://example.com/map"}]
    said = {"reference_id": "7", "reference_type": "project", "reference_list": items, "read_at": at(5)}
    old.say(uid("m1"), "bob", "ada", "see", at(1), changed_at=at(6), **said)

    found = message(source, uid("m1"))

    assert found.sender == OldPerson("ada")
    assert found.conversation == pair_key("ada", "bob")
    assert (found.text, found.reference_id, found.reference_type) == ("see", "7", "project")
    assert found.reference_list == items
    assert (found.created_at, found.read_at, found.changed_at) == (at(1), at(5), at(6))
    assert not found.deleted
    assert found.keep_id == UUID(uid("m1"))
    assert found.flags == []
    assert found.legacy == {}


def test_message_that_was_deleted_is_gone_for_both(source: Hazo2Source, old: OldHazo) -> None:
    old.say("m1", "bob", "ada", None, at(1), deleted_at=at(2))
    old.say("m2", "bob", "ada", None, at(1), deleted_at="who knows")

    assert (message(source, "m1").deleted, message(source, "m1").deleted_at) == (True, at(2))
    assert (message(source, "m2").deleted, message(source, "m2").deleted_at) == (True, None)


def test_ids_that_are_no_uuids_are_not_kept(source: Hazo2Source, old: OldHazo) -> None:
    for old_id in ("m1", "{" + uid("m") + "}"):
        old.say(old_id, "bob", "ada", "x", at(0))
        assert message(source, old_id).keep_id is None
    old.say(uid("m").upper(), "bob", "ada", "x", at(0))
    assert message(source, uid("m").upper()).keep_id == UUID(uid("m"))


def test_what_there_is_no_room_for_is_cut_and_kept_aside(source: Hazo2Source, old: OldHazo) -> None:
    old.say("m1", "bob", "ada", "x", at(0), reference_id="r" * 300, reference_type="t" * 101)

    found = message(source, "m1")

    assert (found.reference_id, found.reference_type) == ("r" * 255, "t" * 100)
    assert found.legacy == {"reference_id": "r" * 300, "reference_type": "t" * 101}
    assert found.flags == ["reference_cut"]


@pytest.mark.parametrize(
    ("raw", "kept", "flags"),
    [
        ([], None, []),
        ("broken [", None, ["reference_unsafe"]),
        ("null", None, []),
        ("", None, []),
        ({"type": "url"}, None, ["reference_unsafe"]),
        (["text"], None, ["reference_unsafe"]),
        ([{"type": "url", "url": "javascript:alert(1)"}], "", ["reference_unsafe"]),
        ([{"type": "url", "url": "//other.example/x"}], "", ["reference_unsafe"]),
        ([{"type": "document", "url": "/media/plan.pdf"}], "/media/plan.pdf", []),
        ([{"type": "field", "name": "Price"}], "", []),
    ],
)
def test_addresses_that_could_do_harm_are_left_out(
    source: Hazo2Source, old: OldHazo, raw: Any, kept: str | None, flags: list[str]
) -> None:
    old.say("m1", "bob", "ada", "x", at(0), reference_list=raw)

    found = message(source, "m1")

    assert found.flags == flags
    assert (found.reference_list or [{"url": None}])[0]["url"] == kept
    assert found.reference_list is None or {"id", "type", "scope", "name", "url"} <= set(found.reference_list[0])


def test_times_without_a_zone_mean_the_one_that_is_given(old: OldHazo) -> None:
    old.say("m1", "bob", "ada", "x", "2025-03-01 12:00:00")
    old.say("m2", "bob", "ada", "x", "soon")
    source = Hazo2Source(Options(timezone=ZoneInfo("Africa/Addis_Ababa")))

    assert message(source, "m1").created_at == at(0)
    assert message(source, "m2").created_at is None


def test_changes_of_any_kind_are_found_since_a_time(source: Hazo2Source, old: OldHazo) -> None:
    old.say("m1", "bob", "ada", "quiet", at(0))
    old.say("m2", "cem", "ada", "read", at(0), read_at=at(9))
    old.say("m3", "dan", "ada", "deleted", at(0), deleted_at=at(9))
    old.say("m4", "eve", "ada", "new", at(9))
    old.say("m5", "fay", "ada", "when?", "soon")

    found = source.changed_since(at(8))

    assert found == {pair_key("ada", other) for other in ("cem", "dan", "eve", "fay")}
    assert source.changed_since(at(9) + timedelta(microseconds=1)) == {pair_key("ada", "fay")}


def test_rows_are_told_apart_by_what_they_say(source: Hazo2Source, old: OldHazo) -> None:
    old.say("m1", "bob", "ada", "x", at(0))
    [before] = source.rows("hazo_chat")
    assert (before.table, before.old_id) == ("hazo_chat", "m1")
    assert message(source, "m1").row == before

    old.update("hazo_chat", "m1", read_at=at(1))
    [after] = source.rows("hazo_chat")
    assert after.fingerprint != before.fingerprint


def test_members_have_no_rows(source: Hazo2Source, old: OldHazo) -> None:
    old.say("m1", "bob", "ada", "x", at(0))

    [conversation] = source.conversations()

    assert conversation.members == [OldMember(person=OldPerson("ada")), OldMember(person=OldPerson("bob"))]
