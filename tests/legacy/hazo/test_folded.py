"""Older hazo_chat databases, folded: who is in what, what they see and have read, and what became of every row."""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from chat.legacy.finding import new_object
from chat.legacy.models import Models
from chat.legacy.report import Report
from chat.legacy.run import fold
from chat.legacy.source import Options, Source
from chat.legacy.sources.hazo2 import Hazo2Source
from chat.legacy.sources.hazo3 import Hazo3Source
from chat.legacy.sources.pairs import pair_key
from chat.legacy.undoing import undo
from chat.legacy.verifying import verify
from chat.models import ChatGroup, ChatMessage, LegacyRow
from tests.factories import UserFactory
from tests.legacy.hazo.builder import OldHazo, Shape, at, uid

pytestmark = pytest.mark.django_db

NAMES = ("ada", "bob", "cem", "dee")
NOBODY = "999999999"


@pytest.fixture(scope="module")
def people(shared_rows: None, django_db_blocker: DjangoDbBlocker) -> dict[str, Any]:
    with django_db_blocker.unblock():
        return {name: UserFactory.create(name=name) for name in NAMES}


def folded(source: Source) -> Report:
    """Fold, and hold it to the laws that hold for every database."""
    models = Models(apps)
    report = fold(source, models)
    assert verify(source, models) == []
    for table, counts in report.tables.items():
        assert counts.missing == 0, table
    before = ChatMessage.objects.count()
    fold(source, models)
    assert ChatMessage.objects.count() == before
    assert verify(source, models) == []
    return report


def seats(group: ChatGroup) -> dict[str, str]:
    return {seat.user.username: seat.role for seat in group.memberships.filter(left_at=None).select_related("user")}


def texts(group: ChatGroup) -> list[str | None]:
    return list(group.messages.order_by("seq").values_list("message_text", flat=True))


def read_seq(group: ChatGroup, person: Any) -> int:
    return group.memberships.get(user=person).read_seq


@pytest.fixture
def two(people: dict[str, Any]) -> OldHazo:
    ada, bob, cem, _dee = (people[name].pk for name in NAMES)
    old = OldHazo(Shape.TWO).create()
    old.say(uid("1"), bob, ada, "hello", at(1), read_at=at(5))
    old.say("m2", ada, bob, "hi", at(2))
    old.say("m3", bob, ada, "private to bob", at(3))
    old.say("m4", cem, ada, "private to cem", at(4))
    old.say("m5", ada, ada, "milk", at(5))
    old.say("m6", NOBODY, ada, "anybody?", at(6))
    old.say("m7", ada, NOBODY, "no", at(7))
    old.say("m8", NOBODY, NOBODY, "ghosts", at(8))
    old.say("m9", bob, ada, None, at(9), deleted_at=at(10))
    old.say("n1", ada, bob, "when?", "soon")
    return old


def test_each_pair_has_one_conversation_that_nobody_else_sees(two: OldHazo, people: dict[str, Any]) -> None:
    before = two.snapshot()
    report = folded(Hazo2Source(Options()))
    ada, bob, cem, _dee = people.values()

    counts = report.tables["hazo_chat"]
    assert (counts.rows, counts.kept, counts.quarantined) == (10, 9, 1)
    assert LegacyRow.objects.get(table="hazo_chat", outcome="quarantined").old_id == "m8"
    assert report.flags["time_unreadable"] == 1
    seen = Counter(ChatMessage.objects.visible_to(bob).values_list("message_text", flat=True))
    assert seen == Counter(["hello", "hi", "private to bob", None, "when?"])
    assert set(ChatMessage.objects.visible_to(cem).values_list("message_text", flat=True)) == {"private to cem"}
    with_bob = new_object("hazo2", "hazo_chat", "m2").group
    assert with_bob.group_type == "peer"
    assert seats(with_bob) == {"ada": "owner", "bob": "member"}
    assert new_object("hazo2", "hazo_chat", uid("1")).pk == UUID(uid("1"))
    assert new_object("hazo2", "(conversation)", pair_key(str(bob.pk), str(ada.pk))) == with_bob
    assert seats(new_object("hazo2", "hazo_chat", "m5").group) == {"ada": "owner"}
    assert two.snapshot() == before


def test_other_side_that_is_unknown_is_kept_apart_and_closed(two: OldHazo, people: dict[str, Any]) -> None:
    folded(Hazo2Source(Options()))

    alone = new_object("hazo2", "hazo_chat", "m6").group
    assert (seats(alone), texts(alone)) == ({"ada": "owner"}, ["anybody?", "no"])
    assert new_object("hazo2", "hazo_chat", "m7").sender is None
    assert alone.closed_at is not None


