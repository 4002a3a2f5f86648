"""The queue: who sees it, takes from it, assigns, hands over and puts back."""

from typing import Any

import pytest

from chat.events import MemberAdded, RequestChanged
from chat.exceptions import Conflict, InvalidInput, NotFound
from chat.models import ChatGroup, ChatGroupUser, ChatMessage, StatusChange
from chat.models.support.queue import queue_visible_to
from chat.services.groups import support_start
from chat.services.members import member_leave, member_remove
from chat.services.support.assignments import request_assign, request_take
from tests.services.conftest import Hearing, but_lines
from tests.services.support.desk_world import make_person, make_staff, queued, request_world, staff_of, told

pytestmark = pytest.mark.django_db


def _assignee(group: Any) -> Any:
    return ChatGroup.objects.get(pk=group.pk).assignee_id


def test_taking_makes_staff_and_assignee(hearing: Hearing) -> None:
    group, staff = queued(), make_staff()

    with hearing() as heard:
        request_take(acting_user=staff, group_id=group.pk)
        request_take(acting_user=staff, group_id=group.pk)

    assert (_assignee(group), staff_of(group.pk)) == (staff.pk, {staff.pk})
    assert [type(event) for event in but_lines(heard)] == [MemberAdded, RequestChanged]
    said = ChatMessage.objects.get(group=group)
    assert said.metadata["system"] == {
        "kind": "request_assigned",
        "actor_user_id": str(staff.pk),
        "user_id": str(staff.pk),
        "value": None,
    }


def test_what_somebody_has_taken_is_a_conflict_for_others() -> None:
    group, staff, other = queued(), make_staff(), make_staff()
    request_take(acting_user=staff, group_id=group.pk)

    with pytest.raises(Conflict) as refused:
        request_take(acting_user=other, group_id=group.pk)

    assert refused.value.code == "already_taken"
    assert staff_of(group.pk) == {staff.pk}


def test_queue_is_for_staff_and_without_what_others_took_or_asked_themselves() -> None:
    staff, other, nobody = make_staff(), make_staff(), make_person()
    waiting, taken, own = queued(), queued(), queued(staff)
    request_take(acting_user=other, group_id=taken.pk)

    assert set(queue_visible_to(staff)) == {waiting}
    assert set(queue_visible_to(other)) == {waiting, taken, own}
    assert set(queue_visible_to(nobody)) == set()
    for user, group in ((nobody, waiting), (staff, own)):
        with pytest.raises(NotFound):
            request_take(acting_user=user, group_id=group.pk)


def test_request_of_another_tenant_is_not_there(settings: Any) -> None:
    group, staff = queued(), make_staff()
    ChatGroup.objects.filter(pk=group.pk).update(scope="elsewhere")

    assert not queue_visible_to(staff).exists()
    with pytest.raises(NotFound):
        request_take(acting_user=staff, group_id=group.pk)


def test_assigning_brings_the_person_in_and_the_note_reaches_them() -> None:
    world, _, staff, _ = request_world()
    newcomer = make_staff()

    request_assign(acting_user=staff, group_id=world.id, user_id=newcomer.pk, note="Knows billing.")

    assert _assignee(world.group) == newcomer.pk
    assert newcomer.pk in staff_of(world.id)
    desk = ChatGroup.objects.get(desk_of=world.id)
    at_desk = ChatGroupUser.objects.with_unread().get(group=desk, user=newcomer)
    assert (at_desk.unread, at_desk.unread_mentions) == (1, 1)
    assert not world.group.messages.filter(message_text="Knows billing.").exists()
    assert told(world) == ["request_assigned"]


def test_assigning_to_nobody_puts_it_back_into_the_queue() -> None:
    world, _, staff, other = request_world()
    request_assign(acting_user=staff, group_id=world.id, user_id=other.pk)
    request_assign(acting_user=staff, group_id=world.id, user_id=None)

    assert _assignee(world.group) is None
    assert queue_visible_to(make_staff()).filter(pk=world.id).exists()
    rows = StatusChange.objects.filter(group=world.id).order_by("version").values_list("assignee", "actor")
    assert list(rows) == [(other.pk, staff.pk), (None, staff.pk)]


def test_who_is_no_staff_or_is_the_client_cannot_be_assigned() -> None:
    world, _, staff, _ = request_world()
    with pytest.raises(InvalidInput) as refused:
        request_assign(acting_user=staff, group_id=world.id, user_id=make_person().pk)
    assert (refused.value.code, refused.value.field) == ("not_support_staff", "user_id")

    asking = make_staff()
    group = queued(asking)
    request_take(acting_user=staff, group_id=group.pk)
    with pytest.raises(Conflict) as conflict:
        request_assign(acting_user=staff, group_id=group.pk, user_id=asking.pk)
    assert conflict.value.code == "client_of_request"


@pytest.mark.parametrize("end", ["leave", "remove", "delete"])
def test_what_was_assigned_to_who_is_gone_waits_for_somebody_else(end: str) -> None:
    world, _, staff, other = request_world()
    request_assign(acting_user=staff, group_id=world.id, user_id=other.pk, note="yours")
    match end:
        case "leave":
            member_leave(acting_user=other, group_id=world.id)
        case "remove":
            member_remove(acting_user=staff, group_id=world.id, user_id=other.pk)
        case "delete":
            other.delete()

    assert _assignee(world.group) is None
    desk = ChatGroup.objects.get(desk_of=world.id)
    assert staff_of(desk.pk) == staff_of(world.id) == {staff.pk}
    assert StatusChange.objects.filter(group=world.id).order_by("version").last().assignee_id is None  # type: ignore[union-attr]


def test_who_opens_a_request_for_somebody_takes_care_of_it() -> None:
    staff, client = make_staff(), make_person()
    group = support_start(acting_user=staff, client_user_id=client.pk).group
    assert group.assignee_id == staff.pk
