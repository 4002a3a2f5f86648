"""Asking each other to be in contact."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings

from chat.adapter import ChatAdapter
from chat.choices import ConnectionState
from chat.exceptions import ChatError, Conflict, InvalidInput, NotAllowed, NotFound
from chat.models import Connection
from chat.services.people.blocks import block_add, block_remove
from chat.services.people.connections import (
    connection_accept,
    connection_reject,
    connection_request,
    connection_withdraw,
)
from chat.services.people.relations import are_connected
from tests.services.worlds import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.core]


class Elsewhere(ChatAdapter):
    """A host that knows who is in contact."""

    def connections(self, user_id: Any) -> Any:
        return self.findable_by(None).exclude(pk=user_id)


def _ask(one: Any, two: Any) -> Connection:
    return connection_request(acting_user=one, user_id=two.pk).connection


def _refusal(call: Callable[..., object], **arguments: Any) -> tuple[type[ChatError], str]:
    with pytest.raises(ChatError) as error:
        call(**arguments)
    return type(error.value), error.value.code


def test_request_is_made_once_and_accepted() -> None:
    ada, ben = make_person(), make_person()
    first = connection_request(acting_user=ada, user_id=ben.pk)
    again = connection_request(acting_user=ada, user_id=ben.pk)

    assert (first.created, again.created, again.connection.pk) == (True, False, first.connection.pk)
    assert not are_connected(ada.pk, ben.pk)
    for _ in range(2):
        assert connection_accept(acting_user=ben, connection_id=first.connection.pk).state == ConnectionState.ACCEPTED
    assert are_connected(ben.pk, ada.pk)
    assert connection_request(acting_user=ben, user_id=ada.pk).created is False
    assert are_connected(ada.pk, ben.pk)


def test_two_who_ask_each_other_are_connected() -> None:
    ada, ben = make_person(), make_person()
    _ask(ada, ben)
    assert _ask(ben, ada).state == ConnectionState.ACCEPTED
    assert Connection.objects.count() == 1


def test_only_who_was_asked_answers_and_only_who_asked_takes_back() -> None:
    ada, ben, eva = (make_person() for _ in range(3))
    key = _ask(ada, ben).pk

    for answer in (connection_accept, connection_reject):
        assert _refusal(answer, acting_user=ada, connection_id=key) == (NotAllowed, "not_yours")
    assert _refusal(connection_withdraw, acting_user=ben, connection_id=key) == (NotAllowed, "not_yours")
    for service in (connection_accept, connection_reject, connection_withdraw):
        for connection_id in (key, uuid4()):
            refused = _refusal(service, acting_user=eva, connection_id=connection_id)
            assert refused == (NotFound, "not_found")
    assert Connection.objects.get().state == ConnectionState.PENDING


def test_what_is_over_cannot_be_answered_otherwise() -> None:
    ada, ben = make_person(), make_person()
    key = _ask(ada, ben).pk
    for _ in range(2):
        connection_reject(acting_user=ben, connection_id=key)
    assert _refusal(connection_accept, acting_user=ben, connection_id=key) == (Conflict, "request_over")
    assert _refusal(connection_withdraw, acting_user=ada, connection_id=key) == (Conflict, "request_over")

    eva = make_person()
    key = _ask(ada, eva).pk
    for _ in range(2):
        connection_withdraw(acting_user=ada, connection_id=key)
    for service in (connection_accept, connection_reject):
        assert _refusal(service, acting_user=eva, connection_id=key) == (Conflict, "request_over")


@pytest.mark.parametrize("by_asker", [True, False])
def test_either_ends_a_connection_and_either_may_ask_again(by_asker: bool) -> None:
    ada, ben = make_person(), make_person()
    key = _ask(ada, ben).pk
    connection_accept(acting_user=ben, connection_id=key)

    connection_withdraw(acting_user=ada if by_asker else ben, connection_id=key)

    assert not are_connected(ada.pk, ben.pk)
    renewed = _ask(ben, ada)
    assert (renewed.pk, renewed.state, renewed.requester_id) == (key, ConnectionState.PENDING, ben.pk)
    assert renewed.answered_at is None
    assert connection_accept(acting_user=ada, connection_id=key).state == ConnectionState.ACCEPTED


def test_who_was_rejected_asks_again_after_the_delay_and_who_rejected_at_once(settings: Settings) -> None:
    ada, ben = make_person(), make_person()
    key = _ask(ada, ben).pk
    connection_reject(acting_user=ben, connection_id=key)

    assert _refusal(_ask, one=ada, two=ben) == (Conflict, "asked_too_soon")
    answered_at = Connection.objects.get().answered_at
    assert answered_at is not None
    Connection.objects.update(answered_at=answered_at - timedelta(days=7, seconds=1))
    assert _ask(ada, ben).state == ConnectionState.PENDING
    connection_reject(acting_user=ben, connection_id=key)
    assert _ask(ben, ada).requester_id == ben.pk
    connection_reject(acting_user=ada, connection_id=key)
    settings.CHAT = {"CONNECTION_RETRY_DAYS": 0}
    assert _ask(ben, ada).state == ConnectionState.PENDING


@pytest.mark.parametrize("by_asker", [True, False])
def test_block_refuses_to_ask_and_to_accept_both_ways(by_asker: bool) -> None:
    ada, ben = make_person(), make_person()
    blocker, blocked = (ada, ben) if by_asker else (ben, ada)
    block_add(acting_user=blocker, user_id=blocked.pk)
    assert _refusal(_ask, one=ada, two=ben) == (NotAllowed, "privacy")
    assert not Connection.objects.exists()

    block_remove(acting_user=blocker, user_id=blocked.pk)
    key = _ask(ada, ben).pk
    block_add(acting_user=blocker, user_id=blocked.pk)
    refused = _refusal(connection_accept, acting_user=ben, connection_id=key)
    assert refused == (NotAllowed, "privacy")
    assert connection_reject(acting_user=ben, connection_id=key).state == ConnectionState.REJECTED


def test_unknown_people_and_oneself_cannot_be_asked() -> None:
    ada, hidden = make_person(), make_person(is_active=False)
    assert _refusal(_ask, one=ada, two=ada) == (InvalidInput, "oneself")
    assert _refusal(_ask, one=ada, two=hidden) == (InvalidInput, "unknown_user")


def test_nobody_asks_where_the_host_knows_who_is_in_contact(settings: Settings) -> None:
    ada, ben = make_person(), make_person()
    settings.CHAT = {"ADAPTER": f"{__name__}.Elsewhere"}

    assert are_connected(ada.pk, ben.pk)
    assert _refusal(_ask, one=ada, two=ben) == (Conflict, "connections_elsewhere")
