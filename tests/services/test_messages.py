"""Sending, over every path that sends."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from chat.events import MessageCreated, ReadAdvanced
from chat.exceptions import Conflict, InvalidInput, KeyReused, NotAllowed, NotFound
from chat.models import ChatGroup, ChatMessage, ReadMark
from chat.roles import GroupType, Posting, Role
from chat.services.groups import group_delete, group_update
from chat.services.members import member_add, member_remove
from chat.services.messages import message_send
from chat.services.reads import STAMPED_AT_MOST, read_advance
from chat.services.sending import Sent
from chat.services.tombstones import message_delete, tombstones_purge
from tests.services.conftest import Hearing
from tests.services.worlds import World, everything, make_world, small_group

pytestmark = [pytest.mark.django_db, pytest.mark.core, pytest.mark.usefixtures("send_path")]


def test_sending_takes_the_path_under_test(send_path: str) -> None:
    world, owner, _ = small_group()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        world.say(owner)

    assert any("WITH locked_group" in query["sql"] for query in queries) is (send_path == "fast")


def test_messages_are_numbered_and_stamped() -> None:
    world, owner, _ = small_group()
    before = ChatGroup.objects.get(pk=world.id)

    sent = [world.say(owner, f"text {n}") for n in range(4)]

    rows = list(ChatMessage.objects.filter(group_id=world.id).order_by("seq"))
    after = ChatGroup.objects.get(pk=world.id)
    assert [row.seq for row in rows] == [1, 2, 3, 4]
    assert [row.version for row in rows] == [before.version + n for n in (1, 2, 3, 4)]
    assert [row.message_text for row in rows] == ["text 0", "text 1", "text 2", "text 3"]
    assert (after.last_seq, after.version) == (4, before.version + 4)
    assert (after.last_message_at, after.changed_at) == (rows[-1].created_at, rows[-1].created_at)
    for row, returned in zip(rows, sent, strict=True):
        row_values, returned_values = (
            {name: value for name, value in vars(message).items() if not name.startswith("_")}
            for message in (row, returned)
        )
        assert row_values == returned_values


def test_sent_text_is_stored_as_written() -> None:
    world, owner, _ = small_group()
    text = "  a<b && c>d 'x' \"y\" 100% %s {0} \\ \u202e\U0001f600\r\n\t "

    message = world.say(owner, text, reference_id="it's 5%", reference_type="ünusual")

    row = ChatMessage.objects.get(pk=message.pk)
    assert (row.message_text, row.reference_id, row.reference_type) == (text, "it's 5%", "ünusual")
    assert (row.sender_id, row.message_type, row.counts) == (owner.pk, "text", True)
    assert (row.deleted_at, row.read_at, row.client_id, row.client_hash) == (None, None, None, "")


@pytest.mark.parametrize("ahead", [timedelta(days=400), timedelta(microseconds=0)])
def test_created_at_increases_when_the_clock_stands_or_goes_back(ahead: timedelta) -> None:
    world, owner, [member] = small_group()
    last = timezone.now() + ahead  # what a clock that has gone back, or stands, leaves behind
    ChatGroup.objects.filter(pk=world.id).update(last_message_at=last)

    times = [world.say(user).created_at for user in (owner, owner, member, owner)]

    assert [last, *times] == sorted({last, *times})
    if ahead:
        assert times == [last + timedelta(microseconds=n) for n in (1, 2, 3, 4)]
    assert times == list(ChatMessage.objects.order_by("seq").values_list("created_at", flat=True))


def test_sender_has_read_everything_and_others_have_not() -> None:
    world, owner, [member] = small_group()
    for _ in range(3):
        world.say(owner)
    state = world.membership(member).state_version
    owner_before = world.membership(owner)

    reply = world.say(member)

    mine, theirs = world.membership(member), world.membership(owner)
    assert (mine.read_seq, mine.delivered_seq, mine.unread_from_seq) == (4, 4, 4)
    assert (mine.read_changed_at, mine.state_version) == (reply.created_at, state + 1)
    assert (theirs.read_seq, theirs.state_version) == (owner_before.read_seq, owner_before.state_version) == (3, 4)
    assert mine.version < reply.version, "sending is no change of the membership that others see"


def test_sending_marks_and_stamps_what_it_passes() -> None:
    world, owner, [member] = small_group()
    others = [world.say(owner) for _ in range(3)]

    reply = world.say(member)
    again = world.say(member)

    assert list(ReadMark.objects.filter(user=member).values_list("seq", "at")) == [(4, reply.created_at)]
    assert set(ChatMessage.objects.filter(pk__in=[message.pk for message in others]).values_list("read_at")) == {
        (reply.created_at,)
    }
    assert ChatMessage.objects.filter(pk__in=[reply.pk, again.pk], read_at__isnull=False).count() == 0
    assert not ReadMark.objects.filter(user=owner).exists(), "own messages need no mark"


def test_sending_stamps_a_bounded_number(monkeypatch: pytest.MonkeyPatch) -> None:
    assert STAMPED_AT_MOST == 500
    for module in ("reads", "fast_send"):
        monkeypatch.setattr(f"chat.services.{module}.STAMPED_AT_MOST", 5)
    world, owner, [member] = small_group()
    for _ in range(9):
        world.say(owner)

    world.say(member)

    stamped = ChatMessage.objects.filter(read_at__isnull=False).order_by("seq").values_list("seq", flat=True)
    assert list(stamped) == [6, 7, 8, 9]


def test_sending_never_stamps_what_the_sender_cannot_see() -> None:
    world, owner, [member] = small_group(history_visibility="joined")
    for _ in range(2):
        world.say(owner)
    member_remove(acting_user=owner, group_id=world.id, user_id=member.pk)
    member_add(acting_user=owner, group_id=world.id, user_id=member.pk, role=Role.MEMBER)
    world.say(owner)

    world.say(member)

    stamped = ChatMessage.objects.filter(read_at__isnull=False).order_by("seq")
    assert list(stamped.values_list("seq", flat=True)) == [3, 4, 5]


def test_sending_publishes_after_commit(hearing: Hearing) -> None:
    world, owner, [member] = small_group()
    with hearing() as heard:
        first = world.say(owner)
        reply = world.say(member)
        assert heard == []

    ids = {"group_id": world.id}
    assert heard == [
        MessageCreated(**ids, version=first.version, actor_id=owner.pk, message_id=first.pk, seq=1),
        MessageCreated(**ids, version=reply.version, actor_id=member.pk, message_id=reply.pk, seq=2),
        ReadAdvanced(**ids, actor_id=member.pk, read_seq=2, delivered_seq=2),
    ]


def test_rolled_back_sending_publishes_nothing(hearing: Hearing) -> None:
    world, owner, _ = small_group()
    before = everything()
    with hearing() as heard, transaction.atomic():
        world.say(owner)
        transaction.set_rollback(True)

    assert heard == []
    assert everything() == before


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("message_text", "", "blank"),
        ("message_text", " \n\t ", "blank"),
        ("message_text", "x" * 5001, "max_length"),
        ("message_text", "a\x00b", "null_characters_not_allowed"),
        ("message_text", "a\ud800b", "surrogate_characters_not_allowed"),
        ("message_text", None, "invalid"),
        ("message_text", 7, "invalid"),
        ("message_text", ["x"], "invalid"),
        ("reference_id", "x" * 256, "max_length"),
        ("reference_id", "\x00", "null_characters_not_allowed"),
        ("reference_id", None, "invalid"),
        ("reference_type", "x" * 101, "max_length"),
        ("reference_type", "\udfff", "surrogate_characters_not_allowed"),
    ],
)
def test_wrong_input_names_its_field_and_changes_nothing(field: str, value: object, code: str) -> None:
    world, owner, _ = small_group()
    before = everything()
    with pytest.raises(InvalidInput) as refused:
        message_send(**{"acting_user": owner, "group_id": world.id, "message_text": "fine"} | {field: value})

    assert (refused.value.field, refused.value.code) == (field, code)
    assert everything() == before


def test_longest_input_fits(settings: Settings) -> None:
    world, owner, _ = small_group()
    message = world.say(owner, "😀" * 5000, reference_id="r" * 255, reference_type="t" * 100)
    assert len(ChatMessage.objects.get(pk=message.pk).message_text or "") == 5000

    settings.CHAT = {"MESSAGE_MAX_LENGTH": 3}
    with pytest.raises(InvalidInput):
        world.say(owner, "four")


def test_empty_reference_type_means_chat() -> None:
    world, owner, _ = small_group()

    assert world.say(owner, reference_type="").reference_type == "chat"


def test_only_people_in_the_group_send() -> None:
    world = make_world(GroupType.GROUP)
    before = everything()

    for outsider in (world.stranger, world.former):
        with pytest.raises(NotFound):
            world.say(outsider)
    with pytest.raises(NotFound):
        message_send(acting_user=world.stranger, group_id=uuid4(), message_text="x")
    assert everything() == before
    for user in world.people.values():
        world.say(user)


def test_nobody_sends_to_a_deleted_group() -> None:
    world, owner, _ = small_group()
    group_delete(acting_user=owner, group_id=world.id)

    with pytest.raises(NotFound):
        world.say(owner)


def test_channel_takes_messages_of_owner_and_admins_only() -> None:
    world = make_world(GroupType.GROUP)
    group_update(acting_user=world.people[Role.OWNER], group_id=world.id, posting=Posting.ADMINS)

    world.say(world.people[Role.OWNER])
    world.say(world.people[Role.ADMIN])
    with pytest.raises(NotAllowed):
        world.say(world.people[Role.MEMBER])


def test_peer_whose_other_side_is_gone_is_closed() -> None:
    world = make_world(GroupType.PEER)
    owner = world.people[Role.OWNER]
    world.say(owner)
    world.people[Role.MEMBER].delete()

    with pytest.raises(Conflict) as refused:
        world.say(owner)

    assert refused.value.code == "group_closed"
    assert list(ChatMessage.objects.visible_to(owner).values_list("message_type", flat=True)) == ["text", "system"]


class TestClientId:
    def test_retry_returns_the_first_message_and_changes_nothing(self, hearing: Hearing) -> None:
        world, owner, _ = small_group()
        key = uuid4()
        first = self._send(world, owner, key)
        before = everything()
        with hearing() as heard:
            again = self._send(world, owner, key)

        assert (first.created, again.created) == (True, False)
        assert first.message == again.message
        assert everything() == before
        assert heard == []

    @pytest.mark.parametrize("other", [{"message_text": "other"}, {"reference_id": "1"}, {"reference_type": "field"}])
    def test_other_content_under_a_known_id_is_refused(self, other: dict[str, str]) -> None:
        world, owner, _ = small_group()
        key = uuid4()
        self._send(world, owner, key)
        before = everything()
        with pytest.raises(KeyReused) as refused:
            self._send(world, owner, key, **other)

        assert (refused.value.code, refused.value.field) == ("client_id_reused", "client_id")
        assert everything() == before

    def test_retry_is_answered_after_the_secret_key_was_changed(self, settings: Settings) -> None:
        world, owner, _ = small_group()
        key = uuid4()
        first = self._send(world, owner, key)
        old, settings.SECRET_KEY = settings.SECRET_KEY, "another secret " * 4
        settings.SECRET_KEY_FALLBACKS = ["one that never was " * 4, old]

        again = self._send(world, owner, key)

        assert (again.message, again.created) == (first.message, False)
        with pytest.raises(KeyReused):
            self._send(world, owner, key, message_text="other")
        settings.SECRET_KEY_FALLBACKS = []
        with pytest.raises(KeyReused):
            self._send(world, owner, key)

    def test_fields_of_equal_text_are_told_apart(self) -> None:
        world, owner, _ = small_group()
        key = uuid4()
        self._send(world, owner, key, reference_id="a", reference_type="bc")
        with pytest.raises(KeyReused):
            self._send(world, owner, key, reference_id="ab", reference_type="c")

    def test_retry_is_answered_after_deletion_and_purge(self, settings: Settings) -> None:
        settings.CHAT = {"UNDO_WINDOW": 0}
        world, owner, _ = small_group()
        key = uuid4()
        first = self._send(world, owner, key).message
        message_delete(acting_user=owner, message_id=first.pk)
        assert self._send(world, owner, key).message == first
        assert sum(tombstones_purge()) == 1

        again = self._send(world, owner, key)

        assert (again.message, again.created, again.message.message_text) == (first, False, None)

    def test_retry_is_answered_where_sending_is_over(self) -> None:
        world = make_world(GroupType.GROUP)
        owner, member = world.people[Role.OWNER], world.people[Role.MEMBER]
        key = uuid4()
        first = self._send(world, member, key).message
        group_update(acting_user=owner, group_id=world.id, posting=Posting.ADMINS)

        assert self._send(world, member, key).message == first
        with pytest.raises(NotAllowed):
            self._send(world, member, uuid4())

    def test_retry_is_answered_in_a_closed_peer(self) -> None:
        world = make_world(GroupType.PEER)
        owner = world.people[Role.OWNER]
        key = uuid4()
        first = self._send(world, owner, key).message
        world.people[Role.MEMBER].delete()

        assert self._send(world, owner, key).message == first

    def test_retry_after_removal_is_not_found_and_after_return_is_answered(self) -> None:
        world, owner, [member] = small_group()
        key = uuid4()
        first = self._send(world, member, key).message
        member_remove(acting_user=owner, group_id=world.id, user_id=member.pk)
        with pytest.raises(NotFound):
            self._send(world, member, key)

        member_add(acting_user=owner, group_id=world.id, user_id=member.pk, role=Role.MEMBER)

        assert self._send(world, member, key).message == first

    def test_id_belongs_to_its_sender_and_group(self) -> None:
        world, owner, [member] = small_group()
        elsewhere, _, _ = small_group()
        member_add(acting_user=elsewhere.people[Role.OWNER], group_id=elsewhere.id, user_id=owner.pk, role=Role.MEMBER)
        key = uuid4()

        sent = [self._send(world, owner, key), self._send(world, member, key), self._send(elsewhere, owner, key)]

        assert [one.created for one in sent] == [True, True, True]
        assert ChatMessage.objects.filter(client_id=key).count() == 3

    def _send(self, world: World, user: object, key: UUID, **fields: str) -> Sent:
        return message_send(
            **{"acting_user": user, "group_id": world.id, "message_text": "once", "client_id": key} | fields
        )


def test_read_then_send_counts_the_reader_once() -> None:
    world, owner, [member] = small_group()
    world.say(owner)
    read_advance(acting_user=member, group_id=world.id, read_seq=1)

    world.say(member)

    assert list(ReadMark.objects.filter(user=member).values_list("seq", flat=True)) == [1]
