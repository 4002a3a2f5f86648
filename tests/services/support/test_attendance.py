"""Who else is there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.exceptions import NotFound
from chat.models import Attendance
from chat.services.support.assignments import request_take
from chat.services.support.attendance import attendance_forget, attendance_note
from tests.services.support.desk_world import make_person, make_staff, queued

pytestmark = pytest.mark.django_db


def test_staff_learn_who_else_looks_and_writes() -> None:
    group, ada, ben = queued(), make_staff(), make_staff()

    assert attendance_note(acting_user=ada, group_id=group.pk, is_writing=True) == []
    [there] = attendance_note(acting_user=ben, group_id=group.pk)
    assert there.user_id == ada.pk
    assert there.wrote_at == there.looked_at
    attendance_note(acting_user=ada, group_id=group.pk)
    [again] = attendance_note(acting_user=ben, group_id=group.pk)
    assert again.wrote_at == there.wrote_at, "looking on does not change when they wrote"
    [other] = attendance_note(acting_user=ada, group_id=group.pk)
    assert (other.user_id, other.wrote_at) == (ben.pk, None)
    assert Attendance.objects.count() == 2


def test_who_gave_no_sign_of_life_is_not_there_and_forgotten_after_a_day() -> None:
    group, ada, ben = queued(), make_staff(), make_staff()
    attendance_note(acting_user=ada, group_id=group.pk)
    Attendance.objects.update(looked_at=timezone.now() - timedelta(seconds=61))
    assert attendance_note(acting_user=ben, group_id=group.pk) == []

    assert sum(attendance_forget()) == 0
    Attendance.objects.filter(user=ada.pk).update(looked_at=timezone.now() - timedelta(hours=25))
    assert sum(attendance_forget()) == 1


def test_others_than_staff_who_see_it_meet_nothing() -> None:
    client, ada, ben = make_person(), make_staff(), make_staff()
    group = queued(client)
    request_take(acting_user=ada, group_id=group.pk)
    for user in (client, ben, make_person()):
        with pytest.raises(NotFound):
            attendance_note(acting_user=user, group_id=group.pk)
    assert not Attendance.objects.exists()
