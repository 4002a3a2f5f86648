"""Read and received positions, their times, and what counts as unread."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from chat.events import ReadAdvanced, StateChanged
from chat.exceptions import InvalidInput, NotFound
from chat.models import ChatGroup, ChatGroupUser, ChatMessage, ReadMark
from chat.roles import GroupType, MessageType, Role
from chat.services.members import member_add, member_remove
from chat.services.reads import STAMPED_AT_MOST, read_advance
from chat.services.states import history_clear, state_set
from chat.services.tombstones import message_delete, message_restore
from tests.services.conftest import Hearing
from tests.services.worlds import World, everything, join, make_world, small_group

pytestmark = pytest.mark.django_db


def _unread(world: World, user: Any) -> int:
    return ChatGroupUser.objects.of(user).with_unread().get(group_id=world.id).unread


def _backlog(number: int, **settings: Any) -> tuple[World, Any, Any]:
    world, owner, [member] = small_group(**settings)
    for _ in range(number):
        world.say(owner)
    return world, owner, member


def _positions(world: World, user: Any) -> tuple[int, int, int]:
    row = world.membership(user)
    return row.read_seq, row.delivered_seq, row.unread_from_seq


def test_reading_moves_positions_forward_only(hearing: Hearing) -> None:
    world, owner, member = _backlog(5)
    group, state = ChatGroup.objects.get(pk=world.id), world.membership(member).state_version
    version = world.membership(member).version
    read = {"acting_user": member, "group_id": world.id}
    with hearing() as heard:
        read_advance(**read, delivered_seq=2)
        assert _positions(world, member) == (0, 2, 0)
        read_advance(**read, read_seq=3)
        assert _positions(world, member) == (3, 3, 3)
        read_advance(**read, read_seq=1, delivered_seq=2)
        read_advance(**read, read_seq=3)
        read_advance(**read)
        assert _positions(world, member) == (3, 3, 3)
        read_advance(**read, read_seq=10**30)
        assert _positions(world, member) == (5, 5, 5)

    ids = {"group_id": world.id, "actor_id": member.pk}
    assert heard == [
        ReadAdvanced(**ids, read_seq=0, delivered_seq=2),
        ReadAdvanced(**ids, read_seq=3, delivered_seq=3),
        ReadAdvanced(**ids, read_seq=5, delivered_seq=5),
    ]
    assert world.membership(member).state_version == state + 3
    assert world.membership(member).version == version
    assert ChatGroup.objects.get(pk=world.id).version == group.version, "no lock, no version of the group"
    marks = ReadMark.objects.filter(user=member).order_by("seq")
    assert list(marks.values_list("kind", "seq")) == [("delivered", 2), ("read", 3), ("read", 5)]
    assert _positions(world, owner) == (5, 5, 5)


def test_marks_tell_when_each_message_was_read() -> None:
    world, _, member = _backlog(4)
    first = read_advance(acting_user=member, group_id=world.id, read_seq=2)
    second = read_advance(acting_user=member, group_id=world.id, read_seq=4)

    stamps = dict(ChatMessage.objects.values_list("seq", "read_at"))
    marks = dict(ReadMark.objects.filter(user=member).values_list("seq", "at"))
    assert marks == {2: first.read_changed_at, 4: second.read_changed_at}
    assert stamps == {1: marks[2], 2: marks[2], 3: marks[4], 4: marks[4]}
    assert marks[2] <= marks[4]


def test_time_of_the_first_reader_stays() -> None:
    world, owner, member = _backlog(3)
    second = join(world, owner)
    first = read_advance(acting_user=member, group_id=world.id, read_seq=2)
    later = read_advance(acting_user=second, group_id=world.id, read_seq=3)

    stamps = [row.read_at for row in ChatMessage.objects.order_by("seq")]
    assert stamps == [first.read_changed_at, first.read_changed_at, later.read_changed_at]


def test_an_advance_stamps_at_most_the_newest_five_hundred() -> None:
    assert STAMPED_AT_MOST == 500
    world, _, member = _backlog(2)
    template = ChatMessage.objects.filter(seq=2).values().get()
    ChatMessage.objects.bulk_create(
        ChatMessage(
            **template
            | {
                "id": ChatMessage().pk,
                "seq": seq,
                "version": 10_000 + seq,
                "created_at": template["created_at"] + (template["created_at"].resolution * seq),
            }
        )
        for seq in range(3, 701)
    )
    ChatGroup.objects.filter(pk=world.id).update(last_seq=700)

    read_advance(acting_user=member, group_id=world.id, read_seq=690)

    stamped = ChatMessage.objects.filter(read_at__isnull=False)
    assert (stamped.count(), stamped.order_by("seq")[0].seq, stamped.order_by("-seq")[0].seq) == (500, 191, 690)
    assert list(ReadMark.objects.values_list("seq", flat=True)) == [690], "which covers the older ones"


def test_nothing_is_stamped_that_the_reader_cannot_see() -> None:
    world, owner, _ = _backlog(3, history_visibility="joined")
    newcomer = join(world, owner)
    world.say(owner)

    read_advance(acting_user=newcomer, group_id=world.id, read_seq=4)

    assert list(ChatMessage.objects.filter(read_at__isnull=False).values_list("seq", flat=True)) == [4]


def test_only_members_have_positions() -> None:
    world = make_world(GroupType.GROUP)
    world.say(world.people[Role.OWNER])
    before = everything()
    for outsider in (world.stranger, world.former):
        with pytest.raises(NotFound):
            read_advance(acting_user=outsider, group_id=world.id, read_seq=1)
    assert everything() == before

    assert read_advance(acting_user=world.people[Role.MEMBER], group_id=world.id, read_seq=1).read_seq == 1


@pytest.mark.parametrize("value", [-1, "3", 2.5, True, [1]])
@pytest.mark.parametrize("field", ["read_seq", "delivered_seq"])
def test_wrong_number_names_its_field(field: str, value: object) -> None:
    world, _, member = _backlog(3)
    before = everything()
    with pytest.raises(InvalidInput) as refused:
        read_advance(**{"acting_user": member, "group_id": world.id, field: value})

    assert (refused.value.code, refused.value.field) == ("invalid", field)
    assert everything() == before


def test_reading_ends_marked_unread_and_says_so(hearing: Hearing) -> None:
    world, _, member = _backlog(5)
    read_advance(acting_user=member, group_id=world.id, read_seq=5)
    state_set(acting_user=member, group_id=world.id, unread_from_seq=2)
    assert _unread(world, member) == 3
    marks = list(ReadMark.objects.values())
    with hearing() as heard:
        after = read_advance(acting_user=member, group_id=world.id, read_seq=4)

    assert (after.read_seq, _unread(world, member)) == (5, 1)
    assert heard == [StateChanged(group_id=world.id, actor_id=member.pk, state_version=after.state_version)]
    assert list(ReadMark.objects.values()) == marks


def test_rolled_back_reading_leaves_no_trace(hearing: Hearing) -> None:
    world, _, member = _backlog(3)
    before = everything()
    with hearing() as heard, transaction.atomic():
        read_advance(acting_user=member, group_id=world.id, read_seq=3)
        transaction.set_rollback(True)

    assert (everything(), heard) == (before, [])


def test_message_passed_over_while_deleted_is_read_when_restored() -> None:
    world, owner, member = _backlog(2)
    message = ChatMessage.objects.get(seq=1)
    message_delete(acting_user=owner, message_id=message.pk)
    assert _unread(world, member) == 1
    read_advance(acting_user=member, group_id=world.id, read_seq=2)

    message_restore(acting_user=owner, message_id=message.pk)

    assert _unread(world, member) == 0


class NaiveReader:
    """What one person has not read, counted one by one, by the rules as the documents say them."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.unread_from = 0
        self.first = 1

    def unread(self, me: Any) -> int:
        return sum(
            seq > self.unread_from
            and seq >= self.first
            and message["sender"] != me
            and not message["deleted"]
            and not message["system"]
            for seq, message in enumerate(self.messages, start=1)
        )


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ["send", "send", "send", "system", "delete", "restore", "read", "mark_unread", "clear", "leave", "back"]
        ),
        st.integers(0, 1),
        st.integers(0, 12),
    ),
    min_size=8,
    max_size=20,
)


