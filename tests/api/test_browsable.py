"""The API by hand, in a browser, signed in by the session."""

import json
import re
from copy import deepcopy
from html import unescape
from typing import Any

import pytest

from chat.roles import GroupType, Role
from tests.api.addresses import address_ids
from tests.api.conftest import Call, Caller
from tests.api.contract import operations
from tests.services.support.desk_world import make_staff
from tests.services.worlds import World, make_person, make_world

pytestmark = [pytest.mark.django_db]

PATHS = sorted({path for _, path, _ in operations() if "{file_id}" not in path and not path.endswith("/file/")})
"""All but those of files, which answer their bytes to a browser, too."""


def _browser(user: Any) -> Caller:
    caller = Caller(headers={"Accept": "text/html"})
    caller.checked = False
    caller.force_login(user)
    return caller


@pytest.fixture(scope="module")
def first_world(shared_rows: None) -> World:
    return make_world(GroupType.GROUP)


@pytest.fixture(scope="module")
def ids(first_world: World) -> dict[str, Any]:
    return address_ids(first_world, first_world.people[Role.OWNER], first_world.people[Role.MEMBER])


@pytest.fixture
def world(first_world: World, db: None) -> World:
    return deepcopy(first_world)


@pytest.mark.parametrize("path", PATHS)
def test_every_page_opens_for_a_member_and_for_a_stranger(path: str, world: World, ids: dict[str, Any]) -> None:
    for user in (world.people[Role.OWNER], world.stranger):
        page = _browser(user).get(path.format(**ids))
        assert page.status_code in (200, 400, 403, 404, 405)
        assert page["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(("method", "path"), [(m, p) for m, p, op in operations() if "requestBody" in op])
def test_every_route_that_takes_a_body_has_a_form(method: str, path: str, world: World, ids: dict[str, Any]) -> None:
    html = _browser(world.people[Role.OWNER]).get(path.format(**ids)).content.decode()
    assert f'data-method="{method.upper()}"' in html or f'method="{method.upper()}"' in html
    assert '<textarea name="_content"' in html


def test_form_to_change_begins_with_what_is_there(world: World) -> None:
    owner = world.people[Role.OWNER]
    browser = _browser(owner)
    html = browser.get(f"groups/{world.id}/").content.decode()
    content = re.search(r'<textarea name="_content"[^>]*>(.*?)</textarea>', html, re.DOTALL)
    assert content is not None
    assert json.loads(unescape(content[1])) == {
        "name": "Everyone",
        "description": "",
        "posting": "everyone",
        "history_visibility": "start",
        "message_lifetime": None,
        "slow_mode": None,
    }


def test_empty_fields_of_a_form_say_nothing(world: World) -> None:
    ada, ben = make_person(), make_person()
    empty = {"client_user_id": "", "member_ids": "", "name": "", "description": "", "posting": ""}
    browser = _browser(ada)
    browser.default_format = "multipart"
    started = browser.post("groups/", empty | {"group_type": "peer", "member_ids": f" {ben.pk} "})
    assert (started.status_code, len(started.data["members"])) == (201, 2)
    started = browser.post("groups/", empty | {"group_type": "", "client_user_id": str(ada.pk)})
    assert (started.status_code, started.data["group_type"]) == (201, "support")
    members = f"{ben.pk}, {make_person().pk}"
    started = browser.post("groups/", empty | {"group_type": "group", "member_ids": members})
    assert (started.status_code, len(started.data["members"])) == (201, 3)


@pytest.mark.parametrize("path", sorted({path for _, path, _ in operations()}))
def test_every_address_answers_what_its_options_are(path: str, world: World, ids: dict[str, Any], api: Call) -> None:
    for user in (world.people[Role.OWNER], world.stranger):
        caller = api(user)
        caller.checked = False
        answer = caller.options(path.format(**ids))
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


def test_options_describe_the_form(world: World, api: Call) -> None:
    caller = api(world.people[Role.OWNER])
    caller.checked = False
    described = caller.options(f"groups/{world.id}/messages/").json()
    assert "message_text" in described["actions"]["POST"]


def test_pages_of_the_desk_are_called_by_what_they_show() -> None:
    browser = _browser(make_staff())
    for path, title in (("summary", "Summary"), ("tags", "Tags"), ("hours", "Hours")):
        html = browser.get(f"support/{path}/").content.decode()
        assert re.search(r"<h1>\s*(.*?)\s*</h1>", html, re.DOTALL)[1] == title  # type: ignore[index]
