"""Profiles of an older chat: type and number together are an identity, a number alone is none."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

from chat.adapter import get_adapter
from chat.conf import ASTEGNI_PROFILES
from chat.identities import Identity
from chatproject.models import AdvertiserProfile, ParentProfile, StudentProfile, TutorProfile
from tests.services.worlds import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture(autouse=True)
def _tables(settings: Settings) -> None:
    settings.CHAT = {"PROFILES": ASTEGNI_PROFILES}


def test_student_5_is_not_tutor_5() -> None:
    student, tutor = make_person(), make_person()
    StudentProfile.objects.create(id=5, user=student)
    TutorProfile.objects.create(id=5, user=tutor)

    found = get_adapter().identities(pairs=[("student", 5), ("tutor", 5), ("parent", 5), ("pilot", 5)])

    assert found == [Identity("student", 5, student.pk), Identity("tutor", 5, tutor.pk)]


def test_person_is_known_by_each_of_their_profiles() -> None:
    person, other = make_person(), make_person()
    for number, model in enumerate((StudentProfile, ParentProfile, AdvertiserProfile), start=1):
        model.objects.create(id=number, user=person)
    TutorProfile.objects.create(id=1, user=other)

    assert get_adapter().identities(user_ids=[person.pk]) == [
        Identity("student", 1, person.pk),
        Identity("parent", 2, person.pk),
        Identity("advertiser", 3, person.pk),
    ]


def test_everybody_is_found_in_one_statement(django_assert_num_queries: Callable[..., Any]) -> None:
    people = [make_person() for _ in range(5)]
    for person in people:
        StudentProfile.objects.create(user=person)
    with django_assert_num_queries(1):
        found = get_adapter().identities(user_ids=[person.pk for person in people], pairs=[("tutor", 1)])
    assert {identity.user_id for identity in found} == {person.pk for person in people}
    with django_assert_num_queries(0):
        assert get_adapter().identities() == []


def test_host_without_profiles_knows_nobody_by_one(settings: Settings) -> None:
    settings.CHAT = {}

    assert get_adapter().identities(user_ids=[make_person().pk], pairs=[("student", 1)]) == []
