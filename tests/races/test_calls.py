"""Calls that several people start, answer and give up at once."""

from functools import partial

import pytest

from chat.exceptions import Conflict
from chat.models import Call, CallParticipant, ChatMessage
from chat.roles import GroupType, Role
from chat.services.calls import call_set_state, call_start, calls_expire
from tests.races.together import succeeded, together
from tests.services.worlds import make_world, small_group

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

ROUNDS = 8


def test_both_who_call_at_once_are_in_one_call() -> None:
    for _ in range(ROUNDS):
        world = make_world(GroupType.PEER)
        people = [world.people[Role.OWNER], world.people[Role.MEMBER]]
        start = partial(call_start, group_id=world.id, call_type="voice")

        called = succeeded(together([partial(start, acting_user=person) for person in people * 3]))

        [call] = Call.objects.filter(group_id=world.id)
        assert {one.call.pk for one in called} == {call.pk}
        assert sum(one.created for one in called) == 1
        assert ChatMessage.objects.filter(group_id=world.id).count() == 1
        parts = CallParticipant.objects.filter(call=call).values_list("user_id", flat=True)
        assert set(parts) == {person.pk for person in people}
        assert len(parts) == 2


def test_one_of_several_devices_answers() -> None:
    for _ in range(ROUNDS):
        world = make_world(GroupType.PEER)
        caller, called = world.people[Role.OWNER], world.people[Role.MEMBER]
        call = call_start(acting_user=caller, group_id=world.id, call_type="voice").call
        step = partial(call_set_state, call_id=call.pk)

        results = together(
            [
                partial(step, acting_user=called, state="answered"),
                partial(step, acting_user=called, state="answered"),
                partial(step, acting_user=called, state="declined"),
                partial(step, acting_user=caller, state="cancelled"),
            ]
        )

        [won] = [result for result in results if isinstance(result, Call)]
        assert [result.code for result in results if isinstance(result, Conflict)] == ["call_state"] * 3
        call.refresh_from_db()
        assert call.state == won.state
        message = ChatMessage.objects.get(pk=call.message_id)
        assert (message.metadata or {})["system"]["call"]["state"] == won.state


def test_workers_and_callers_end_a_call_once(settings) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    settings.CHAT = {"CALL_RING_SECONDS": 1}
    world, owner, _ = small_group(3)
    call = call_start(acting_user=owner, group_id=world.id, call_type="voice").call
    Call.objects.filter(pk=call.pk).update(started_at=call.started_at.replace(year=2000))
    start = partial(call_start, acting_user=owner, group_id=world.id, call_type="voice")

    results = succeeded(together([lambda: list(calls_expire()), lambda: list(calls_expire()), start, start]))

    assert sum(call.pk in result for result in results[:2]) <= 1
    assert [one.created for one in results[2:]].count(True) == 1
    assert sorted(Call.objects.filter(group_id=world.id).values_list("state", flat=True)) == ["initiated", "missed"]
