"""The prepared read of a membership with group and person."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from chat.models import ChatGroup, ChatGroupUser
from chat.models.seat import person_of, seat_of
from chat.services.groups import group_delete, group_start
from chat.services.members import member_remove

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def _concrete(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_seat_equals_what_the_queryset_reads(make_user: Callable[..., Any], django_assert_num_queries: Any) -> None:
    ada, ben = make_user(), make_user()
    group = group_start(acting_user=ada, member_ids=[ben.pk], name="Boats").group
    with django_assert_num_queries(1):
        seat = seat_of(group_id=group.pk, user_field=ben._meta.pk.name, value=ben.pk)
    assert seat is not None
    expected = ChatGroupUser.objects.of(ben).select_related("group").get()
    assert _concrete(seat) == _concrete(expected)
    with django_assert_num_queries(0):
        assert _concrete(seat.group) == _concrete(ChatGroup(**_concrete(expected.group)))
        assert (seat.user.pk, seat.user.password, seat.user.is_active) == (ben.pk, ben.password, True)
    assert seat.user == ben  # a real user: other fields load when asked for
    assert seat.user.email == ben.email


def test_seat_of_strangers_former_members_deleted_groups_and_gone_people_is_none(
    make_user: Callable[..., Any],
) -> None:
    ada, ben, chala = make_user(), make_user(), make_user()
    key = ada._meta.pk.name
    group = group_start(acting_user=ada, member_ids=[ben.pk]).group
    assert seat_of(group_id=str(group.pk), user_field=key, value=str(ben.pk)) is not None
    assert seat_of(group_id=group.pk, user_field=key, value=chala.pk) is None
    assert seat_of(group_id=uuid4(), user_field=key, value=ben.pk) is None
    member_remove(acting_user=ada, group_id=group.pk, user_id=ben.pk)
    assert seat_of(group_id=group.pk, user_field=key, value=ben.pk) is None
    type(ada)._base_manager.filter(pk=ada.pk)._raw_delete("default")
    assert seat_of(group_id=group.pk, user_field=key, value=ada.pk) is None

    own = group_start(acting_user=chala).group
    group_delete(acting_user=chala, group_id=own.pk)
    assert seat_of(group_id=own.pk, user_field=key, value=chala.pk) is None


def test_seat_refuses_ids_that_cannot_be(make_user: Callable[..., Any]) -> None:
    ada = make_user()
    group = group_start(acting_user=ada).group
    with pytest.raises((ValueError, ValidationError)):
        seat_of(group_id="optimistic-1", user_field=ada._meta.pk.name, value=ada.pk)
    with pytest.raises((ValueError, ValidationError)):
        seat_of(group_id=group.pk, user_field=ada._meta.pk.name, value="nobody")


def test_person_is_the_one_who_is_named(make_user: Callable[..., Any], django_assert_num_queries: Any) -> None:
    ada, ben = make_user(), make_user()
    key = ada._meta.pk.name
    with django_assert_num_queries(1):
        person = person_of(user_field=key, value=str(ben.pk))
        assert person is not None
        assert (person.pk, person.password, person.is_active) == (ben.pk, ben.password, True)
    assert person == ben  # a real user: other fields load when asked for
    assert person.email == ben.email
    ben_id = ben.pk
    ben.delete()
    assert person_of(user_field=key, value=ben_id) is None
    with pytest.raises((ValueError, ValidationError)):
        person_of(user_field=key, value="nobody")


def test_person_is_nobody_where_the_field_names_several(make_user: Callable[..., Any]) -> None:
    ada, ben = make_user(), make_user()
    type(ada)._base_manager.filter(pk__in=[ada.pk, ben.pk]).update(password="!")
    assert person_of(user_field="password", value="!") is None
