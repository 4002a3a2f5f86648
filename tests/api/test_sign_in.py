"""Who is let in, by which means; and who is not, on every route."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Manager
from django.test import Client
from rest_framework_simplejwt.tokens import RefreshToken

from chat.services.groups import group_start
from tests.api.addresses import address_ids
from tests.api.conftest import Call, Caller, caller_of
from tests.api.contract import operations
from tests.factories import PASSWORD
from tests.services.worlds import World, everything, make_person

pytestmark = pytest.mark.django_db

ShutOut = list[tuple[Caller, dict[str, Any], str]]
ROUTES = [(method, path) for method, path, _ in operations() if not path.endswith("support/visitor/")]
"""All but the one that is for people without an account."""


def _attempt(caller: Caller, method: str, path: str, ids: dict[str, Any]) -> Any:
    return getattr(caller, method)(path.format(**ids), None if method == "get" else {})


def _ids(user: Any) -> dict[str, Any]:
    return address_ids(World(group_start(acting_user=user).group, {}), user, user)


@pytest.fixture(scope="module")
def shut_out(shared_rows: None) -> ShutOut:
    """Return who is not let in (any more), what was theirs, and what they are told."""
    idle, changed, deleted = make_person(), make_person(), make_person()
    ids = [_ids(user) for user in (idle, changed, deleted)]
    callers = [caller_of(idle), caller_of(changed), caller_of(deleted)]
    idle.is_active = False
    idle.save()
    changed.set_password("another one entirely")
    changed.save()
    deleted.delete()
    forged = Caller(HTTP_AUTHORIZATION=f"Bearer {RefreshToken.for_user(make_person()).access_token}x")
    expected = ["user_inactive", "password_changed", "user_not_found", "not_authenticated", "token_not_valid"]
    return list(zip([*callers, caller_of(None), forged], [*ids, ids[0], ids[0]], expected, strict=True))


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_nobody_and_people_who_are_no_longer_let_in_are_refused_on_every_route(
    method: str, path: str, shut_out: ShutOut
) -> None:
    before = everything()
    for caller, names, code in shut_out:
        response = _attempt(caller, method, path, names)
        assert (response.status_code, response.json()["code"]) == (401, code), response.content
        assert response["WWW-Authenticate"].startswith("Bearer")
    assert everything() == before


class WelcomePeople(Manager[Any]):
    """Hides people whose e-mail address says so, as a host's manager hides those it has banned."""

    def get_queryset(self) -> Any:
        return super().get_queryset().exclude(email__startswith="banned")


def test_whom_the_host_s_manager_hides_is_not_let_in(api: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    user, banned = make_person(), make_person()
    group = group_start(acting_user=user, member_ids=[banned.pk]).group
    type(user).objects.filter(pk=banned.pk).update(email="banned@example.org")
    people = WelcomePeople()
    people.model = type(user)
    monkeypatch.setattr(type(user), "objects", people)
    for path in ("groups/", f"groups/{group.pk}/", f"groups/{group.pk}/messages/"):
        assert api(user).get(path).status_code == 200
        refused = api(banned).get(path)
        assert (refused.status_code, refused.json()["code"]) == (401, "user_not_found"), path
    assert api(banned).send(group.pk).status_code == 401


@pytest.mark.core
def test_token_is_obtained_refreshed_rotated_and_ended(api: Call) -> None:
    user, outside = make_person(), api(None)
    outside.checked = False

    def token(path: str, body: dict[str, Any]) -> Any:
        return outside.post(f"/api/token/{path}", body)

    name = {user.USERNAME_FIELD: user.get_username()}
    assert token("", name | {"password": "wrong"}).status_code == 401
    first = token("", name | {"password": PASSWORD}).json()
    outside.credentials(HTTP_AUTHORIZATION=f"Bearer {first['access']}")
    assert outside.get("unread/").status_code == 200

    second = token("refresh/", {"refresh": first["refresh"]}).json()
    outside.credentials(HTTP_AUTHORIZATION=f"Bearer {second['access']}")
    assert outside.get("unread/").status_code == 200
    assert token("refresh/", {"refresh": first["refresh"]}).status_code == 401, "a refresh token works once"

    assert token("blacklist/", {"refresh": second["refresh"]}).status_code == 200
    assert token("refresh/", {"refresh": second["refresh"]}).status_code == 401


def test_refresh_token_does_not_let_in(api: Call) -> None:
    caller = api(None)
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {RefreshToken.for_user(make_person())}")
    assert caller.get("unread/").json()["code"] == "token_not_valid"


@pytest.mark.core
@pytest.mark.parametrize("claim", ["nobody", "", None, [], {}, 10**30, "a\x00b"])
def test_token_with_a_user_who_cannot_be_is_refused(claim: object, api: Call) -> None:
    token = RefreshToken.for_user(make_person()).access_token
    token["user_id"] = claim
    caller = api(None)
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    for path in ("unread/", f"groups/{uuid4()}/", f"groups/{uuid4()}/messages/"):
        assert caller.get(path).status_code == 401


@pytest.mark.core
def test_session_lets_in_and_needs_a_csrf_token_to_write(api: Call) -> None:
    user = make_person()
    group = group_start(acting_user=user).group
    caller = Caller(enforce_csrf_checks=True)
    caller.force_login(user)
    assert caller.get(f"groups/{group.pk}/").status_code == 200

    before = everything()
    response = caller.post(f"groups/{group.pk}/messages/", {"message_text": "x"}, format="json")
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
    assert everything() == before

    token = Client().get("/accounts/login/").cookies["csrftoken"].value
    caller.cookies["csrftoken"] = token
    response = caller.post(
        f"groups/{group.pk}/messages/", {"message_text": "x"}, format="json", headers={"X-CSRFToken": token}
    )
    assert response.status_code == 201


def test_own_rules_of_the_host_do_not_reach_the_api(api: Call, settings: Any, make_user: Callable[..., Any]) -> None:
    settings.REST_FRAMEWORK = {
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.StaticHTMLRenderer"],
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.FileUploadParser"],
        "DEFAULT_FILTER_BACKENDS": ["rest_framework.filters.SearchFilter"],
        "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
        "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"],
        "DEFAULT_THROTTLE_RATES": {"anon": "1/day", "user": "1/day"},
        "EXCEPTION_HANDLER": "builtins.print",
        "NON_FIELD_ERRORS_KEY": "oops",
        "PAGE_SIZE": 1,
    }
    user = make_user()
    assert api(None).get("groups/").json()["code"] == "not_authenticated"
    for _ in range(3):
        assert api(user).post("groups/", {"group_type": "group"}).status_code == 201
    assert len(api(user).ok("get", "groups/")["results"]) == 3
    assert api(user).generic("POST", "sync/", b"[]", content_type="application/json").json()["code"] == "invalid"


def test_means_of_signing_in_are_the_host_s_choice(settings: Any, api: Call) -> None:
    settings.CHAT = {"AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"]}
    user = make_person()
    by_token = api(user)
    by_token.checked = False  # DRF answers 403 where the first means of signing in has no challenge
    assert by_token.get("unread/").json()["code"] == "not_authenticated"
    caller = Caller()
    caller.force_login(user)
    assert caller.get("unread/").status_code == 200