@given(operations=OPERATIONS, visibility=st.sampled_from(["start", "joined"]))
def test_unread_is_what_counting_one_by_one_gives(operations: list[tuple[str, int, int]], visibility: str) -> None:
    with transaction.atomic():
        world, owner, people = small_group(2, history_visibility=visibility)
        shared: list[dict[str, Any]] = []
        naive = [NaiveReader() for _ in people]
        for reader in naive:
            reader.messages = shared
        out: set[int] = set()
        for kind, who, number in operations:
            if kind == "back" and who in out:
                member_add(acting_user=owner, group_id=world.id, user_id=people[who].pk, role=Role.MEMBER)
                naive[who].unread_from = len(shared)
                naive[who].first = 1 if visibility == "start" else len(shared) + 1
                shared.append({"sender": None, "deleted": False, "system": True})
                out.discard(who)
            elif who not in out and kind != "back":
                _do(world, owner, people, naive, kind, who, number)
                if kind == "leave":
                    out.add(who)
            for index, person in enumerate(people):
                if index not in out:
                    assert _unread(world, person) == naive[index].unread(person.pk), (kind, who, number)
        transaction.set_rollback(True)


def _do(
    world: World, owner: Any, people: list[Any], naive: list[NaiveReader], kind: str, who: int, number: int
) -> None:
    user, reader = people[who], naive[who]
    messages, at = reader.messages, {"acting_user": people[who], "group_id": world.id}
    message = ChatMessage.objects.filter(group_id=world.id, seq=number, message_type=MessageType.TEXT).first()
    if kind == "send":
        world.say(user)
        messages.append({"sender": user.pk, "deleted": False, "system": False})
        reader.unread_from = len(messages)
    elif kind == "system":
        sent = world.say(owner)
        ChatMessage.objects.filter(pk=sent.pk).update(message_type=MessageType.SYSTEM, sender=None, counts=False)
        messages.append({"sender": None, "deleted": False, "system": True})
    elif kind == "delete" and message is not None:
        message_delete(acting_user=owner, message_id=message.pk)
        messages[number - 1]["deleted"] = True
    elif kind == "restore" and message is not None and message.deleted_at is not None:
        message_restore(acting_user=owner, message_id=message.pk)
        messages[number - 1]["deleted"] = False
    elif kind == "read":
        read_advance(**at, read_seq=number)
        reader.unread_from = max(reader.unread_from, min(number, len(messages)))
    elif kind == "mark_unread":
        state_set(**at, unread_from_seq=number)
        reader.unread_from = min(number, len(messages))
    elif kind == "clear":
        history_clear(**at)
        reader.first = len(messages) + 1
    elif kind == "leave":
        member_remove(acting_user=owner, group_id=world.id, user_id=user.pk)
        messages.append({"sender": None, "deleted": False, "system": True})
