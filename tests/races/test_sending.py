"""Many who send at once, and sending against what takes the right to send away."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from chat.exceptions import Conflict, KeyReused, NotAllowed, NotFound
from chat.models import ChatGroup, ChatGroupUser, ChatMessage, ReadMark
from chat.roles import GroupType, MessageType, Posting, Role
from chat.services.groups import group_delete, group_update
from chat.services.members import member_add, member_leave, member_remove, member_set_role
from chat.services.messages import message_send
from tests.races.together import succeeded, together, while_held
from tests.services.worlds import World, make_person, make_world, small_group

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race, pytest.mark.usefixtures("send_path")]

WRITERS = 16


@pytest.mark.slow
def test_sixteen_writers_leave_no_gap_and_no_double(send_path: str) -> None:
    each = 200 if send_path == "fast" else 25
    world, owner, members = small_group(WRITERS - 1)

    def write(user: Any) -> list[int]:
        return [world.say(user, f"{user.pk} {n}").seq for n in range(each)]

    numbers = succeeded(together([partial(write, user) for user in (owner, *members)]))

    rows = list(ChatMessage.objects.filter(group_id=world.id).order_by("seq"))
    group = ChatGroup.objects.get(pk=world.id)
    assert [row.seq for row in rows] == list(range(1, WRITERS * each + 1))
    assert sorted(seq for of_writer in numbers for seq in of_writer) == [row.seq for row in rows]
    assert all(of_writer == sorted(of_writer) for of_writer in numbers)
    times = [row.created_at for row in rows]
    assert times == sorted(set(times))
    versions = [row.version for row in rows]
    assert versions == list(range(versions[0], versions[0] + len(rows)))
    assert (group.last_seq, group.version, group.last_message_at) == (len(rows), versions[-1], times[-1])
    last_own = {row.sender_id: row.seq for row in rows}
    for membership in ChatGroupUser.objects.filter(group_id=world.id):
        assert membership.read_seq == last_own[membership.user_id]
    texts = Counter(row.message_text for row in rows)
    assert texts == Counter(f"{user.pk} {n}" for user in (owner, *members) for n in range(each))


def test_one_client_id_sent_at_once_gives_one_message() -> None:
    world, owner, _ = small_group()
    key = uuid4()
    send = partial(message_send, acting_user=owner, group_id=world.id, message_text="once", client_id=key)

    for _ in range(5):
        sent = succeeded(together([send] * 16))

        assert ChatMessage.objects.filter(group_id=world.id).count() == 1
        assert len({one.message.pk for one in sent}) == 1
    assert ChatGroup.objects.get(pk=world.id).last_seq == 1
    assert world.membership(owner).state_version == 2


def test_one_client_id_with_two_contents_at_once_gives_one_message() -> None:
    world, owner, _ = small_group()
    key = uuid4()
    sends = [
        partial(message_send, acting_user=owner, group_id=world.id, message_text=text, client_id=key)
        for text in ("one", "two") * 8
    ]

    results = together(sends)

    [kept] = ChatMessage.objects.filter(group_id=world.id)
    for text, result in zip(("one", "two") * 8, results, strict=True):
        if text == kept.message_text:
            assert result.message == kept
        else:
            assert isinstance(result, KeyReused)


Taking = Callable[[World, Any, Any], object]
TAKES: dict[str, tuple[Taking, type[Exception]]] = {
    "remove": (lambda w, by, user: member_remove(acting_user=by, group_id=w.id, user_id=user.pk), NotFound),
    "leave": (lambda w, _, user: member_leave(acting_user=user, group_id=w.id), NotFound),
    "delete": (lambda w, by, _: group_delete(acting_user=by, group_id=w.id), NotFound),
    "depart": (lambda _, __, user: user.delete(), NotFound),
    "channel": (lambda w, by, _: group_update(acting_user=by, group_id=w.id, posting=Posting.ADMINS), NotAllowed),
}


@pytest.mark.parametrize("take", TAKES)
def test_send_that_waits_for_what_forbids_it_is_refused(take: str) -> None:
    world, owner, [member] = small_group()
    world.say(member)
    forbid, error = TAKES[take]
    key = member.pk

    with while_held(
        lambda: forbid(world, owner, member),
        lambda: message_send(acting_user=type(member)(pk=key), group_id=world.id, message_text="late"),
        lambda: message_send(
            acting_user=type(member)(pk=key), group_id=world.id, message_text="late", client_id=uuid4()
        ),
    ) as results:
        assert [type(result) for result in results] == [error, error]

    said = ChatMessage.objects.filter(group_id=world.id).exclude(message_type=MessageType.SYSTEM)
    assert [message.message_text for message in said] == ["hello"]
    assert not ReadMark.objects.exists()


def test_send_that_waits_for_demotion_in_a_channel_is_refused() -> None:
    world = make_world(GroupType.GROUP, posting=Posting.ADMINS)
    owner, admin, member = (world.people[role] for role in (Role.OWNER, Role.ADMIN, Role.MEMBER))

    def set_role(user: Any, role: str) -> None:
        member_set_role(acting_user=owner, group_id=world.id, user_id=user.pk, role=role)

    with while_held(lambda: set_role(admin, Role.MEMBER), lambda: world.say(admin)) as results:
        assert [type(result) for result in results] == [NotAllowed]
    with while_held(lambda: set_role(member, Role.ADMIN), lambda: world.say(member)) as results:
        assert [result.seq for result in results] == [3], "after what the system says of the two roles"


def test_send_that_waits_for_the_other_side_to_go_is_refused() -> None:
    world = make_world(GroupType.PEER)

    with while_held(world.people[Role.MEMBER].delete, lambda: world.say(world.people[Role.OWNER])) as results:
        assert [type(result) for result in results] == [Conflict]


def test_send_that_waits_for_its_sender_to_be_added_is_sent() -> None:
    world, owner, [member] = small_group()
    world.say(owner)
    member_remove(acting_user=owner, group_id=world.id, user_id=member.pk)

    def add(user: Any) -> None:
        member_add(acting_user=owner, group_id=world.id, user_id=user.pk, role=Role.MEMBER)

    for user in (member, make_person()):
        with while_held(partial(add, user), partial(world.say, user)) as results:
            [message] = succeeded(results)
        assert message.seq == world.membership(user).read_seq


def test_send_that_waits_for_other_messages_is_numbered_and_timed_after_them(send_path: str) -> None:
    world, owner, [member] = small_group()

    def hold() -> None:
        for _ in range(3):
            world.say(owner)

    with while_held(hold, lambda: world.say(member)) as results:
        [message] = succeeded(results)

    others = ChatMessage.objects.exclude(pk=message.pk)
    assert message.seq == 4
    assert message.created_at > max(other.created_at for other in others)
    assert list(ReadMark.objects.values_list("user_id", "seq", "at")) == [(member.pk, 4, message.created_at)]
    if send_path == "orm":  # one statement does not see what came meanwhile: that lies under the mark alone
        assert {other.read_at for other in others} == {message.created_at}


@pytest.mark.slow
def test_removed_person_has_no_message_after_the_removal() -> None:
    world, owner, members = small_group(8)

    def write(user: Any) -> list[object]:
        outcomes: list[object] = []
        while not outcomes or outcomes[-1] is not NotFound:
            try:
                outcomes.append(world.say(user).version)
            except NotFound:
                outcomes.append(NotFound)
        return outcomes[:-1]

    def remove(user: Any) -> int:
        while not ChatMessage.objects.filter(group_id=world.id, sender=user).count() > 5:
            pass
        member_remove(acting_user=owner, group_id=world.id, user_id=user.pk)
        return world.membership(user).version

    results = succeeded(together([partial(act, user) for user in members for act in (write, remove)]))

    for user, sent, removed_at in zip(members, results[::2], results[1::2], strict=True):
        versions = list(
            ChatMessage.objects.filter(group_id=world.id, sender=user).order_by("seq").values_list("version", flat=True)
        )
        assert versions == sent, "what was answered as sent is there, and nothing else"
        assert versions[-1] < removed_at
    seqs = ChatMessage.objects.filter(group_id=world.id).order_by("seq").values_list("seq", flat=True)
    assert list(seqs) == list(range(1, len(seqs) + 1))
