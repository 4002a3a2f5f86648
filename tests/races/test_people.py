"""People who block, answer, ask and change their settings while others write."""

from functools import partial
from typing import Any

import pytest

from chat.choices import ConnectionState
from chat.exceptions import Conflict, NotAllowed
from chat.models import ChatMessage, Connection
from chat.roles import GroupType, Role
from chat.services.groups import group_start, peer_start
from chat.services.members import member_add
from chat.services.people.blocks import block_add
from chat.services.people.connections import connection_accept, connection_reject, connection_request
from chat.services.people.settings import settings_update
from chat.services.reactions import reaction_add
from tests.races.together import succeeded, together, while_held
from tests.services.people.worlds import prefer
from tests.services.worlds import World, make_person, make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

ROUNDS = 10


def _talking() -> tuple[World, Any, Any]:
    """Return a conversation of two who have both sent: their next sends take the fast path."""
    world = make_world(GroupType.PEER)
    one, two = world.people[Role.OWNER], world.people[Role.MEMBER]
    for user in (one, two):
        world.say(user)
        assert not world.membership(user).is_guarded
    return world, one, two


@pytest.mark.parametrize("how", ["block", "setting"])
def test_send_that_waits_for_a_block_or_a_setting_is_refused(how: str) -> None:
    world, one, two = _talking()
    message = world.say(one)
    acts = {
        "block": partial(block_add, acting_user=two, user_id=one.pk),
        "setting": partial(settings_update, acting_user=two, who_can_message="none"),
    }
    react = partial(reaction_add, acting_user=one, message_id=message.pk, emoji="👍")

    with while_held(acts[how], partial(world.say, one), *([react] if how == "block" else [])) as results:
        assert {(type(result), result.code) for result in results} == {(NotAllowed, "privacy")}


@pytest.mark.parametrize("how", ["block", "setting"])
def test_nothing_comes_after_a_block_or_a_setting_has_returned(how: str) -> None:
    for _ in range(ROUNDS):
        world, one, two = _talking()
        if how == "block":
            prefer(two, who_can_message="everyone")
        before = ChatMessage.objects.filter(group_id=world.id).count()

        def forbid(world: World = world, one: Any = one, two: Any = two) -> int:
            if how == "block":
                block_add(acting_user=two, user_id=one.pk)
            else:
                settings_update(acting_user=two, who_can_message="none")
            return ChatMessage.objects.filter(group_id=world.id).count()

        sends = [partial(world.say, one) for _ in range(4)]
        seen, *results = together([forbid, *sends])

        sent = [result for result in results if isinstance(result, ChatMessage)]
        assert all(isinstance(result, ChatMessage | NotAllowed) for result in results)
        assert ChatMessage.objects.filter(group_id=world.id).count() == before + len(sent) == seen
        assert world.membership(one).is_guarded


def test_send_that_is_about_to_lift_the_guard_does_not_undo_a_block() -> None:
    """The guard is set again after it, though it was still set when the block looked."""
    world = make_world(GroupType.PEER)
    one, two = world.people[Role.OWNER], world.people[Role.MEMBER]

    with while_held(partial(world.say, one), partial(block_add, acting_user=two, user_id=one.pk)) as results:
        succeeded(results)

    assert world.membership(one).is_guarded
    with pytest.raises(NotAllowed):
        world.say(one)


