"""The host's hooks, as they are when the host overrides nothing; over every kind of user."""

from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.db import models
from django.test.utils import isolate_apps
from pytest_django import DjangoAssertNumQueries, Settings

from chat.adapter import ChatAdapter, Profile, get_adapter, user_key
from chat.exceptions import InvalidInput
from tests.services.worlds import make_person, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.core]

SOME_UUID = UUID("01a20426-04af-7442-8aa9-8abd543b519e")
BY_EMAIL = get_user_model().USERNAME_FIELD == "email"


class OtherAdapter(ChatAdapter):
    def display_name(self, user: Any) -> str:
        return f"Number {user.pk}"


def test_host_names_its_own_adapter(settings: Settings) -> None:
    assert type(get_adapter()) is ChatAdapter

    settings.CHAT = {"ADAPTER": f"{__name__}.OtherAdapter"}

    assert isinstance(get_adapter(), OtherAdapter)
    person = make_person()
    assert get_adapter().profile(person).name == f"Number {person.pk}"


def test_email_address_is_shown_to_nobody() -> None:
    person = make_person(name="ada", email="ada.secret@example.org")
    profile = get_adapter().profile(person)

    assert profile.id == str(person.pk)
    assert "@" not in repr(profile)
    assert profile.name
    assert (profile.email, profile.avatar_url) == (None, None)


def test_profiles_are_one_query_and_name_the_missing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    people = [make_person() for _ in range(3)]
    gone = make_person()
    key = gone.pk
    gone.delete()
    with django_assert_num_queries(1):
        profiles = get_adapter().profiles([*(person.pk for person in people), key])
    with django_assert_num_queries(0):
        assert get_adapter().profiles([]) == {}

    assert list(profiles) == [*(person.pk for person in people), key]
    assert profiles[key] == Profile(str(key), "Deleted account")
    assert get_adapter().deleted_account(None) == Profile("", "Deleted account")


def test_only_active_people_are_found() -> None:
    active, inactive = make_person(), make_person(is_active=False)
    found = get_adapter().findable_by(make_person())

    assert active in found
    assert inactive not in found


def test_search_matches_every_word_and_addresses_as_a_whole() -> None:
    ada, ben = make_person(name="adaking", email="ada@example.org"), make_person(name="benk", email="ben@example.org")
    adapter, people = get_adapter(), get_user_model()._default_manager.all()

    def found(text: str) -> set[Any]:
        return set(adapter.search(people, text))

    if BY_EMAIL:
        assert found("ada@example.org") == {ada}
        assert found("ADA@EXAMPLE.ORG") == {ada}
        assert found("ada") == found("example.org") == set(), "addresses are not to be guessed piece by piece"
    else:
        assert found("ada") == {ada}
        assert found("ADA") == {ada}
        assert found("K") == {ada, ben}
        assert found("ada ben") == set()
        assert found("ada@example.org") == set()
    assert found("%") == found("_") == set()


def test_support_staff_are_named_by_permission() -> None:
    adapter = get_adapter()

    assert adapter.is_support_staff(make_staff())
    assert not adapter.is_support_staff(make_person(is_staff=True))
    assert not adapter.is_support_staff(make_staff(is_active=False))
    assert not adapter.is_support_staff(object())


def test_key_is_read_as_the_host_writes_it() -> None:
    person = make_person()

    assert user_key(str(person.pk), field="user_id") == person.pk
    if isinstance(person.pk, int):
        assert user_key(person.pk, field="user_id") == person.pk
    assert get_user_model()._default_manager.filter(pk=user_key(str(person.pk), field="x")).exists()


@pytest.mark.parametrize(
    "raw", [None, True, 1.5, [], {}, "", " ", "abc", "1\x00", "\ud800", 10**40, "9" * 40, -(10**30), "1.0", b"1"]
)
def test_what_can_be_no_key_is_refused_with_its_field(raw: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        user_key(raw, field="user_id")

    assert (refused.value.code, refused.value.field) == ("invalid_user_id", "user_id")


@pytest.mark.parametrize("raw", ["0", "-1", str(2**31), str(2**62), "٣", str(SOME_UUID), SOME_UUID.hex, " 7 "])
def test_what_might_be_a_key_is_a_key_or_refused_and_never_breaks_a_query(raw: str) -> None:
    try:
        key = user_key(raw, field="user_id")
    except InvalidInput:
        return
    assert not get_adapter().findable_by(make_person()).filter(pk=key).exists()


@isolate_apps("tests")
def test_key_of_a_child_in_multi_table_inheritance_is_read_as_its_parents(monkeypatch: pytest.MonkeyPatch) -> None:
    class Account(models.Model):  # noqa: DJ008
        id = models.AutoField(primary_key=True)

        class Meta:
            app_label = "tests"

    class Employee(Account):  # noqa: DJ008
        class Meta:
            app_label = "tests"

    class Manager(Employee):  # noqa: DJ008
        class Meta:
            app_label = "tests"

    for model in (Account, Employee, Manager):
        monkeypatch.setattr("chat.identities.get_user_model", lambda model=model: model)

        assert user_key("17", field="user_id") == user_key(17, field="user_id") == 17
        for raw in (2**63, str(2**63), 10**40, -(10**30), "x", None):
            with pytest.raises(InvalidInput) as refused:
                user_key(raw, field="user_id")
            assert (refused.value.code, refused.value.field) == ("invalid_user_id", "user_id")
