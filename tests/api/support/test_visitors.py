"""Visitors: a signed cookie opens their own request, and nothing else."""

from typing import Any

import pytest
from django.core import signing

from chat.adapter import ChatAdapter
from chat.api.visitors import COOKIE
from chat.models import ChatGroup
from tests.api.conftest import Call, Caller
from tests.services.support.desk_world import make_person, make_staff

pytestmark = pytest.mark.django_db

CLASSES = (
    "rest_framework_simplejwt.authentication.JWTAuthentication",
    "rest_framework.authentication.SessionAuthentication",
    "chat.api.visitors.VisitorAuthentication",
)


class TenantOfEach(ChatAdapter):
    """Everybody is their own tenant."""

    def scope_of(self, user: Any) -> str:
        return str(user.pk)


@pytest.fixture
def visitor(settings: Any, api: Call) -> Caller:
    settings.CHAT = {
        "ADAPTER": "tests.services.support.test_visitors.Welcoming",
        "AUTHENTICATION_CLASSES": CLASSES,
    }
    return api(None)


def _ask(visitor: Caller) -> str:
    return str(visitor.ok("post", "support/visitor/", {"name": "Gebre"})["id"])


def test_visitor_asks_talks_and_comes_back(visitor: Caller, api: Call) -> None:
    group = _ask(visitor)
    cookie = visitor.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert visitor.send(group, "help").status_code == 201
    staff = make_staff()
    shown = api(staff).ok("post", f"support/{group}/take/")
    assert shown["client"]["name"] == "Gebre"

    again = Caller()
    again.default_format = "json"
    again.cookies = visitor.cookies
    assert [row["id"] for row in again.ok("get", "groups/")["results"]] == [group]
    assert _ask(again) != group
    assert ChatGroup.objects.values("client_user").distinct().count() == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "users/?q=person", None),
        ("post", "groups/", {"group_type": "group", "name": "x"}),
        ("get", "search/?q=person", None),
        ("get", "support/", None),
        ("get", "support/canned/", None),
        ("post", "support/visitor/claim/", None),
        ("get", "groups/{group}/members/", None),
        ("post", "groups/{group}/leave/", None),
    ],
)
def test_visitor_is_nobody_elsewhere(method: str, path: str, body: Any, visitor: Caller) -> None:
    group = _ask(visitor)
    response = getattr(visitor, method)(path.format(group=group), body)
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


OTHERS_COOKIES = {
    "empty": "",
    "unsigned": "x",
    "of another salt": signing.dumps("1"),
    "of the API's": signing.dumps("1", salt="chat.cursor pk"),
}


@pytest.mark.parametrize("cookie", OTHERS_COOKIES)
def test_cookie_that_chat_did_not_sign_signs_nobody_in(cookie: str, visitor: Caller) -> None:
    visitor.cookies[COOKIE] = OTHERS_COOKIES[cookie]
    assert visitor.get("groups/").status_code == 401


def test_inactive_or_deleted_guest_is_nobody(visitor: Caller) -> None:
    group = _ask(visitor)
    guest = ChatGroup.objects.get(pk=group).client_user
    guest.is_active = False  # type: ignore[union-attr]
    guest.save()  # type: ignore[union-attr]
    assert visitor.get("groups/").status_code == 401
    guest.delete()  # type: ignore[union-attr]
    assert visitor.get("groups/").status_code == 401


def test_old_cookie_ends_when_the_guest_gets_a_password(visitor: Caller, api: Call) -> None:
    """Where the host turns the guest itself into an account."""
    group = _ask(visitor)
    account: Any = ChatGroup.objects.get(pk=group).client_user
    account.set_password("correct horse")
    account.save()

    assert visitor.get("groups/").status_code == 401
    assert [row["id"] for row in api(account).ok("get", "groups/")["results"]] == [group]


def test_guest_of_another_tenant_is_not_claimed(visitor: Caller, api: Call, settings: Any) -> None:
    _ask(visitor)
    settings.CHAT = settings.CHAT | {"ADAPTER": "tests.api.support.test_visitors.TenantOfEach"}
    caller = api(make_person())
    caller.cookies[COOKIE] = visitor.cookies[COOKIE].value

    refused = caller.post("support/visitor/claim/")

    assert (refused.status_code, refused.json()["code"]) == (409, "no_visit")


@pytest.mark.usefixtures("visitor")
def test_write_needs_the_csrf_token_which_comes_with_the_cookie() -> None:
    strict = Caller(enforce_csrf_checks=True)
    strict.default_format, strict.checked = "json", False
    group = _ask(strict)
    assert strict.get("groups/").status_code == 200
    assert strict.send(group).status_code == 403
    strict.credentials(HTTP_X_CSRFTOKEN=strict.cookies["csrftoken"].value)
    assert strict.send(group).status_code == 201


def test_who_signs_up_takes_the_requests_over(visitor: Caller, api: Call) -> None:
    group = _ask(visitor)
    visitor.send(group, "help")
    account = make_person()
    caller = api(account)
    caller.cookies[COOKIE] = visitor.cookies[COOKIE].value

    assert caller.ok("post", "support/visitor/claim/") == {"chat_group_ids": [group]}

    assert caller.cookies[COOKIE].value == ""
    [message] = caller.ok("get", f"groups/{group}/messages/")["messages"]
    assert message["sender_user_id"] == str(account.pk)
    gone = caller.post("support/visitor/claim/")
    assert (gone.status_code, gone.json()["code"]) == (409, "no_visit")


def test_who_is_signed_in_asks_as_themselves(visitor: Caller, api: Call) -> None:
    response = api(make_person()).post("support/visitor/", {"name": "Gebre"})
    assert (response.status_code, response.json()["code"]) == (409, "signed_in")


def test_host_without_visitors_refuses(api: Call) -> None:
    response = api(None).post("support/visitor/", {"name": "Gebre"})
    assert (response.status_code, response.json()["code"]) == (403, "no_visitors")
    assert COOKIE not in response.cookies


def test_asking_is_limited_by_address(visitor: Caller, settings: Any) -> None:
    settings.CHAT = settings.CHAT | {"THROTTLE_RATES": {"visitor": "1/min"}}
    _ask(visitor)
    visitor.cookies.clear()
    assert visitor.post("support/visitor/", {"name": "Gebre"}).status_code == 429
