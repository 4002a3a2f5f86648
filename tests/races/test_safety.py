"""What moderators do, against what they do it to, at once; and many sends of one person."""

from functools import partial
from typing import Any
from uuid import UUID

import pytest

from chat.exceptions import HeldForReview, NotAllowed, NotFound, TooFast
from chat.models import AuditEntry, Ban, ChatGroupUser, ChatMessage, HeldMessage, Report, Suspension
from chat.roles import GroupType, Role
from chat.services.members import member_add, member_leave
from chat.services.messages import message_send
from chat.services.safety.bans import member_ban
from chat.services.safety.held import held_approve, held_reject, held_withdraw
from chat.services.safety.reports import message_report, user_report
from chat.services.safety.suspensions import user_suspend
from tests.races.together import succeeded, together, while_held
from tests.services.safety.reviewing import REVIEWING, hold
from tests.services.worlds import make_person, make_world, small_group

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


@pytest.mark.usefixtures("send_path")
def test_sixteen_sends_at_once_pass_no_more_than_the_burst(settings: Any) -> None:
    settings.CHAT = {"FLOOD_RATE": 1, "FLOOD_BURST": 5, "SYSTEM_MESSAGES": False}
    world, owner, _ = small_group()
    ChatGroupUser.objects.update(is_guarded=False)
    send = partial(message_send, acting_user=owner, group_id=world.id, message_text="x")

    results = together([send] * 16)

    assert sorted({type(result).__name__ for result in results}) == ["Sent", "TooFast"]
    assert sum(isinstance(result, TooFast) for result in results) == 11
    assert ChatMessage.objects.filter(group_id=world.id).count() == 5


@pytest.mark.usefixtures("send_path")
def test_slow_mode_lets_one_of_many_through() -> None:
    world, _, [member] = small_group()
    world.group.slow_mode = 60
    world.group.save()

    results = together([partial(message_send, acting_user=member, group_id=world.id, message_text="x")] * 8)

    assert sum(isinstance(result, TooFast) for result in results) == 7


def test_two_moderators_approve_at_once_and_it_is_sent_once(settings: Any) -> None:
    settings.CHAT = {"ADAPTER": REVIEWING}
    for _ in range(5):
        world, _, [member] = small_group()
        held, moderator = hold(world, member), make_person()

        approved = succeeded(together([partial(held_approve, acting_user=moderator, held=held)] * 4))

        assert sorted(approved) == [False, False, False, True]
        assert ChatMessage.objects.filter(group_id=world.id).count() == 1
        assert AuditEntry.objects.filter(action="held_message.approved", group_id=world.id).count() == 1


def test_held_message_is_sent_or_withdrawn_or_rejected(settings: Any) -> None:
    settings.CHAT = {"ADAPTER": REVIEWING}
    for _ in range(5):
        world, owner, [member] = small_group()
        held, again = hold(world, member), {"acting_user": member, "group_id": world.id, "message_text": "hold this"}

        approved, rejected, withdrawn, retried = together(
            [
                partial(held_approve, acting_user=owner, held=held),
                partial(held_reject, acting_user=owner, held=held),
                partial(held_withdraw, acting_user=member, held_id=held.pk),
                partial(message_send, **again),
            ]
        )

        assert isinstance(retried, HeldForReview)
        assert [approved, rejected, withdrawn is None].count(True) == 1
        assert withdrawn is None or isinstance(withdrawn, NotFound)
        assert ChatMessage.objects.filter(group_id=world.id).count() == (approved is True)


def test_retries_of_a_held_message_at_once_keep_it_once(settings: Any) -> None:
    settings.CHAT = {"ADAPTER": REVIEWING}
    world, _, [member] = small_group()
    send = partial(message_send, acting_user=member, group_id=world.id, message_text="hold this", client_id=UUID(int=7))

    results = together([send] * 8)

    assert {type(result) for result in results} == {HeldForReview}
    assert {result.held.pk for result in results} == {HeldMessage.objects.get().pk}


def test_who_is_banned_while_they_are_added_is_not_in_the_group() -> None:
    for _ in range(5):
        world = make_world(GroupType.GROUP)
        member, owner, admin = world.people[Role.MEMBER], world.people[Role.OWNER], world.people[Role.ADMIN]
        member_leave(acting_user=member, group_id=world.id)

        added, banned = together(
            [
                partial(member_add, acting_user=owner, group_id=world.id, user_id=member.pk, role=Role.MEMBER),
                partial(member_ban, acting_user=admin, group_id=world.id, user_id=member.pk),
            ]
        )

        assert isinstance(banned, Ban)
        assert not isinstance(added, Exception) or isinstance(added, NotAllowed)
        assert not ChatGroupUser.objects.live().filter(group_id=world.id, user=member).exists()


@pytest.mark.usefixtures("send_path")
def test_send_that_waits_for_a_suspension_is_refused() -> None:
    world, _, [member] = small_group()
    world.say(member)
    suspend = partial(user_suspend, acting_user=make_person(), user=member)
    send = partial(message_send, acting_user=member, group_id=world.id, message_text="too late")

    with while_held(suspend, send) as results:
        [refused] = results

    assert isinstance(refused, NotAllowed)
    assert refused.code == "suspended"
    assert ChatMessage.objects.filter(group_id=world.id).count() == 1


@pytest.mark.usefixtures("send_path")
def test_suspension_waits_for_a_send_that_lifts_the_guard_and_holds_for_the_next() -> None:
    world, _, [member] = small_group()
    send = partial(message_send, acting_user=member, group_id=world.id, message_text="in time")

    with while_held(send, partial(user_suspend, acting_user=make_person(), user=member)) as results:
        succeeded(results)

    with pytest.raises(NotAllowed):
        send()


def test_two_moderators_who_suspend_at_once_leave_one_suspension() -> None:
    for _ in range(5):
        person = make_person()
        together([partial(user_suspend, acting_user=make_person(), user=person)] * 4)

        assert Suspension.objects.unlifted().filter(user=person).count() == 1


def test_same_report_at_once_is_one() -> None:
    world, owner, [member] = small_group()
    message = world.say(owner)
    of_message = partial(message_report, acting_user=member, message_id=message.pk, kind="spam")
    of_person = partial(user_report, acting_user=member, user_id=owner.pk, kind="spam", message_ids=[message.pk])

    reported = succeeded(together([of_message, of_person] * 8))

    assert sum(one.created for one in reported) == 2
    assert Report.objects.count() == 2
    assert Report.objects.filter(messages__message=message).values("pk").distinct().count() == 2