def test_position_is_the_newest_that_was_sent_or_received_and_read(two: OldHazo, people: dict[str, Any]) -> None:
    folded(Hazo2Source(Options()))

    group = new_object("hazo2", "hazo_chat", "m2").group
    assert read_seq(group, people["bob"]) == new_object("hazo2", "hazo_chat", "n1").seq
    assert read_seq(group, people["ada"]) == new_object("hazo2", "hazo_chat", "m9").seq


def test_deleted_message_is_a_tombstone_for_both(two: OldHazo, people: dict[str, Any]) -> None:
    folded(Hazo2Source(Options()))

    gone = new_object("hazo2", "hazo_chat", "m9")
    assert (gone.deleted_at, gone.message_text, gone.counts) == (at(10), None, False)


def test_pair_with_staff_is_a_request_also_in_a_later_run(
    two: OldHazo, people: dict[str, Any], settings: Settings
) -> None:
    settings.CHAT = {"FOLD_STAFF": "tests.legacy.hazo.test_folded.bobs"}
    folded(Hazo2Source(Options()))
    group = new_object("hazo2", "hazo_chat", "m2").group
    assert (group.group_type, group.client_user) == ("support", people["ada"])
    assert seats(group) == {"ada": "client", "bob": "staff"}

    two.say("a0", people["ada"].pk, people["bob"].pk, "earlier", at(-9))
    folded(Hazo2Source(Options()))

    assert new_object("hazo2", "hazo_chat", "a0").group == group
    assert LegacyRow.objects.get(table="hazo_chat", old_id="a0").flags == ["late"]


@pytest.mark.parametrize("batch_size", [1, 100])
def test_messages_whose_ids_are_one_uuid_in_two_spellings_are_both_kept(
    people: dict[str, Any], batch_size: int
) -> None:
    ada, bob, *_ = (person.pk for person in people.values())
    old = OldHazo(Shape.TWO).create()
    spelled = [uid("1").upper(), uid("1"), UUID(uid("1")).hex]
    for number, old_id in enumerate(spelled):
        old.say(old_id, bob, ada, f"said {number}", at(number))

    folded(Hazo2Source(Options(batch_size=batch_size)))

    first, *others = (new_object("hazo2", "hazo_chat", old_id) for old_id in spelled)
    assert first.pk == UUID(uid("1"))
    assert texts(first.group) == ["said 0", "said 1", "said 2"]
    assert {other.group for other in others} == {first.group}


@pytest.mark.parametrize("batch_size", [1, 100])
def test_groups_whose_ids_are_one_uuid_in_two_spellings_stay_apart(people: dict[str, Any], batch_size: int) -> None:
    ada, bob, cem, _ = (person.pk for person in people.values())
    old = OldHazo(Shape.TEXT).create()
    spelled = [uid("team").upper(), uid("team")]
    for number, (old_id, other) in enumerate(zip(spelled, (bob, cem), strict=True)):
        old.group(old_id, "group", at(number), owner=[ada], member=[other])
        old.say(uid(f"said {number}"), old_id, ada, f"said {number}", at(number))

    folded(Hazo3Source(Options(batch_size=batch_size)))

    first, second = (new_object("hazo3", "hazo_chat_group", old_id) for old_id in spelled)
    assert (seats(first), texts(first)) == ({"ada": "owner", "bob": "member"}, ["said 0"])
    assert (seats(second), texts(second)) == ({"ada": "owner", "cem": "member"}, ["said 1"])


class RenumberedHazo(Hazo2Source):
    """A host whose users have new keys, and whose own table has the old ones as numbers."""

    name = "renumbered"

    def user_ids(self, raw_ids: Any) -> dict[Any, Any]:
        people = UserFactory._meta.model.objects.filter(username__in=["ada", "bob"]).order_by("username")
        accounts = dict(zip((71, 72), people.values_list("pk", flat=True), strict=True))
        return {int(raw): accounts[int(raw)] for raw in raw_ids if raw.isdecimal() and int(raw) in accounts}


def test_old_user_ids_may_come_back_as_numbers(people: dict[str, Any]) -> None:
    old = OldHazo(Shape.TWO).create()
    old.say("m1", "72", "71", "hello", at(1))
    old.say("m2", "71", "72", "hi", at(2))

    folded(RenumberedHazo(Options()))

    group = new_object("renumbered", "hazo_chat", "m1").group
    assert (seats(group), texts(group)) == ({"ada": "owner", "bob": "member"}, ["hello", "hi"])
    assert {message.sender for message in group.messages.all()} == {people["ada"], people["bob"]}


def test_undo_leaves_nothing(two: OldHazo, people: dict[str, Any]) -> None:
    source = Hazo2Source(Options())
    folded(source)

    undo(source, Models(apps))

    assert not ChatGroup.objects.exists()
    assert not LegacyRow.objects.exists()


def bobs(user_ids: Any) -> set[Any]:
    return set(UserFactory._meta.model.objects.filter(pk__in=user_ids, username="bob").values_list("pk", flat=True))


