"""No GET route tells an outsider a secret: every route of the schema, every kind of outsider."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from typing import Any
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest
from django.test import override_settings
from pytest_django import Settings

from chat.api.throttling import RATES
from chat.exports.building import exports_build
from tests.api.conftest import Call, caller_of
from tests.api.contract import operations
from tests.leaks.planting import OUTSIDERS, Planted, Planter

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

UNLIMITED = {"THROTTLE_RATES": dict.fromkeys(RATES)}
HAZO = ("/api/hazo_chat/messages", "/api/hazo_chat/unread_count")


@dataclass
class Walked:
    """What was planted, and everything that each of the people was told on the walk."""

    planted: Planted
    told: dict[str, str]


@pytest.fixture(scope="module")
def walked(shared_rows: None) -> Walked:
    with override_settings(CHAT=UNLIMITED):
        planted = Planter(caller_of).plant()
        told = {name: _told(caller_of, person, planted) for name, person in planted.people.items()}
    return Walked(planted, told)


@pytest.fixture
def planted(walked: Walked, settings: Settings, db: None) -> Planted:
    settings.CHAT = UNLIMITED
    return walked.planted


@pytest.fixture
def told(walked: Walked, planted: Planted) -> dict[str, str]:
    return walked.told


def _walk(planted: Planted) -> Iterator[str]:
    """Yield every address that leads anywhere: each GET route with each id, and what can be asked of it."""
    for method, path, _ in operations():
        if method == "get":
            names = re.findall(r"{(\w+)}", path)
            for values in product(*(planted.ids[name] for name in names)):
                address = path.format(**dict(zip(names, values, strict=True)))
                yield from (f"{address}?{urlencode(query)}" for query in _queries(path, planted))
    for group_id in planted.ids["group_id"]:
        yield f"{HAZO[0]}?{urlencode({'chat_group_id': group_id, 'limit': 100})}"
    yield from (f"{HAZO[1]}?user_id={user_id}" for user_id in planted.ids["user_id"])


def _queries(path: str, planted: Planted) -> list[dict[str, Any]]:
    words = [*planted.secrets.values(), *planted.drafts.values()]
    return {
        "/api/chat/groups/": [{}, {"archived": "true"}, {"search": planted.source}],
        "/api/chat/groups/{group_id}/messages/": [{"limit": 100}]
        + [{side: seq} for seq in planted.seqs for side in ("around", "before", "after")],
        "/api/chat/groups/{group_id}/changes/": [{"since": 0, "state_since": 0}]
        + [{"since": seq, "state_since": seq} for seq in planted.seqs],
        "/api/chat/groups/{group_id}/shared/": [{"kind": kind} for kind in ("media", "files", "links", "references")],
        "/api/chat/messages/{message_id}/votes/": [{}, {"option": 1}],
        "/api/chat/search/": [{"q": word} for word in words] + [{"q": word[:6]} for word in words],
        "/api/chat/presence/": [{"user_id": ",".join(planted.ids["user_id"])}],
        "/api/chat/users/": [{"q": "person"}],
        "/api/chat/gifs/": [{"q": "cat"}],
    }.get(path, [{}])


def _told(api: Call, user: Any, planted: Planted) -> str:
    """Return everything that the walk tells somebody: bodies and headers."""
    caller, told = api(user), []
    caller.checked = False
    for address in _walk(planted):
        response = caller.get(address)
        assert response.status_code < 500, address
        body = b"".join(response.streaming_content) if response.streaming else response.content
        text = _unzipped(body) if body.startswith(b"PK") else body.decode(errors="replace")
        told.append(f"{address} {response.headers} {text}".replace(address, ""))
    return "\n".join(told)


def _unzipped(content: bytes) -> str:
    with ZipFile(BytesIO(content)) as archive:
        return "\n".join(f"{name} {archive.read(name).decode(errors='replace')}" for name in archive.namelist())


def _known(told: str, words: dict[str, str]) -> set[str]:
    return {kind for kind, word in words.items() if word in told}


@pytest.mark.parametrize("who", OUTSIDERS)
def test_no_route_tells_an_outsider_a_secret(who: str, planted: Planted, told: dict[str, str]) -> None:
    assert _known(told[who], planted.secrets | planted.drafts | planted.doors) == set()
    assert planted.source not in told[who]


@pytest.mark.parametrize("who", [who for who in OUTSIDERS if who != "nobody"])
def test_own_export_tells_an_outsider_no_secret(who: str, planted: Planted, api: Call) -> None:
    export = api(planted.people[who]).ok("post", "exports/")["id"]
    list(exports_build())
    response = api(planted.people[who]).get(f"exports/{export}/file/")
    told = _unzipped(b"".join(response.streaming_content))

    assert "profile.json" in told
    assert _known(told, planted.secrets | planted.drafts | planted.doors) == set()
    assert planted.source not in told


def test_walk_finds_what_members_may_know(planted: Planted, told: dict[str, str]) -> None:
    """Or the walk would prove nothing."""
    author, owner = told["author"], told["owner"]

    assert _known(author, planted.secrets) == planted.secrets.keys() - {"deleted"}
    assert _known(owner, planted.secrets) == planted.secrets.keys() - {"deleted"}
    assert _known(author, planted.drafts) == {"draft", "scheduled", "held"}
    assert _known(owner, planted.drafts) == set(), "which are the author's alone"
    assert _known(owner, planted.doors) == {"link", "asking"}
    assert _known(author, planted.doors) == set(), "which are for who may invite"


def test_call_request_and_jobs_are_known_to_those_alone_who_have_a_part_in_them(
    planted: Planted, told: dict[str, str]
) -> None:
    [call], [asked] = planted.ids["call_id"], planted.ids["join_id"]
    whose = ("owner", "author") * 2
    jobs = list(zip(whose, [*planted.ids["export_id"], *planted.ids["erasure_id"]], strict=True))

    assert {name for name in told if call in told[name]} == {"owner", "author", "cleared", "hid"}
    assert {name for name in told if asked in told[name]} == {"owner", "asker"}
    for name, job in jobs:
        assert {other for other in told if job in told[other]} == {name}
    assert _known(told["asker"], planted.secrets | planted.drafts | planted.doors) == {"asking"}


def test_who_gets_a_forward_learns_what_was_said_and_not_where(planted: Planted, told: dict[str, str]) -> None:
    learnt = told["elsewhere"]

    assert _known(learnt, planted.secrets) == {"text"}
    assert "Aqueduct" not in learnt
    assert planted.ids["group_id"][0] not in learnt
    assert planted.ids["message_id"][0] not in learnt
