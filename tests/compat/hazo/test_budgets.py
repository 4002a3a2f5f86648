"""How many statements a request takes, the same for 3 rows and for 30."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken

from chat.models import ChatGroup
from chat.services.groups import group_start
from tests.compat.hazo.conftest import MESSAGES, Caller, send

pytestmark = [pytest.mark.django_db]

AUTHENTICATION = 1  # the user of the token


@pytest.fixture
def client(ada: Caller) -> Client:
    return Client(headers={"Authorization": f"Bearer {AccessToken.for_user(ada.user)}"})


@pytest.fixture(params=[3, 30])
def rows(request: pytest.FixtureRequest) -> int:
    number: int = request.param
    return number


@pytest.mark.parametrize("direction", ["", "older", "newer"])
def test_page_takes_3(
    client: Client,
    ada: Caller,
    ben: Caller,
    group: ChatGroup,
    rows: int,
    direction: str,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    for number in range(rows):
        send(ben if number % 2 else ada, group, str(number))
    first, *_, last = ada.page(group)["messages"]
    cursor = {"": "", "older": last["created_at"], "newer": first["created_at"]}[direction]
    query = {"chat_group_id": str(group.pk), "cursor": cursor, "direction": direction}
    with django_assert_num_queries(AUTHENTICATION + 2):
        response = client.get(MESSAGES, query)
    assert len(response.json()["messages"]) == rows - bool(direction)


def test_page_by_session_takes_4(
    ada: Caller, ben: Caller, group: ChatGroup, rows: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    send(ben, group, *(str(number) for number in range(rows)))
    with django_assert_num_queries(4):
        assert len(ada.page(group)["messages"]) == rows


def test_unread_count_takes_2(
    client: Client, ada: Caller, ben: Caller, rows: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for _ in range(rows):
        send(ben, group_start(acting_user=ben.user, member_ids=[ada.user.pk]).group, "Hello")
    with django_assert_num_queries(AUTHENTICATION + 1):
        response = client.get("/api/hazo_chat/unread_count", {"user_id": str(ada.user.pk)})
    assert response.json()["total_unread"] == rows


def test_profiles_take_3(
    client: Client,
    ada: Caller,
    make_user: Callable[..., Any],
    rows: int,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    people = [make_user() for _ in range(rows)]
    group_start(acting_user=ada.user, member_ids=[person.pk for person in people])
    body = {"user_ids": [str(person.pk) for person in people]}
    with django_assert_num_queries(AUTHENTICATION + 2):
        response = client.post("/api/hazo_auth/profiles", body, content_type="application/json")
    assert len(response.json()["profiles"]) == rows


def test_me_takes_1(client: Client, django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(AUTHENTICATION):
        client.get("/api/hazo_auth/me")


def test_read_again_takes_3(
    client: Client, ben: Caller, group: ChatGroup, django_assert_num_queries: Callable[..., Any]
) -> None:
    (message,) = send(ben, group, "Hello")
    address = f"{MESSAGES}/{message.pk}/read"
    client.patch(address)
    with django_assert_num_queries(AUTHENTICATION + 2):
        client.patch(address)
