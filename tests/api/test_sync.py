"""More groups than one request can name."""

from typing import Any
from urllib.parse import unquote

import pytest
from django.core import signing

from chat.services.groups import group_start
from tests.api.conftest import Call
from tests.services.worlds import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture
def small_limits(settings: Any) -> None:
    settings.CHAT = {"PAGE_SIZE_MAX": 3, "PAGE_SIZE": 2, "SYNC_MAX_GROUPS": 2}


def _start(person: Any, number: int) -> list[str]:
    return [str(group_start(acting_user=person).group.pk) for _ in range(number)]


@pytest.mark.usefixtures("small_limits")
def test_gained_groups_come_page_by_page_each_once(api: Call) -> None:
    person = make_person()
    named, *others = _start(person, 9)
    caller = api(person)
    known, gained, cursor, pages = {named: [0, 0]}, [], "", 0
    while True:
        answer = caller.ok("post", "sync/", {"groups": known, "gained_cursor": cursor})
        gained += [group["id"] for group in answer["gained"]]
        pages += 1
        if pages == 1:
            caller.send(others[-1], "now first in the list of groups")
            others += _start(person, 1)
        assert answer["has_more"] is (answer["gained_next"] is not None)
        if answer["gained_next"] is None:
            break
        cursor = answer["gained_next"]

    assert (sorted(gained), pages) == (sorted(others), 3)


@pytest.mark.usefixtures("small_limits")
def test_last_page_that_is_full_has_no_next(api: Call) -> None:
    person = make_person()
    groups = _start(person, 3)

    answer = api(person).ok("post", "sync/", {"groups": {}})

    assert sorted(group["id"] for group in answer["gained"]) == sorted(groups)
    assert (answer["gained_next"], answer["has_more"]) == (None, False)


@pytest.mark.usefixtures("small_limits")
def test_cursor_must_be_one_of_this_list(api: Call) -> None:
    person = make_person()
    groups = _start(person, 4)
    caller = api(person)
    of_groups = unquote(caller.ok("get", "groups/?limit=1")["next"].partition("cursor=")[2])
    good = caller.ok("post", "sync/", {"groups": {}})["gained_next"]
    for bad in ("x", f"{good}x", of_groups, groups[0], signing.dumps([groups[0]])):
        refused = caller.post("sync/", {"groups": {}, "gained_cursor": bad})
        body = refused.json()
        assert (refused.status_code, body["code"], body["field"]) == (400, "invalid_cursor", "gained_cursor")


@pytest.mark.usefixtures("small_limits")
def test_cursor_of_another_person_shows_none_of_their_groups(api: Call) -> None:
    person, other = make_person(), make_person()
    _start(person, 4)
    own = _start(other, 1)
    cursor = api(person).ok("post", "sync/", {"groups": {}})["gained_next"]

    answer = api(other).ok("post", "sync/", {"groups": {}, "gained_cursor": cursor})

    assert [group["id"] for group in answer["gained"]] == own
