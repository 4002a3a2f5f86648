"""Races at the support desk."""

from typing import Any

import pytest

from chat.exceptions import Conflict, NotFound
from chat.models import ChatGroup, ChatGroupUser, StatusChange
from chat.services.members import member_add, member_leave
from chat.services.support.assignments import request_assign, request_take
from chat.services.support.desks import note_send
from chat.services.support.statuses import request_set_status
from chat.services.support.visitors import guest_claim
from tests.races.together import succeeded, together, while_held
from tests.services.support.desk_world import make_person, make_staff, queued, request_world, staff_of
from tests.services.worlds import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_staff_take_one_request_and_one_gets_it() -> None:
    group, staff = queued(), [make_staff() for _ in range(4)]

    results = together([lambda one=one: request_take(acting_user=one, group_id=group.pk) for one in staff])

    refused = [result for result in results if isinstance(result, Conflict)]
    assert [error.code for error in refused] == ["already_taken"] * 3
    winner = ChatGroup.objects.get(pk=group.pk).assignee_id
    assert staff_of(group.pk) == {winner}
    assert StatusChange.objects.filter(group=group).count() == 1


def test_first_notes_at_once_make_one_desk() -> None:
    world, _, staff, other = request_world()

    notes = succeeded(
        together(
            [
                lambda who=who, n=n: note_send(acting_user=who, group_id=world.id, message_text=f"note {n}")
                for n, who in enumerate((staff, other) * 3)
            ]
        )
    )

    desk = ChatGroup.objects.get(desk_of=world.id)
    assert {note.message.group_id for note in notes} == {desk.pk}
    assert sorted(note.message.seq for note in notes) == [1, 2, 3, 4, 5, 6]
    assert staff_of(desk.pk) == {staff.pk, other.pk}


def test_desk_is_equal_to_the_staff_whoever_comes_and_goes_meanwhile() -> None:
    world, _, staff, other = request_world()
    newcomers = [make_staff() for _ in range(3)]

    together(
        [
            lambda: note_send(acting_user=staff, group_id=world.id, message_text="note"),
            lambda: member_leave(acting_user=other, group_id=world.id),
            *(
                lambda one=one: member_add(acting_user=staff, group_id=world.id, user_id=one.pk, role="staff")
                for one in newcomers
            ),
        ]
    )

    desk = ChatGroup.objects.get(desk_of=world.id)
    assert staff_of(desk.pk) == staff_of(world.id) == {staff.pk, *(one.pk for one in newcomers)}


def test_two_who_claim_one_guest_at_once_and_one_gets_the_request() -> None:
    guest, accounts = make_person(), [make_person(), make_person()]
    group = queued(guest)

    with while_held(
        lambda: guest_claim(acting_user=accounts[0], guest_id=guest.pk),
        lambda: guest_claim(acting_user=accounts[1], guest_id=guest.pk),
    ) as results:
        pass

    assert results == [[]]
    assert ChatGroup.objects.get(pk=group.pk).client_user_id == accounts[0].pk


def test_message_that_waits_for_resolving_opens_the_request_again(send_path: str) -> None:
    world, client, staff, _ = request_world()
    for _ in range(2):
        world.say(client)

    with while_held(
        lambda: request_set_status(acting_user=staff, group_id=world.id, status="resolved"),
        lambda: world.say(client, "one more thing"),
    ) as results:
        pass

    succeeded(results)
    assert ChatGroup.objects.get(pk=world.id).support_status == "open"
    changes = StatusChange.objects.filter(group=world.id).order_by("version")
    assert list(changes.values_list("status", flat=True)) == ["resolved", "open"]


def test_assignee_who_leaves_while_assigned_keeps_nothing() -> None:
    world, _, staff, other = request_world()

    together(
        [
            lambda: request_assign(acting_user=staff, group_id=world.id, user_id=other.pk, note="yours"),
            lambda: member_leave(acting_user=other, group_id=world.id),
        ]
    )

    assignee = ChatGroup.objects.get(pk=world.id).assignee_id
    assert assignee in (None, other.pk)
    assert (assignee == other.pk) == (other.pk in staff_of(world.id)), "who is assigned serves it"


def test_guest_who_writes_while_claimed_is_gone(send_path: str) -> None:
    guest, account = make_person(), make_person()
    world = World(queued(guest), {})
    for _ in range(2):
        world.say(guest)

    with while_held(
        lambda: guest_claim(acting_user=account, guest_id=guest.pk), lambda: world.say(guest, "too late")
    ) as results:
        pass

    [result] = results
    assert isinstance(result, NotFound)
    senders: set[Any] = set(world.group.messages.values_list("sender", flat=True))
    assert senders == {account.pk}
    assert not ChatGroupUser.objects.filter(user=guest.pk).exists()
