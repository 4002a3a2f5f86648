"""Who is suspended reads, and writes nothing anywhere."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from chat.exceptions import InvalidInput, NotAllowed
from chat.models import AuditEntry, ChatGroup, ScheduledMessage, Suspension, history_read
from chat.roles import GroupType, Role
from chat.services.calls import call_set_state, call_start
from chat.services.drafts import draft_set
from chat.services.edits import message_edit
from chat.services.forwards import message_forward
from chat.services.groups import group_start, group_update, peer_start, support_start
from chat.services.members import member_add, member_leave, member_remove
from chat.services.people.connections import connection_accept, connection_reject, connection_request
from chat.services.pins import message_pin
from chat.services.polls import vote_set
from chat.services.reactions import reaction_add
from chat.services.reads import read_advance
from chat.services.safety.suspensions import suspension_lift, user_suspend
from chat.services.scheduled import scheduled_create
from chat.services.scheduled_sending import scheduled_send_due
from chat.services.states import state_set
from chat.services.support.assignments import request_take
from chat.services.tombstones import message_delete
from chat.services.typing import typing_allowed, typing_now, typing_set
from chat.services.uploads import upload_create
from tests.services.support.desk_world import queued, staff_of
from tests.services.worlds import World, everything, make_person, make_staff, make_world

pytestmark = pytest.mark.django_db

Write = Callable[[], object]


@pytest.fixture
def world() -> World:
    return make_world(GroupType.GROUP)


@pytest.fixture
def moderator() -> Any:
    return make_person()


def writes_of(world: World, user: Any) -> dict[str, Write]:
    other = next(person for person in world.people.values() if person != user)
    mine, theirs = world.say(user), world.say(other)
    poll = world.say(other, "What?", poll={"options": ["Tea", "Coffee"]})
    later = timezone.now() + timedelta(days=1)
    friend = make_person()
    me: Any = {"acting_user": user}
    return {
        "send": lambda: world.say(user),
        "edit": lambda: message_edit(**me, message_id=mine.pk, message_text="new"),
        "delete": lambda: message_delete(**me, message_id=mine.pk),
        "react": lambda: reaction_add(**me, message_id=theirs.pk, emoji="👍"),
        "vote": lambda: vote_set(**me, message_id=poll.pk, option_ids=[1]),
        "pin": lambda: message_pin(**me, message_id=theirs.pk),
        "schedule": lambda: scheduled_create(**me, group_id=world.id, message_text="x", send_at=later),
        "rename": lambda: group_update(**me, group_id=world.id, name="x"),
        "add": lambda: member_add(**me, group_id=world.id, user_id=friend.pk, role=Role.MEMBER),
        "remove": lambda: member_remove(**me, group_id=world.id, user_id=world.others[Role.MEMBER].pk),
        "leave": lambda: member_leave(**me, group_id=world.id),
        "start a group": lambda: group_start(**me),
        "start a conversation": lambda: peer_start(**me, user_id=friend.pk),
        "ask for support": lambda: support_start(**me, client_user_id=user.pk),
        "ask to connect": lambda: connection_request(**me, user_id=friend.pk),
        "call": lambda: call_start(**me, group_id=world.id, call_type="voice"),
        "upload": lambda: upload_create(**me, file=ContentFile(b"text"), name="a.txt"),
    }


@pytest.mark.usefixtures("send_path")
def test_suspended_person_writes_nothing_anywhere_and_then_again(world: World, moderator: Any) -> None:
    user = world.people[Role.OWNER]
    writes = writes_of(world, user)
    suspension = user_suspend(acting_user=moderator, user=user, reason="spam")
    before = everything()

    for name, write in writes.items():
        with pytest.raises(NotAllowed) as refused:
            write()
        assert refused.value.code == "suspended", name

    assert everything() == before
    world.say(world.people[Role.MEMBER])  # others write
    suspension_lift(acting_user=moderator, suspension=suspension)
    for name in writes.keys() - {"leave", "delete"}:
        writes[name]()


def test_suspended_person_reads_and_keeps_their_own_state(world: World, moderator: Any) -> None:
    user = world.people[Role.MEMBER]
    message = world.say(world.people[Role.OWNER])
    user_suspend(acting_user=moderator, user=user)

    assert ChatGroup.objects.visible_to(user).get() == world.group
    assert [row["id"] for row in history_read(world.membership(user), limit=1).messages] == [message.pk]
    read_advance(acting_user=user, group_id=world.id, read_seq=message.seq)
    state_set(acting_user=user, group_id=world.id, archived=True)
    draft_set(acting_user=user, group_id=world.id, message_text="for later")


@pytest.mark.usefixtures("send_path")
def test_suspension_ends_by_itself(world: World, moderator: Any) -> None:
    user = world.people[Role.MEMBER]
    user_suspend(acting_user=moderator, user=user, until=timezone.now() + timedelta(hours=1))
    with pytest.raises(NotAllowed):
        world.say(user)

    Suspension.objects.update(until=timezone.now())

    world.say(user)
    user_suspend(acting_user=moderator, user=user)  # again, though nobody lifted the first
    with pytest.raises(NotAllowed):
        world.say(user)


@pytest.mark.usefixtures("send_path")
def test_suspension_holds_where_the_person_is_added_while_it_lasts(world: World, moderator: Any) -> None:
    owner, user = world.people[Role.OWNER], world.people[Role.MEMBER]
    world.say(user)
    member_leave(acting_user=user, group_id=world.id)
    user_suspend(acting_user=moderator, user=user)
    newcomer = make_person()
    user_suspend(acting_user=moderator, user=newcomer)

    for person in (user, newcomer):
        member_add(acting_user=owner, group_id=world.id, user_id=person.pk, role=Role.MEMBER)
        with pytest.raises(NotAllowed):
            world.say(person)


def test_others_do_to_suspended_people_what_they_may(world: World, moderator: Any) -> None:
    user, owner = world.people[Role.MEMBER], world.people[Role.OWNER]
    user_suspend(acting_user=moderator, user=user)

    member_remove(acting_user=owner, group_id=world.id, user_id=user.pk)
    user.delete()


def test_scheduled_message_of_a_suspended_person_fails_and_says_why(world: World, moderator: Any) -> None:
    user = world.people[Role.MEMBER]
    later = timezone.now() + timedelta(days=1)
    scheduled_create(acting_user=user, group_id=world.id, message_text="x", send_at=later)
    user_suspend(acting_user=moderator, user=user)
    ScheduledMessage.objects.update(send_at=timezone.now())

    assert [attempt.error_code for attempt in scheduled_send_due()] == ["suspended"]


def test_suspended_staff_take_no_request(moderator: Any) -> None:
    group, staff = queued(), make_staff()
    user_suspend(acting_user=moderator, user=staff)

    with pytest.raises(NotAllowed) as refused:
        request_take(acting_user=staff, group_id=group.pk)

    assert refused.value.code == "suspended"
    assert staff_of(group.pk) == set()


def test_suspended_person_declines_a_call_and_answers_none(moderator: Any) -> None:
    world = make_world(GroupType.PEER)
    user = world.people[Role.MEMBER]
    call = call_start(acting_user=world.people[Role.OWNER], group_id=world.id, call_type="voice").call
    user_suspend(acting_user=moderator, user=user)

    with pytest.raises(NotAllowed) as refused:
        call_set_state(acting_user=user, call_id=call.pk, state="answered")

    assert refused.value.code == "suspended"
    assert call_set_state(acting_user=user, call_id=call.pk, state="declined").state == "declined"


def test_suspended_person_agrees_to_no_contact_and_refuses_it(moderator: Any) -> None:
    user, other = make_person(), make_person()
    asked = connection_request(acting_user=other, user_id=user.pk).connection
    user_suspend(acting_user=moderator, user=user)

    with pytest.raises(NotAllowed) as refused:
        connection_accept(acting_user=user, connection_id=asked.pk)

    assert refused.value.code == "suspended"
    assert connection_reject(acting_user=user, connection_id=asked.pk).state == "rejected"


def test_nobody_is_told_that_a_suspended_person_is_writing(world: World, moderator: Any) -> None:
    user = world.people[Role.MEMBER]
    user_suspend(acting_user=moderator, user=user)

    with pytest.raises(NotAllowed) as refused:
        typing_set(acting_user=user, group_id=world.id, typing=True)

    assert refused.value.code == "suspended"
    assert not typing_allowed(user, world.id)
    assert typing_now(world.people[Role.OWNER], world.id) == []


def test_forward_of_a_suspended_person_is_refused_in_each_group(world: World, moderator: Any) -> None:
    user = world.people[Role.MEMBER]
    message = world.say(user)
    user_suspend(acting_user=moderator, user=user)

    [forwarded] = message_forward(acting_user=user, message_id=message.pk, group_ids=[world.id])

    assert forwarded.error is not None
    assert forwarded.error.code == "suspended"


def test_both_acts_are_in_the_book(world: World, moderator: Any) -> None:
    user = world.people[Role.MEMBER]
    until = timezone.now() + timedelta(hours=1)
    suspension = user_suspend(acting_user=moderator, user=user, until=until)
    assert suspension_lift(acting_user=moderator, suspension=suspension)
    assert not suspension_lift(acting_user=moderator, suspension=suspension)

    suspended, lifted = AuditEntry.objects.order_by("pk")
    assert (suspended.actor_id, suspended.action) == (moderator.pk, "user.suspended")
    assert suspended.target_id == str(user.pk)
    assert suspended.details == {"suspension": str(suspension.pk), "until": until.isoformat()}
    assert (lifted.action, lifted.target_id) == ("suspension.lifted", str(suspension.pk))


def test_new_suspension_takes_the_place_of_the_old(world: World, moderator: Any) -> None:
    user = world.people[Role.MEMBER]
    for _ in range(2):
        user_suspend(acting_user=moderator, user=user)

    assert Suspension.objects.count() == 2
    assert Suspension.objects.in_force().count() == 1


@pytest.mark.parametrize("wrong", [{"reason": "x" * 501}, {"until": timezone.now() - timedelta(days=1)}])
def test_wrong_values_suspend_nobody(wrong: Any, world: World, moderator: Any) -> None:
    with pytest.raises(InvalidInput):
        user_suspend(acting_user=moderator, user=world.people[Role.MEMBER], **wrong)
    assert not Suspension.objects.exists()