def test_nothing_begins_while_a_block_or_a_setting_is_made_that_forbids_it() -> None:
    """Each begins before, and then stands when the other returns, or is refused: none slips in behind it."""
    ada, ben = make_person(), make_person()
    group = group_start(acting_user=ada).group.pk
    asked = connection_request(acting_user=ada, user_id=ben.pk).connection.pk
    person = make_person()
    began = [
        partial(peer_start, acting_user=ada, user_id=ben.pk),
        partial(member_add, acting_user=ada, group_id=group, user_id=ben.pk, role=Role.MEMBER),
        partial(connection_request, acting_user=ada, user_id=ben.pk),
        partial(connection_accept, acting_user=ben, connection_id=asked),
    ]
    alone = partial(group_start, acting_user=ada, member_ids=[ben.pk, person.pk])
    with while_held(partial(block_add, acting_user=ben, user_id=ada.pk), *began, alone) as results:
        *refused, started = results
        assert {(type(result), getattr(result, "code", "")) for result in refused} == {(NotAllowed, "privacy")}
        assert started.rejected.keys() == {ben.pk}
    assert Connection.objects.get(pk=asked).state == ConnectionState.PENDING

    chala = make_person()
    wishes = {"who_can_message": "none", "allow_group_adds": "none"}
    began = [
        partial(peer_start, acting_user=ada, user_id=chala.pk),
        partial(member_add, acting_user=ada, group_id=group, user_id=chala.pk, role=Role.MEMBER),
    ]
    with while_held(partial(prefer, chala, **wishes), *began) as results:
        assert {(type(result), getattr(result, "code", "")) for result in results} == {(NotAllowed, "privacy")}


def test_people_who_block_each_other_while_each_begins_something_do_not_wait_for_ever() -> None:
    for _ in range(ROUNDS):
        ada, ben = make_person(), make_person()
        pairs = [(ada, ben), (ben, ada)]
        calls = [partial(block_add, acting_user=a, user_id=b.pk) for a, b in pairs]
        calls += [partial(peer_start, acting_user=a, user_id=b.pk) for a, b in pairs]
        calls += [partial(group_start, acting_user=a, member_ids=[b.pk]) for a, b in pairs]
        calls += [partial(connection_request, acting_user=a, user_id=b.pk) for a, b in pairs]

        failed = [result for result in together(calls) if isinstance(result, Exception)]

        assert all(isinstance(error, NotAllowed) for error in failed), failed


def test_request_is_accepted_or_rejected_once() -> None:
    for _ in range(ROUNDS):
        ada, ben = make_person(), make_person()
        key = connection_request(acting_user=ada, user_id=ben.pk).connection.pk

        results = together(
            [partial(answer, acting_user=ben, connection_id=key) for answer in (connection_accept, connection_reject)]
        )

        [refused] = [result for result in results if isinstance(result, Exception)]
        [answered] = [result for result in results if isinstance(result, Connection)]
        assert isinstance(refused, Conflict)
        assert refused.code == "request_over"
        assert Connection.objects.get(pk=key).state == answered.state


def test_two_who_ask_each_other_at_once_are_connected() -> None:
    for _ in range(ROUNDS):
        ada, ben = make_person(), make_person()
        asks = [partial(connection_request, acting_user=a, user_id=b.pk) for a, b in [(ada, ben), (ben, ada)] * 3]

        results = succeeded(together(asks))

        connection = Connection.objects.get(pk=results[0].connection.pk)
        assert connection.state == ConnectionState.ACCEPTED
        assert Connection.objects.filter(requester__in=[ada, ben]).count() == 1
        assert sum(result.created for result in results) == 1


def test_settings_changed_at_once_keep_every_change() -> None:
    ada = make_person()
    changes: list[dict[str, Any]] = [{"hide_email": True}, {"read_receipts": False}, {"appearance": {"a": 1}}]
    changes += [{"appearance": {"b": 2}}, {"language": "am"}]

    succeeded(together([partial(settings_update, acting_user=ada, **change) for change in changes]))

    row = settings_update(acting_user=ada)
    assert (row.hide_email, row.read_receipts, row.language, row.appearance) == (True, False, "am", {"a": 1, "b": 2})


def test_people_who_block_each_other_at_once_do_not_wait_for_ever() -> None:
    for _ in range(ROUNDS):
        world, one, two = _talking()
        blocks = [partial(block_add, acting_user=a, user_id=b.pk) for a, b in ((one, two), (two, one))]
        results = together([*blocks, partial(world.say, one), partial(world.say, two)])
        assert not [
            result for result in results if isinstance(result, Exception) and not isinstance(result, NotAllowed)
        ]
