"""The demo takes visitors without an account."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django import Settings

from chatproject.chat_hooks import Adapter
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

VISITOR = "/api/chat/support/visitor/"


@pytest.fixture(autouse=True)
def _demo(settings: Settings) -> None:
    settings.CHAT = {
        "ADAPTER": "chatproject.chat_hooks.Adapter",
        "AUTHENTICATION_CLASSES": (
            "rest_framework.authentication.SessionAuthentication",
            "chat.api.visitors.VisitorAuthentication",
        ),
    }


def test_visitor_opens_a_request_and_finds_it_again(client: Client) -> None:
    opened = client.post(VISITOR, {"name": "Gebre"}, content_type="application/json")

    assert opened.status_code == 201, opened.content
    found = client.get("/api/chat/groups/").json()["results"]
    assert [group["id"] for group in found] == [opened.json()["id"]]
    guest = get_user_model().objects.get(first_name="Gebre")
    assert not guest.has_usable_password()


def test_guest_who_signed_up_is_let_in_no_more(client: Client, make_user: Any) -> None:
    client.post(VISITOR, {"name": "Gebre"}, content_type="application/json")
    visit = client.cookies.copy()
    user = make_user("gebre")
    assert client.login(username=user.get_username(), password=PASSWORD)

    claimed = client.post(f"{VISITOR}claim/", {}, content_type="application/json")

    assert claimed.status_code == 200, claimed.content
    client.logout()
    client.cookies = visit
    assert client.get("/api/chat/groups/").status_code in (401, 403)


def test_visitors_of_one_name_are_different_people(db: None) -> None:
    one, two = (Adapter().guest_create("Gebre") for _ in range(2))

    assert one != two
