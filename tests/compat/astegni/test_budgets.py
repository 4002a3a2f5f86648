"""How many statements a request takes, the same for 3 rows and for 30."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from chat.services.groups import group_start, peer_start
from chat.services.messages import message_send
from chat.services.people.blocks import block_add
from chat.services.reactions import reaction_add
from tests.compat.astegni.conftest import Caller
from tests.services.people.worlds import connect

pytestmark = [pytest.mark.django_db]


@pytest.fixture(params=[3, 30])
def rows(request: pytest.FixtureRequest) -> int:
    number: int = request.param
    return number


def conversations(ada: Caller, rows: int, make_user: Callable[..., Any]) -> None:
    for number in range(rows):
        other = make_user()
        if number % 2:
            group = group_start(acting_user=other, member_ids=[ada.user.pk], name="Group").group
        else:
            group = peer_start(acting_user=other, user_id=ada.user.pk).group
        message_send(acting_user=other, group_id=group.pk, message_text="Hello")


def test_list_of_conversations_takes_at_most_6(
    ada: Caller, rows: int, make_user: Callable[..., Any], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    conversations(ada, rows, make_user)
    ada.listed()  # gives the numbers
    statements = 5 if ada.profile is None else 6  # caller, list, people, numbers, who is online; profiles
    with django_assert_num_queries(statements):
        assert len(ada.listed()) == rows


def test_numbering_a_list_takes_constantly_many(
    ada: Caller, rows: int, make_user: Callable[..., Any], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    conversations(ada, rows, make_user)
    with django_assert_num_queries((5 if ada.profile is None else 6) + 2 * 7):
        ada.listed()


def test_page_of_messages_takes_constantly_many(
    ada: Caller, ben: Caller, cleo: Caller, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    group = ada.group(ben, cleo)
    sent = [one.send(group, str(number)) for number in range(rows) for one in (ada, ben)][:rows]
    ada.page(group)
    with django_assert_num_queries(8 if ada.profile is None else 10):
        assert len(ada.page(group, limit=rows)) == rows
    assert len(sent) == rows


def test_reactions_and_quotes_cost_the_same_for_any_number(
    ada: Caller, ben: Caller, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    group = peer_start(acting_user=ada.user, user_id=ben.user.pk).group
    conversation = ada.direct(ben)
    first = message_send(acting_user=ada.user, group_id=group.pk, message_text="first").message
    for _ in range(rows):
        message = message_send(acting_user=ben.user, group_id=group.pk, message_text="x", reply_to_id=first.pk).message
        reaction_add(acting_user=ada.user, message_id=message.pk, emoji="👍")
    ada.page(conversation)
    beside = 1 if connection.vendor == "postgresql" else 2  # quotes and own reactions
    with django_assert_num_queries((9 if ada.profile is None else 11) + beside):
        assert len(ada.page(conversation, limit=rows)) == rows


@pytest.mark.parametrize(
    ("address", "key", "new", "old"), [("contacts", "contacts", 5, 7), ("blocked", "blocked", 3, 5)]
)
def test_people_take_constantly_many(
    ada: Caller,
    rows: int,
    address: str,
    key: str,
    new: int,
    old: int,
    make_user: Callable[..., Any],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(rows):
        person = make_user()
        connect(ada.user, person) if address == "contacts" else block_add(acting_user=ada.user, user_id=person.pk)
        if address == "contacts":
            peer_start(acting_user=ada.user, user_id=person.pk)
    ada.ok("get", address)
    with django_assert_num_queries(new if ada.profile is None else old):
        assert len(ada.ok("get", address)[key]) == rows
