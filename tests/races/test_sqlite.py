"""SQLite has one writer at a time: those who come at once wait, and nobody is given an error."""

from functools import partial
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from chat.models import ChatGroup, ChatGroupUser, ChatMessage
from chat.roles import Role
from chat.services.groups import peer_start
from chat.services.members import member_leave
from chat.services.messages import message_send
from chat.services.reads import read_advance
from chat.services.states import state_set
from tests.races.together import succeeded, together
from tests.services.worlds import make_person, make_world, small_group

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def test_parallel_reads_sends_and_state_changes_give_no_error() -> None:
    world, owner, members = small_group(7)
    for _ in range(20):
        world.say(owner)

    def act(number: int) -> None:
        random, user = Random(number), members[number % 7]
        for _ in range(15):
            kind = random.randrange(4)
            if kind == 0:
                world.say(user)
            elif kind == 1:
                read_advance(acting_user=user, group_id=world.id, read_seq=random.randint(1, 20))
            elif kind == 2:
                state_set(acting_user=user, group_id=world.id, pinned=random.random() < 0.5)
            else:
                assert ChatGroupUser.objects.of(user).with_unread().count() == 1

    succeeded(together([partial(act, number) for number in range(14)]))

    seqs = list(ChatMessage.objects.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, ChatGroup.objects.get(pk=world.id).last_seq + 1))


def test_storm_of_reads_of_one_person_ends_at_the_last() -> None:
    """An older client marks each message by a request of its own, all at once."""
    world, owner, [member] = small_group()
    for _ in range(20):
        world.say(owner)
    read = partial(read_advance, acting_user=member, group_id=world.id)

    results: list[Any] = succeeded(together([partial(read, read_seq=seq) for seq in range(1, 21)]))

    assert max(result.read_seq for result in results) == 20
    assert all(result.read_seq >= seq for seq, result in enumerate(results, start=1))
    assert world.membership(member).read_seq == 20
    assert not ChatMessage.objects.filter(read_at__isnull=True).exists()


def test_races_have_the_outcomes_that_they_have_elsewhere() -> None:
    one, two = make_person(), make_person()
    started = succeeded(
        together([partial(peer_start, acting_user=a, user_id=b.pk) for a, b in [(one, two), (two, one)] * 4])
    )
    assert len({start.group.pk for start in started}) == 1

    group = started[0].group.pk
    send = partial(message_send, acting_user=one, group_id=group, message_text="once", client_id=uuid4())
    assert len({sent.message.pk for sent in succeeded(together([send] * 8))}) == 1

    world = make_world("group")
    owners = [world.people[Role.OWNER], world.others[Role.OWNER]]
    succeeded(together([partial(member_leave, acting_user=owner, group_id=world.id) for owner in owners]))
    live = ChatGroupUser.objects.live().filter(group_id=world.id, role=Role.OWNER)
    assert live.count() == 1
