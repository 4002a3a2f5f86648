"""Staff who are support staff no more: refused at once, and gone from what they served."""

from typing import Any

import pytest
from django.contrib.auth.models import Group as AuthGroup
from django.contrib.auth.models import Permission
from django.core.cache import cache

from chat.adapter import ChatAdapter
from chat.exceptions import NotAllowed, NotFound
from chat.models import ChatGroup, ChatGroupUser
from chat.roles import Role
from chat.services.support import serving
from chat.services.support.assignments import request_assign, request_take
from chat.services.support.attendance import attendance_note
from chat.services.support.desks import note_send
from chat.services.support.serving import staff_release, staff_review
from chat.services.support.statuses import request_set_status
from chat.services.support.tags import request_set_priority, request_set_tags
from tests.services.support.desk_world import make_person, queued, request_world, staff_of, told
from tests.services.worlds import everything

pytestmark = [pytest.mark.django_db, pytest.mark.core]


class Fickle(ChatAdapter):
    """Says of nobody in ``gone`` that they are staff, and of one in ``failing`` nothing at all."""

    gone: set[Any] = set()
    failing: set[Any] = set()

    def is_support_staff(self, user: Any) -> bool:
        if user.pk in self.failing:
            raise RuntimeError("the staff list is away")
        return user.pk not in self.gone


@pytest.fixture
def fickle(settings: Any) -> Any:
    settings.CHAT = {"ADAPTER": f"{__name__}.Fickle"}
    Fickle.gone, Fickle.failing = set(), set()
    return Fickle


def test_desk_refuses_who_is_staff_no_more_before_they_have_left(fickle: Any) -> None:
    world, _, staff, other = request_world()
    request_take(acting_user=staff, group_id=world.id)
    fickle.gone = {staff.pk}
    acting: dict[str, Any] = {"acting_user": staff, "group_id": world.id}
    before = everything()
    for refused in (
        lambda: note_send(**acting, message_text="note"),
        lambda: request_assign(**acting, user_id=other.pk),
        lambda: request_set_status(**acting, status="resolved"),
        lambda: request_set_tags(**acting, names=["a"]),
        lambda: request_set_priority(**acting, priority=4),
    ):
        with pytest.raises(NotAllowed) as refusal:
            refused()
        assert refusal.value.code == "not_support_staff"
    with pytest.raises(NotFound):
        attendance_note(**acting)
    assert everything() == before


def test_who_is_staff_no_more_leaves_requests_and_desks_which_are_in_the_queue_again(fickle: Any) -> None:
    world, client, staff, other = request_world()
    request_take(acting_user=staff, group_id=world.id)
    note_send(acting_user=staff, group_id=world.id, message_text="note")
    fickle.gone, fickle.failing = {staff.pk, client.pk}, {other.pk}

    assert list(staff_release()) == [staff.pk]

    assert staff_of(world.id) == {other.pk}, "of whom nobody knows, nothing is changed"
    assert staff_of(ChatGroup.objects.get(desk_of=world.id).pk) == {other.pk}
    assert ChatGroup.objects.get(pk=world.id).assignee_id is None
    assert told(world)[-1] == "member_left"
    assert ChatGroupUser.objects.live().filter(group=world.id, role=Role.CLIENT, user=client).exists()
    assert list(staff_release()) == []


def test_release_looks_at_those_named_alone_and_at_the_role_that_they_have_by_then(fickle: Any) -> None:
    world, client, staff, other = request_world()
    request_take(acting_user=staff, group_id=world.id)
    fickle.gone = {staff.pk, other.pk}

    assert list(staff_release([other.pk])) == [other.pk]
    assert staff_of(world.id) == {staff.pk}

    serving._leave(world.id, client.pk)  # as if they had become the client while this waited
    assert world.membership(client).left_at is None


def test_permission_that_is_taken_takes_effect_at_once(django_capture_on_commit_callbacks: Any) -> None:
    person, request = make_person(), queued()
    permission = Permission.objects.get(content_type__app_label="chat", codename="support_staff")
    desk = AuthGroup.objects.create(name="desk")
    ways = [
        (lambda: person.user_permissions.add(permission), lambda: person.user_permissions.remove(permission)),
        (lambda: (desk.permissions.add(permission), person.groups.add(desk)), lambda: desk.user_set.remove(person)),
        (lambda: person.groups.add(desk), desk.permissions.clear),
    ]
    for give, take in ways:
        give()
        request_take(acting_user=type(person)._default_manager.get(pk=person.pk), group_id=request.pk)
        with django_capture_on_commit_callbacks(execute=True):
            person.user_permissions.add(Permission.objects.exclude(pk=permission.pk).first())
        assert staff_of(request.pk) == {person.pk}, "others are no matter"
        with django_capture_on_commit_callbacks(execute=True):
            take()
        assert staff_of(request.pk) == set()


def test_workers_look_once_in_a_while(fickle: Any) -> None:
    cache.clear()
    _, _, staff, other = request_world()
    fickle.gone = {staff.pk}
    assert list(staff_review()) == [staff.pk]
    fickle.gone |= {other.pk}
    assert list(staff_review()) == []
    cache.clear()
    assert list(staff_review()) == [other.pk]
