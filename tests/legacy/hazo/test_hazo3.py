from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from pytest_django import DjangoDbBlocker, Settings

from chat.legacy.rows import Kind, OldConversation, OldMember, OldPerson
from chat.legacy.source import Options
from chat.legacy.sources.hazo3 import Hazo3Source
from tests.factories import UserFactory
from tests.legacy.hazo.builder import OldHazo, Shape, at, uid

pytestmark = pytest.mark.django_db

NOBODY = "999999999"


@pytest.fixture(scope="module", params=[Shape.TEXT, Shape.NATIVE])
def old(request: pytest.FixtureRequest, shared_rows: None, django_db_blocker: DjangoDbBlocker) -> Iterator[OldHazo]:
    with django_db_blocker.unblock():
        made = OldHazo(request.param).create()
        yield made
        made.drop()


@pytest.fixture(scope="module")
def people(shared_rows: None, django_db_blocker: DjangoDbBlocker) -> dict[str, str]:
    with django_db_blocker.unblock():
        return {name: str(UserFactory.create(name=name).pk) for name in ("ada", "bob", "cem", "dee")}


@pytest.fixture
def source(old: OldHazo) -> Hazo3Source:
    return Hazo3Source(Options())


def only(source: Hazo3Source) -> OldConversation:
    [found] = source.conversations()
    return found


def roles(conversation: OldConversation) -> dict[Any, str]:
    return {member.person.user_id: member.role for member in conversation.members}


def member(conversation: OldConversation, person: str | None) -> OldMember:
    [found] = [each for each in conversation.members if each.person.user_id == person]
    return found


def test_it_is_found_by_its_groups(source: Hazo3Source) -> None:
    assert source.found


def test_request_keeps_its_client_and_its_staff(source: Hazo3Source, old: OldHazo, people: dict[str, str]) -> None:
    ada, bob = people["ada"], people["bob"]
    old.group(uid("g"), "support", at(0), ada, client=[ada], staff=[bob], name="Order 7")

    found = only(source)

    assert (found.kind, found.client, found.created_by) == (Kind.SUPPORT, OldPerson(ada), None)
    assert (found.key, found.keep_id, found.name, found.created_at) == (uid("g"), UUID(uid("g")), "Order 7", at(0))
    assert roles(found) == {ada: "client", bob: "staff"}
    assert [each.flags for each in found.members] == [(), ()]
    assert member(found, ada).joined_at == at(1)
    assert found.row == next(source.rows("hazo_chat_group"))
    assert member(found, bob).row in list(source.rows("hazo_chat_group_users"))
    assert found.flags == []


def test_other_members_of_a_request_are_staff_if_the_host_says_so(
    source: Hazo3Source, old: OldHazo, people: dict[str, str], settings: Settings
) -> None:
    ada, bob, cem = people["ada"], people["bob"], people["cem"]
    old.group(uid("g"), "support", at(0), ada, client=[ada], admin=[bob], staff=[cem])

    found = only(source)
    assert (found.kind, found.flags, found.client) == (Kind.GROUP, ["support_became_group"], None)
    assert roles(found) == {ada: "member", bob: "admin", cem: "admin"}
    assert [member(found, person).flags for person in (ada, bob, cem)] == [("role_mapped",), (), ("role_mapped",)]

    settings.CHAT = {"FOLD_STAFF": "tests.legacy.hazo.test_hazo3.everybody"}
    found = only(Hazo3Source(Options()))
    assert (found.kind, found.flags, found.client) == (Kind.SUPPORT, [], OldPerson(ada))
    assert roles(found) == {ada: "client", bob: "staff", cem: "staff"}
    assert member(found, bob).flags == ("role_mapped",)


def everybody(user_ids: Any) -> Any:
    return user_ids


def test_client_keeps_to_be_the_client_whatever_their_role(
    source: Hazo3Source, old: OldHazo, people: dict[str, str]
) -> None:
    ada, bob = people["ada"], people["bob"]
    old.group(uid("g"), "support", at(0), ada, staff=[ada, bob])

    found = only(source)

    assert roles(found) == {ada: "client", bob: "staff"}
    assert member(found, ada).flags == ("role_mapped",)


def test_second_client_of_a_request_makes_it_a_group(source: Hazo3Source, old: OldHazo, people: dict[str, str]) -> None:
    ada, bob = people["ada"], people["bob"]
    old.group(uid("g"), "support", at(0), ada, client=[ada, bob])

    assert (only(source).kind, only(source).flags) == (Kind.GROUP, ["support_became_group"])


def test_people_whom_nobody_knows_do_not_change_what_a_request_is(
    source: Hazo3Source, old: OldHazo, people: dict[str, str]
) -> None:
    old.group(uid("g"), "support", at(0), people["ada"], client=[people["ada"]], admin=[NOBODY])

    assert only(source).kind == Kind.SUPPORT


@pytest.mark.parametrize("client", [NOBODY, None])
def test_client_who_is_unknown_is_the_only_member_in_that_role(
    source: Hazo3Source, old: OldHazo, people: dict[str, str], client: str | None
) -> None:
    ada, bob = people["ada"], people["bob"]
    old.group(uid("g"), "support", at(0), client, client=[ada], staff=[bob])

    found = only(source)

    assert (found.kind, found.client, found.flags) == (Kind.SUPPORT, OldPerson(ada), ["client_found"])


