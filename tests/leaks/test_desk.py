"""Nothing of a request's desk reaches its client, or staff who do not serve it: every GET route, sync, hazo_chat."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from chat.api.throttling import RATES
from tests.api.conftest import Call, Caller
from tests.api.contract import operations
from tests.leaks.planting import token
from tests.services.support.desk_world import make_person, make_staff
from tests.services.support.test_canned import shared

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
KINDS = ("note", "edited", "file", "tag", "handover", "mentioned")


@dataclass
class Desk:
    """A request, what its staff said among themselves, and everything that leads there."""

    secrets: dict[str, str]
    people: dict[str, Any]
    ids: dict[str, list[str]]


@pytest.fixture
def desk(api: Call, settings: Any) -> Desk:
    """Open a request that is served; say nothing at its desk yet."""
    settings.CHAT = {"THROTTLE_RATES": dict.fromkeys(RATES)}
    people = {"client": make_person(), "staff": make_staff(), "former": make_staff(), "elsewhere": make_staff()}
    client, staff = api(people["client"]), api(people["staff"])
    body = {"group_type": "support", "client_user_id": str(people["client"].pk), "name": "Invoice"}
    request = str(client.ok("post", "groups/", body)["id"])
    staff.ok("post", f"support/{request}/take/")
    message = client.send(request, "help").json()
    ids = {
        "group_id": [request],
        "message_id": [str(message["id"])],
        "user_id": [str(person.pk) for person in people.values()],
        "canned_id": [str(shared().pk)],
    }
    return Desk({kind: token(kind) for kind in KINDS}, people, ids)


def _whisper(api: Call, desk: Desk) -> None:
    """Do at the desk whatever staff can do there."""
    staff, secrets, [request] = api(desk.people["staff"]), desk.secrets, desk.ids["group_id"]
    notes = f"support/{request}/notes/"
    note = staff.ok("post", notes, {"message_text": secrets["note"]})
    edited = staff.ok("post", notes, {"message_text": secrets["edited"]})
    staff.ok("patch", f"messages/{edited['id']}/", {"message_text": "mended"})
    file = SimpleUploadedFile(f"{secrets['file']}.txt", secrets["file"].encode())
    upload = str(staff.ok("post", "uploads/", {"file": file}, format="multipart")["id"])
    staff.ok("post", notes, {"attachment_ids": [upload]})
    mentioned = {"message_text": secrets["mentioned"], "mention_ids": [str(desk.people["staff"].pk)]}
    staff.ok("post", notes, mentioned)
    staff.ok("put", f"messages/{note['id']}/pin/")
    staff.ok("put", f"messages/{note['id']}/reactions/%F0%9F%91%8D/")
    staff.ok("put", f"support/{request}/tags/", {"tags": [secrets["tag"]]})
    staff.ok("put", f"support/{request}/priority/", {"priority": 4})
    staff.ok("post", f"support/{request}/attendance/", {"is_writing": True})
    desk.ids["group_id"].append(str(note["chat_group_id"]))
    desk.ids["message_id"] += [str(note["id"]), str(edited["id"])]
    desk.ids |= {"file_id": [upload], "upload_id": [upload]}


def _addresses(desk: Desk) -> Iterator[str]:
    for method, path, _ in operations():
        names = re.findall(r"{(\w+)}", path)
        if method == "get" and all(name in desk.ids for name in names):
            for values in product(*(desk.ids[name] for name in names)):
                address = path.format(**dict(zip(names, values, strict=True)))
                yield from (f"{address}?{urlencode(query)}" for query in _queries(path, desk))
    for group_id in desk.ids["group_id"]:
        yield f"/api/hazo_chat/messages?chat_group_id={group_id}"
    for user_id, group_id in product(desk.ids["user_id"], desk.ids["group_id"]):
        yield f"/api/hazo_chat/unread_count?user_id={user_id}&chat_group_ids={group_id}"


def _queries(path: str, desk: Desk) -> list[dict[str, Any]]:
    words = [*desk.secrets.values(), "help", "Invoice"]
    groups = desk.ids["group_id"]
    return {
        "/api/chat/groups/": [{}, {"archived": "true"}, {"type": "support"}, {"search": "Invoice"}, {"unread": "true"}],
        "/api/chat/groups/{group_id}/changes/": [{"since": 0, "state_since": 0}, {"since": 4, "state_since": 1}],
        "/api/chat/groups/{group_id}/shared/": [{"kind": kind} for kind in ("media", "files", "links", "references")],
        "/api/chat/search/": [{"q": word} for word in words]
        + [{"q": word, "chat_group_id": group} for word, group in product(words, groups)],
        "/api/chat/support/canned/{canned_id}/text/": [{"group_id": group} for group in groups],
        "/api/chat/support/": [{"assignee": "any", "status": "any"}, {"tag": desk.secrets["tag"]}],
        "/api/chat/users/": [{"q": "person"}],
    }.get(path, [{}])


def _told(caller: Caller, desk: Desk) -> dict[str, str]:
    """Return everything that somebody is told: status, headers and body by address."""
    caller.checked = False
    told = {}
    for address in _addresses(desk):
        response = caller.get(address)
        assert response.status_code < 500, address
        body = b"".join(response.streaming_content) if response.streaming else response.content
        told[address] = f"{response.status_code} {response.headers} {body.decode(errors='replace')}"
    synced = caller.post("sync/", {"groups": {group: [0, 0] for group in desk.ids["group_id"]}})
    return told | {"sync": synced.content.decode(), "gained": caller.post("sync/", {"groups": {}}).content.decode()}


@pytest.mark.parametrize("who", ["client", "former", "elsewhere"])
def test_who_does_not_serve_a_request_learns_nothing_from_its_desk(who: str, desk: Desk, api: Call) -> None:
    if who == "former":
        [request], former = desk.ids["group_id"], desk.people["former"]
        api(desk.people["staff"]).ok("post", f"groups/{request}/members/", {"user_id": str(former.pk), "role": "staff"})
        api(former).ok("post", f"groups/{request}/leave/")
    _whisper(api, desk)

    told = _told(api(desk.people[who]), desk)

    if who != "client":  # which words a tenant has as tags, all its staff may know
        told = {address: text for address, text in told.items() if not address.startswith("/api/chat/support/tags")}
    echoing = {address for address in told if "search" in address or address == "sync"}
    everything = "\n".join(text.replace(address, "") for address, text in told.items() if address not in echoing)
    for kind, secret in desk.secrets.items():
        assert secret not in everything, kind
    found = [told[address] for address in echoing if '"message_text"' in told[address]]
    assert not any(secret in text for text in found for secret in desk.secrets.values())
    room = desk.ids["group_id"][1]
    assert room not in everything
    assert room in json.loads(told["sync"])["lost"]


def test_not_a_number_an_etag_or_a_time_that_the_client_is_told_changes(desk: Desk, api: Call) -> None:
    client = api(desk.people["client"])
    before = _told(client, desk)
    _whisper(api, desk)

    after = _told(client, desk)

    moved = {
        address
        for address, text in before.items()
        if "support/hours" not in address and address != "sync" and after[address] != text
    }
    assert moved == set(), "hours tell the time, sync was asked about the desk as well"


def test_walk_finds_what_staff_may_know(desk: Desk, api: Call) -> None:
    """Or the walk would prove nothing."""
    _whisper(api, desk)
    [request, _] = desk.ids["group_id"]
    helper = make_staff()
    handed = {"user_id": str(helper.pk), "note": desk.secrets["handover"]}
    api(desk.people["staff"]).ok("post", f"support/{request}/assign/", handed)

    told = "\n".join(text.replace(address, "") for address, text in _told(api(helper), desk).items())

    assert {kind for kind, secret in desk.secrets.items() if secret in told} == set(KINDS)
