"""Read positions under several devices, and readers among writers."""

from functools import partial
from random import Random

import pytest
from django.db import connection

from chat.models import ChatGroup, ChatGroupUser, ChatMessage, ReadMark, changes_since
from chat.roles import Role
from chat.services.members import member_add, member_remove
from chat.services.reads import read_advance
from chat.services.states import history_clear, state_set
from chat.services.tombstones import message_delete, message_restore
from tests.histories.client import Client
from tests.races.together import succeeded, together, while_held
from tests.services.worlds import make_person, quietly, small_group

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def test_marking_read_from_several_devices_never_goes_back() -> None:
    world, owner, [member] = small_group()
    for _ in range(60):
        world.say(owner)
    seen: list[list[tuple[int, int]]] = []

    def device(number: int) -> None:
        random, own = Random(number), []
        for _ in range(40):
            membership = read_advance(
                acting_user=member,
                group_id=world.id,
                read_seq=random.randint(1, 50),
                delivered_seq=random.randint(1, 60),
            )
            own.append((membership.read_seq, membership.delivered_seq))
        seen.append(own)

    succeeded(together([partial(device, number) for number in range(8)]))

    last = world.membership(member)
    marks = list(ReadMark.objects.reads().filter(user=member).order_by("at").values_list("seq", flat=True))
    for own in seen:
        assert own == sorted(own)
        assert all(read <= delivered for read, delivered in own)
        assert own[-1] <= (last.read_seq, last.delivered_seq)
    assert (last.read_seq, last.unread_from_seq) == (max(read for own in seen for read, _ in own), last.read_seq)
    assert marks == sorted(set(marks))
    assert marks[-1] == last.read_seq


def test_state_changes_of_several_devices_are_counted_each() -> None:
    world, owner, [member] = small_group()
    for _ in range(20):
        world.say(owner)
    before = world.membership(member).state_version

    def pin(times: int) -> None:
        for n in range(times):
            state_set(acting_user=member, group_id=world.id, unread_from_seq=n % 3, pinned=n % 2 == 0)

    succeeded(together([partial(pin, 20), partial(pin, 20), partial(pin, 20)]))

    versions = world.membership(member).state_version - before
    assert 20 <= versions <= 60


def test_clearing_twice_never_brings_messages_back() -> None:
    """The later clearing has read the group before the earlier one's messages came."""
    world, owner, [member] = small_group(history_visibility="joined")
    for _ in range(3):
        world.say(owner)

    def remove_and_add_later() -> None:
        with quietly():
            member_remove(acting_user=owner, group_id=world.id, user_id=member.pk)
            for _ in range(3):
                world.say(owner)
            member_add(acting_user=owner, group_id=world.id, user_id=member.pk, role=Role.MEMBER)

    with while_held(remove_and_add_later, partial(history_clear, acting_user=member, group_id=world.id)) as results:
        succeeded(results)

    assert world.membership(member).visible_from_seq == 7
    assert not ChatMessage.objects.visible_to(member).exists()


def test_times_of_a_reader_do_not_go_back_where_a_later_advance_waited() -> None:
    world, owner, [member] = small_group()
    for _ in range(3):
        world.say(owner)
    read = partial(read_advance, acting_user=member, group_id=world.id)

    def hold() -> None:
        ChatGroupUser.objects.lock(world.id, member.pk)

    with while_held(hold, partial(read, read_seq=3), then=partial(read, read_seq=1)) as results:
        succeeded(results)

    times = list(ReadMark.objects.order_by("seq").values_list("at", flat=True))
    assert len(times) == 2
    assert times == sorted(times)


@pytest.mark.usefixtures("send_path")
@pytest.mark.parametrize("act", ["read", "send"])
def test_rows_are_stamped_in_the_order_of_their_numbers(act: str) -> None:
    """Or two who stamp the same rows, in whatever order the database comes by them, wait for each other for ever."""
    world, owner, [member] = small_group()
    for _ in range(60):
        world.say(owner)
    rows = ChatMessage.objects.filter(group_id=world.id)
    for message in rows.order_by("-seq")[:40]:  # on disk these now lie the other way round
        message_delete(acting_user=owner, message_id=message.pk)
        message_restore(acting_user=owner, message_id=message.pk)

    def stamp() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET enable_indexscan = off")
        if act == "read":
            read_advance(acting_user=member, group_id=world.id, read_seq=60)
        else:
            world.say(member)

    def lock(nowait: bool = False, **which: int) -> list[ChatMessage]:
        return list(rows.filter(**which).select_for_update(no_key=True, nowait=nowait))

    later = partial(lock, nowait=True, seq__gt=40, seq__lte=60)
    with while_held(partial(lock, seq=40), stamp, then=later) as results:
        succeeded(results)

    assert rows.filter(seq__lte=60, read_at__isnull=False).count() == 60


@pytest.mark.slow
def test_reader_who_polls_among_sixteen_writers_ends_with_the_snapshot() -> None:
    world, owner, members = small_group(16)
    newcomers = [make_person() for _ in range(16)]
    reader = make_person()
    member_add(acting_user=owner, group_id=world.id, user_id=reader.pk, role=Role.MEMBER)
    writing = set(range(16))

    def write(number: int) -> None:
        try:
            say_and_delete(number)
        finally:  # or those who poll would never end
            writing.discard(number)

    def say_and_delete(number: int) -> None:
        random, user, newcomer, own = Random(number), members[number], newcomers[number], []
        for turn in range(10):
            own.append(world.say(user, f"{number} {turn}"))
            message = random.choice(own)
            message_delete(acting_user=user, message_id=message.pk)
            if random.random() < 0.5:
                message_restore(acting_user=user, message_id=message.pk)
            if turn % 4 == 0:
                member_add(acting_user=owner, group_id=world.id, user_id=newcomer.pk, role=Role.MEMBER)
            if turn % 4 == 2:
                member_remove(acting_user=owner, group_id=world.id, user_id=newcomer.pk)

    def poll(limit: int) -> Client:
        client = Client(world.id, reader)
        client.load()
        while writing:
            client.poll(limit=limit, pages=1)
        client.poll(limit=limit)
        return client

    results = succeeded(
        together([*(partial(write, number) for number in range(16)), partial(poll, 3), partial(poll, 50)])
    )

    fresh = Client(world.id, reader)
    fresh.load()
    for client in results[16:]:
        assert client.polls > 5
        assert client.view == fresh.view
    group = ChatGroup.objects.get(pk=world.id)
    assert fresh.known[0] == group.version
    last = changes_since(world.membership(reader), fresh.known, limit=10)
    assert (last.group_changed, last.messages, last.members) == (False, [], [])