@pytest.mark.parametrize("clients", [[], ["ada", "bob"]])
def test_request_without_a_client_is_a_group(
    source: Hazo3Source, old: OldHazo, people: dict[str, str], clients: list[str]
) -> None:
    old.group(uid("g"), "support", at(0), NOBODY, client=[people[name] for name in clients], staff=[people["cem"]])

    found = only(source)

    assert (found.kind, found.client, found.flags) == (Kind.GROUP, None, ["support_without_client"])
    assert roles(found) == {**{people[name]: "member" for name in clients}, people["cem"]: "admin"}


def test_client_who_was_no_member_gains_nothing(source: Hazo3Source, old: OldHazo, people: dict[str, str]) -> None:
    ada, bob = people["ada"], people["bob"]
    old.group(uid("g"), "support", at(0), ada, staff=[bob])

    found = only(source)

    assert (found.kind, found.flags) == (Kind.SUPPORT, ["client_no_member"])
    former = member(found, ada)
    assert (former.row, former.role, former.active) == (None, "client", False)


def test_direct_has_its_earliest_owner(source: Hazo3Source, old: OldHazo, people: dict[str, str]) -> None:
    ada, bob = people["ada"], people["bob"]
    old.group(uid("g"), "peer", at(0), member=[ada], owner=[bob])
    assert only(source).created_by == OldPerson(bob)
    assert roles(only(source)) == {ada: "member", bob: "owner"}

    old.update("hazo_chat_group", uid("g"), name="x")
    old.execute("UPDATE hazo_chat_group_users SET role = 'owner', created_at = %s", old._value(at(5)))
    old.execute("UPDATE hazo_chat_group_users SET created_at = %s WHERE user_id = %s", old._value(at(4)), ada)
    assert only(source).created_by == OldPerson(ada)


def test_roles_of_a_direct_are_mapped(source: Hazo3Source, old: OldHazo, people: dict[str, str]) -> None:
    ada, bob = people["ada"], people["bob"]
    old.group(uid("g"), "peer", at(0), client=[ada], staff=[bob])

    found = only(source)

    assert (found.kind, found.created_by) == (Kind.DIRECT, None)
    assert roles(found) == {ada: "member", bob: "member"}
    assert [each.flags for each in found.members] == [("role_mapped",)] * 2


def test_direct_of_three_keeps_roles_for_the_group_that_it_becomes(
    source: Hazo3Source, old: OldHazo, people: dict[str, str]
) -> None:
    ada, bob, cem = people["ada"], people["bob"], people["cem"]
    old.group(uid("g"), "peer", at(0), member=[ada], staff=[bob], admin=[cem])

    found = only(source)

    assert found.kind == Kind.DIRECT
    assert roles(found) == {ada: "member", bob: "admin", cem: "admin"}


def test_direct_of_one_has_another_side_that_is_gone(source: Hazo3Source, old: OldHazo, people: dict[str, str]) -> None:
    old.group(uid("g"), "peer", at(0), member=[people["ada"]])

    found = only(source)

    assert (found.kind, found.flags) == (Kind.DIRECT, ["other_side_gone"])
    assert [each.person for each in found.members] == [OldPerson(people["ada"]), OldPerson()]


def test_group_keeps_who_owns_it(source: Hazo3Source, old: OldHazo, people: dict[str, str]) -> None:
    ada, bob, cem, dee = people.values()
    old.group(uid("g"), "group", at(0), owner=[ada], admin=[bob], staff=[cem], client=[dee])

    found = only(source)

    assert (found.kind, found.created_by, found.flags) == (Kind.GROUP, OldPerson(ada), [])
    assert roles(found) == {ada: "owner", bob: "admin", cem: "admin", dee: "member"}


def test_messages_belong_to_their_groups(source: Hazo3Source, old: OldHazo, people: dict[str, str]) -> None:
    ada = people["ada"]
    items = [{"id": "1", "type": "document", "scope": "chat", "name": "Plan", "url": "https://example.com/plan.pdf"}]
    about = {"reference_id": "7", "reference_type": "project", "reference_list": items}
    old.say(uid("m"), uid("g"), ada, "see", at(1), read_at=at(2), changed_at=at(3), **about)
    old.say(uid("n"), uid("g"), NOBODY, None, at(2), deleted_at=at(4))

    found, gone = sorted(source.messages([uid("m"), uid("n")]), key=lambda message: message.deleted)

    assert (found.conversation, found.sender, found.text) == (uid("g"), OldPerson(ada), "see")
    assert (found.reference_id, found.reference_type, found.reference_list) == ("7", "project", items)
    assert (found.created_at, found.read_at, found.changed_at) == (at(1), at(2), at(3))
    assert (found.keep_id, found.deleted, found.deleted_at) == (UUID(uid("m")), False, None)
    assert (gone.deleted, gone.deleted_at, gone.sender) == (True, at(4), OldPerson(NOBODY))
    assert {key.old_id: key.conversation for key in source.message_keys()} == {uid("m"): uid("g"), uid("n"): uid("g")}


def test_changes_in_each_table_are_found(source: Hazo3Source, old: OldHazo, people: dict[str, str]) -> None:
    for name in ("quiet", "renamed", "joined", "written"):
        old.group(uid(name), "group", at(0), owner=[people["ada"]])
    old.update("hazo_chat_group", uid("renamed"), changed_at=at(9))
    old.join(uid("joined"), people["bob"], "member", at(9))
    old.say(uid("m"), uid("written"), people["ada"], "late", at(9))

    assert source.changed_since(at(8)) == {uid("renamed"), uid("joined"), uid("written")}
    assert source.changed_since(at(10)) == set()
