"""The desk: its people are the request's staff, always; clients never meet it."""

from typing import Any

import pytest

from chat.events import GroupCreated, MemberAdded, MessageCreated
from chat.exceptions import Conflict, NotAllowed, NotFound
from chat.models import ChatGroup, ChatGroupUser, ChatMessage, listed_first, sync_since
from chat.policy import allowed_actions
from chat.roles import Action
from chat.services.forwards import message_forward
from chat.services.members import member_add, member_leave, member_remove
from chat.services.reactions import reaction_add
from chat.services.support.desks import note_send
from chat.services.support.tags import request_set_priority, request_set_tags
from tests.services.conftest import Hearing
from tests.services.support.desk_world import make_staff, request_world, staff_of

pytestmark = pytest.mark.django_db


def _desk(world: Any) -> ChatGroup:
    return ChatGroup.objects.get(desk_of=world.id)


def test_first_note_makes_the_desk_of_the_request_s_staff(hearing: Hearing, send_path: str) -> None:
    world, _, staff, other = request_world()
    before = ChatGroup.objects.values().get(pk=world.id)

    with hearing() as heard:
        first = note_send(acting_user=staff, group_id=world.id, message_text="They are angry.").message
        second = note_send(acting_user=other, group_id=world.id, message_text="Rightly so.").message

    desk = _desk(world)
    assert first.group_id == second.group_id == desk.pk
    assert (first.seq, second.seq) == (1, 2)
    assert staff_of(desk.pk) == {staff.pk, other.pk} == set(desk.memberships.values_list("user_id", flat=True))
    assert ChatGroup.objects.values().get(pk=world.id) == before, "not even a number tells the client"
    assert [type(event) for event in heard][:2] == [GroupCreated, MessageCreated]
    assert {event.group_id for event in heard} == {desk.pk}


def test_desk_follows_whoever_joins_leaves_or_comes_back(hearing: Hearing) -> None:
    world, _, staff, other = request_world()
    note_send(acting_user=staff, group_id=world.id, message_text="note")
    newcomer, desk = make_staff(), _desk(world)

    with hearing() as heard:
        member_add(acting_user=staff, group_id=world.id, user_id=newcomer.pk, role="staff")
    assert staff_of(desk.pk) == {staff.pk, other.pk, newcomer.pk}
    assert [event.group_id for event in heard if isinstance(event, MemberAdded)] == [desk.pk, world.id]

    member_remove(acting_user=staff, group_id=world.id, user_id=newcomer.pk)
    member_leave(acting_user=other, group_id=world.id)
    assert staff_of(desk.pk) == {staff.pk}
    with pytest.raises(Conflict, match="Take this request first"):
        note_send(acting_user=newcomer, group_id=world.id, message_text="still here?")

    member_add(acting_user=staff, group_id=world.id, user_id=newcomer.pk, role="staff")
    assert staff_of(desk.pk) == staff_of(world.id) == {staff.pk, newcomer.pk}
    assert not desk.messages.filter(message_type="system").exists(), "who is there follows from the request"


def test_desk_stands_in_no_list_no_total_and_no_gain() -> None:
    world, _, staff, other = request_world()
    note_send(acting_user=staff, group_id=world.id, message_text="note")
    desk = _desk(world)

    assert [row["group_id"] for row in listed_first(other.pk, 50)] == [world.id]
    assert desk not in {row.group for row in ChatGroupUser.objects.conversations_of(other).select_related("group")}
    synced = sync_since(other, {}, limit=50, gained_limit=50)
    assert [row["group_id"] for row in synced.gained] == [world.id]
    [changed] = sync_since(other, {desk.pk: (0, 0)}, limit=50, gained_limit=50).changed
    assert changed.reset, "who names it is told of it"


def test_desk_is_for_talking_alone() -> None:
    world, _, staff, _ = request_world()
    note = note_send(acting_user=staff, group_id=world.id, message_text="note").message
    at_desk = ChatGroupUser.objects.select_related("group").get(group=note.group_id, user=staff)

    allowed = set(allowed_actions(at_desk))

    assert {Action.MESSAGE_SEND, Action.MESSAGE_REACT, Action.MESSAGE_PIN, Action.MESSAGE_EDIT_OWN} <= allowed
    refused = {Action.MEMBER_ADD, Action.MEMBER_REMOVE, Action.GROUP_LEAVE, Action.SUPPORT_NOTE, Action.SUPPORT_ASSIGN}
    assert not allowed & refused
    for attempt in (
        lambda: member_leave(acting_user=staff, group_id=note.group_id),
        lambda: member_add(acting_user=staff, group_id=note.group_id, user_id=make_staff().pk, role="staff"),
        lambda: note_send(acting_user=staff, group_id=note.group_id, message_text="a desk of the desk"),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_client_meets_no_note() -> None:
    world, client, staff, _ = request_world()
    note = note_send(acting_user=staff, group_id=world.id, message_text="note").message

    assert not ChatMessage.objects.visible_to(client).filter(pk=note.pk).exists()
    with pytest.raises(NotFound):
        reaction_add(acting_user=client, message_id=note.pk, emoji="👍")
    with pytest.raises(NotAllowed):
        note_send(acting_user=client, group_id=world.id, message_text="mine")


def test_note_is_not_forwarded() -> None:
    world, _, staff, _ = request_world()
    note = note_send(acting_user=staff, group_id=world.id, message_text="note").message

    with pytest.raises(NotAllowed) as refused:
        message_forward(acting_user=staff, message_id=note.pk, group_ids=[world.id])

    assert refused.value.code == "internal_note"


def test_tags_and_priority_are_the_staff_s(hearing: Hearing) -> None:
    world, _, staff, _ = request_world()
    note_send(acting_user=staff, group_id=world.id, message_text="note")
    desk, before = _desk(world), ChatGroup.objects.values("version", "changed_at", "last_seq").get(pk=world.id)

    with hearing() as heard:
        request_set_priority(acting_user=staff, group_id=world.id, priority=4)
        request_set_tags(acting_user=staff, group_id=world.id, names=["billing", "angry", "billing"])
        request_set_tags(acting_user=staff, group_id=world.id, names=["angry"])

    assert ChatGroup.objects.values("version", "changed_at", "last_seq").get(pk=world.id) == before
    assert {event.group_id for event in heard} == {desk.pk}
    assert list(world.group.request_tags.values_list("tag__name", flat=True)) == ["angry"]
    assert ChatGroup.objects.get(pk=world.id).priority == 4
