"""What people are to each other, and what their settings let each other do."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from chat.adapter import ChatAdapter
from chat.choices import ConnectionState
from chat.exceptions import NotAllowed
from chat.models import Block, ChatSettings, Connection
from chat.peers import pair_key
from chat.services.people.relations import (
    allowed_by,
    are_connected,
    audience_allows,
    blocked_among,
    check_can_call,
    check_can_message,
    connected_among,
    contacts_of,
    is_blocked,
    settings_of,
    settings_of_many,
)
from tests.services.worlds import make_person

pytestmark = pytest.mark.django_db


def _connect(one: Any, two: Any, state: str = ConnectionState.ACCEPTED) -> None:
    key, now = pair_key((one.pk, two.pk)), timezone.now()
    Connection.objects.create(pair_key=key, requester=one, recipient=two, state=state, requested_at=now)


def _set(user: Any, **values: str) -> None:
    ChatSettings.objects.create(user=user, created_at=timezone.now(), changed_at=timezone.now(), **values)


def _block(blocker: Any, blocked: Any) -> None:
    Block.objects.create(blocker=blocker, blocked=blocked, created_at=timezone.now())


class Friends(ChatAdapter):
    """A host where everybody is connected with people of one kind."""

    def connections(self, user_id: Any) -> Any:
        users = get_user_model()._default_manager.exclude(pk=user_id)
        return users.filter(email__startswith="friend")


class Failing(ChatAdapter):
    """A host whose hook fails in the database."""

    def connections(self, user_id: Any) -> Any:
        return get_user_model()._default_manager.filter(pk=user_id).extra(where=["no_such_column = 1"])


class Raising(ChatAdapter):
    """A host whose hook fails before."""

    def connections(self, user_id: Any) -> Any:
        raise ZeroDivisionError(user_id)


def test_connected_are_those_whose_request_was_accepted_whoever_asked() -> None:
    ada, ben, eva, dan, gus, zoe = (make_person() for _ in range(6))
    _connect(ada, ben)
    _connect(eva, ada)
    _connect(ada, dan, ConnectionState.PENDING)
    _connect(gus, ada, ConnectionState.REJECTED)
    _connect(ben, zoe)

    everybody = [person.pk for person in (ben, eva, dan, gus, zoe, ada)]
    assert connected_among(ada.pk, everybody) == {ben.pk, eva.pk}
    assert set(contacts_of(ada)) == {ben, eva}
    assert are_connected(ben.pk, ada.pk)
    assert not are_connected(ada.pk, zoe.pk)
    assert connected_among(ada.pk, []) == set()


def test_contacts_are_people_who_can_be_found() -> None:
    ada, ben = make_person(), make_person()
    _connect(ada, ben)
    ben.is_active = False
    ben.save()

    assert list(contacts_of(ada)) == []


def test_host_may_say_who_is_connected(settings: Settings) -> None:
    ada, ben, eva = make_person(), make_person(), make_person(email="friend@example.org")
    _connect(ada, ben)
    settings.CHAT = {"ADAPTER": f"{__name__}.Friends"}

    assert connected_among(ada.pk, [ben.pk, eva.pk]) == {eva.pk}
    assert list(contacts_of(ada)) == [eva]


@pytest.mark.parametrize("adapter", ["Failing", "Raising"])
def test_hook_that_fails_connects_nobody_and_spoils_nothing(
    adapter: str, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    ada, ben = make_person(), make_person()
    _connect(ada, ben)
    _set(ben, who_can_message="connections")
    check_can_message(sender_id=ada.pk, recipient_id=ben.pk)
    settings.CHAT = {"ADAPTER": f"{__name__}.{adapter}"}

    with pytest.raises(NotAllowed):
        check_can_message(sender_id=ada.pk, recipient_id=ben.pk)

    assert "could not say who is connected" in caplog.text
    assert settings_of(ben.pk).who_can_message == "connections", "the transaction goes on"


def test_blocks_work_both_ways() -> None:
    ada, ben, eva = (make_person() for _ in range(3))
    _block(ada, ben)

    assert is_blocked(ada.pk, ben.pk)
    assert is_blocked(ben.pk, ada.pk)
    assert not is_blocked(eva.pk, ada.pk)
    assert blocked_among(ben.pk, [ada.pk, eva.pk, ben.pk]) == {ada.pk}
    assert blocked_among(ben.pk, []) == set()


def test_settings_are_the_defaults_where_there_is_no_row() -> None:
    ada, ben = make_person(), make_person()
    _set(ada, who_can_message="none")

    found = settings_of_many([ada.pk, ben.pk])

    assert (found[ada.pk].who_can_message, found[ben.pk].who_can_message) == ("none", "everyone")
    assert ChatSettings.objects.count() == 1
    assert settings_of_many([]) == {}


@pytest.mark.parametrize(
    ("value", "stranger", "contact"),
    [
        ("everyone", True, True),
        ("connections", False, True),
        ("none", False, False),
        ("nobody", False, False),
        ("", False, False),
        ("friends of friends", False, False),
        ("EVERYONE", False, False),
    ],
)
def test_audience_lets_whom_its_value_names_and_an_unknown_one_nobody(
    value: str, stranger: bool, contact: bool
) -> None:
    ada, ben, eva = (make_person() for _ in range(3))
    _connect(ada, ben)

    assert audience_allows(value, owner_id=ada.pk, other_id=eva.pk) is stranger
    assert audience_allows(value, owner_id=ada.pk, other_id=ben.pk) is contact
    assert audience_allows(value, owner_id=ada.pk, other_id=ada.pk)


def _refused(check: Callable[..., None], **ids: Any) -> bool:
    try:
        check(**ids)
    except NotAllowed as error:
        return error.code == "privacy"
    return False


@pytest.mark.parametrize(
    ("setting", "check", "who"),
    [
        ("who_can_message", check_can_message, "sender_id"),
        ("allow_calls_from", check_can_call, "caller_id"),
    ],
)
def test_checks_ask_their_setting_and_the_blocks_of_both(setting: str, check: Callable[..., None], who: str) -> None:
    ada, ben, eva, dan = (make_person() for _ in range(4))
    _connect(ada, ben)
    _set(ada, **{setting: "connections"})
    _block(dan, ben)

    def refused(user: Any, recipient: Any) -> bool:
        return _refused(check, recipient_id=recipient.pk, **{who: user.pk})

    assert [refused(ben, ada), refused(eva, ada), refused(ada, eva)] == [False, True, False]
    assert [refused(ben, dan), refused(dan, ben)] == [True, True]


@pytest.mark.parametrize("rows", [3, 30])
def test_asking_about_many_takes_as_many_statements_as_about_one(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ada, *others = (make_person() for _ in range(rows + 1))
    for person in others:
        _set(person, who_can_message="connections")
        _connect(ada, person)
    ids = [person.pk for person in others]

    with django_assert_num_queries(2):
        assert allowed_by("who_can_message", settings_of_many(ids), ada.pk) == set(ids)
    with django_assert_num_queries(1):
        assert blocked_among(ada.pk, ids) == set()
    with django_assert_num_queries(1):
        assert allowed_by("allow_calls_from", settings_of_many(ids), ada.pk) == set(ids)
