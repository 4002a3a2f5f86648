from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from chatproject.settings import CONTENT_POLICY
from tests.factories import PASSWORD
from tests.files.uploading import upload

pytestmark = pytest.mark.core


def test_home_for_a_stranger_leads_to_sign_in(client: Client) -> None:
    response = client.get("/")

    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/"


def test_sign_in_with_password_leads_home(client: Client, make_user: Callable[..., Any]) -> None:
    user = make_user()

    response = client.post("/accounts/login/", {"username": user.get_username(), "password": PASSWORD}, follow=True)

    assert response.redirect_chain == [("/", 302)]
    assert str(user) in response.content.decode()


def test_pages_allow_no_script_of_others_and_files_keep_their_own_policy(
    client: Client, make_user: Callable[..., Any]
) -> None:
    user = make_user(is_staff=True)
    file = upload(user)
    client.force_login(user)

    for address in ("/", "/accounts/login/?x", "/admin/", "/api/chat/", "/api/docs/", "/api/docs/?script="):
        policy = dict(rule.split(" ", 1) for rule in client.get(address)["Content-Security-Policy"].split("; "))
        assert policy.keys() == CONTENT_POLICY.keys()
        assert policy["default-src"] == "'self'"
    sent = client.get(f"/api/chat/files/{file.pk}/")
    assert "sandbox" in sent["Content-Security-Policy"]
    sent.getvalue()  # which closes it


def test_home_offers_the_admin_to_staff_only(client: Client, make_user: Callable[..., Any]) -> None:
    for is_staff in (True, False):
        client.force_login(make_user(is_staff=is_staff))

        page = client.get("/").content.decode()

        assert (f'href="{reverse("admin:index")}"' in page) is is_staff