@pytest.fixture(params=[Shape.TEXT, Shape.NATIVE])
def three(request: pytest.FixtureRequest, people: dict[str, Any]) -> OldHazo:
    ada, bob, cem, dee = (people[name].pk for name in NAMES)
    old = OldHazo(request.param).create()
    old.group(uid("request"), "support", at(0), ada, client=[ada], staff=[bob, cem])
    old.group(uid("mixed"), "support", at(0), ada, client=[ada], member=[dee])
    old.group(uid("absent"), "support", at(0), dee, staff=[bob])
    old.group(uid("nobodys"), "support", at(0), NOBODY, staff=[bob, cem])
    old.group(uid("first"), "peer", at(1), member=[ada], owner=[bob])
    old.group(uid("second"), "peer", at(2), member=[bob, ada])
    old.group(uid("three"), "peer", at(0), member=[ada, bob, cem])
    old.group(uid("one"), "peer", at(0), member=[ada])
    old.group(uid("team"), "group", at(0), owner=[cem], staff=[ada], client=[bob])
    old.say(uid("r1"), uid("request"), ada, "help", at(1), read_at=at(2))
    old.say(uid("p1"), uid("first"), ada, "one", at(3), read_at=at(9))
    old.say(uid("p2"), uid("second"), bob, "two", at(4))
    old.say(uid("p3"), uid("first"), ada, "three", at(5))
    old.say(uid("o1"), uid("one"), NOBODY, "bye", at(6))
    old.say(uid("t1"), uid("team"), cem, "welcome", at(7), read_at=at(8))
    old.say(uid("x1"), uid("missing"), ada, "nowhere", at(8))
    return old


def test_groups_keep_who_is_in_them_and_their_ids(three: OldHazo, people: dict[str, Any]) -> None:
    report = folded(Hazo3Source(Options()))
    groups = {name: new_object("hazo3", "hazo_chat_group", uid(name)) for name in GROUPS}

    assert {name: (group.group_type, seats(group)) for name, group in groups.items()} == GROUPS
    assert groups["request"].pk == UUID(uid("request"))
    assert groups["request"].client_user == people["ada"]
    assert groups["second"] == groups["first"]
    assert groups["first"].pk == UUID(uid("first"))
    assert texts(groups["first"]) == ["one", "two", "three"]
    assert not ChatMessage.objects.visible_to(people["dee"]).exists()
    assert report.reasons["quarantined"] == {"parent_missing": 1}
    assert report.tables["hazo_chat_group"].merged == 1
    assert {"support_became_group", "support_without_client", "client_no_member", "other_side_gone"} <= set(
        report.flags
    )


def test_first_reader_moves_the_other_of_two_alone(three: OldHazo, people: dict[str, Any]) -> None:
    folded(Hazo3Source(Options()))
    first, request, team = (new_object("hazo3", "hazo_chat_group", uid(name)) for name in ("first", "request", "team"))

    assert read_seq(first, people["bob"]) == 2
    assert read_seq(first, people["ada"]) == 3
    assert [read_seq(request, people[name]) for name in ("ada", "bob", "cem")] == [1, 0, 0]
    assert [read_seq(team, people[name]) for name in ("ada", "bob", "cem")] == [0, 0, 1]


def test_client_of_hazo_chat_goes_on_with_the_ids_it_knows(three: OldHazo, people: dict[str, Any]) -> None:
    folded(Hazo3Source(Options()))
    client, stranger = Client(headers={"Sec-Fetch-Site": "same-origin"}), Client()
    client.force_login(people["ada"])
    stranger.force_login(people["dee"])

    page = client.get("/api/hazo_chat/messages", {"chat_group_id": uid("second")}).json()

    assert [message["message_text"] for message in page["messages"]] == ["one", "two", "three"]
    assert [message["id"] for message in page["messages"]] == [uid("p1"), uid("p2"), uid("p3")]
    refused = stranger.get("/api/hazo_chat/messages", {"chat_group_id": uid("second")})
    assert refused.status_code == 403


GROUPS = {
    "request": ("support", {"ada": "client", "bob": "staff", "cem": "staff"}),
    "mixed": ("group", {"ada": "owner", "dee": "member"}),
    "absent": ("support", {"bob": "staff"}),
    "nobodys": ("group", {"bob": "owner", "cem": "admin"}),
    "first": ("peer", {"bob": "owner", "ada": "member"}),
    "second": ("peer", {"bob": "owner", "ada": "member"}),
    "three": ("group", {"ada": "owner", "bob": "member", "cem": "member"}),
    "one": ("peer", {"ada": "owner"}),
    "team": ("group", {"cem": "owner", "ada": "admin", "bob": "member"}),
}
"""What each older group becomes, and who is in it now."""
