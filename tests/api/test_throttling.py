"""How often one person may call."""

from typing import Any

import pytest
from django.core.files.base import ContentFile

from chat.api.throttling import RATES
from tests.api.conftest import Call
from tests.files.uploading import upload
from tests.services.worlds import everything, make_person, small_group

pytestmark = pytest.mark.django_db


def test_each_scope_limits_one_person_and_says_when_to_come_back(api: Call, settings: Any) -> None:
    settings.CHAT = {"THROTTLE_RATES": dict.fromkeys(RATES, "2/min")}
    world, owner, [member] = small_group()
    file, message = upload(owner), world.say(member)
    calls = {
        "read": lambda caller: caller.get("unread/"),
        "search": lambda caller: caller.get("users/?q=ab"),
        "sync": lambda caller: caller.post("sync/", {"groups": {}}),
        "mark": lambda caller: caller.post(f"groups/{world.id}/read/", {}),
        "send": lambda caller: caller.send(world.id),
        "write": lambda caller: caller.patch(f"groups/{world.id}/", {}),
        "upload": lambda caller: caller.post("uploads/", {"file": ContentFile(b"x", "x.txt")}, format="multipart"),
        "file": lambda caller: caller.get(f"files/{file.pk}/"),
        "report": lambda caller: caller.post(f"messages/{message.pk}/report/", {"kind": "spam"}),
        "export": lambda caller: caller.post("exports/"),
        "erasure": lambda caller: caller.post("erasures/", {"confirm": True}),
    }
    assert {*calls, "visitor"} == RATES.keys(), "of visitors below"
    caller = api(owner)
    for scope, call in calls.items():
        for time in (1, 2):
            status = call(caller).status_code
            assert status < 300 or (scope, time, status) == ("export", 2, 409), scope
        before = everything()
        refused = call(caller)
        assert (refused.status_code, refused.json()["code"]) == (429, "throttled"), scope
        assert 1 <= int(refused["Retry-After"]) <= 60
        assert everything() == before
    assert api(make_person()).get("unread/").status_code == 200, "others are not concerned"


def test_visitors_of_one_address_are_limited_together(api: Call, settings: Any) -> None:
    settings.CHAT = {
        "ADAPTER": "tests.services.support.test_visitors.Welcoming",
        "AUTHENTICATION_CLASSES": ["chat.api.visitors.VisitorAuthentication"],
        "THROTTLE_RATES": {"visitor": "2/min"},
    }

    def ask(address: str) -> int:
        return int(api(None).post("support/visitor/", {"name": "Gebre"}, REMOTE_ADDR=address).status_code)

    assert [ask("192.0.2.1") for _ in range(3)] == [201, 201, 429]
    assert ask("192.0.2.2") == 201, "others are not concerned"


def test_rate_of_none_lifts_the_limit(api: Call, settings: Any) -> None:
    settings.CHAT = {"THROTTLE_RATES": {"read": None}}
    caller = api(make_person())
    for _ in range(5):
        assert caller.get("unread/").status_code == 200
