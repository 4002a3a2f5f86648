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
    world, owner, _ = small_group()
    file = upload(owner)
    calls = {
        "read": lambda caller: caller.get("unread/"),
        "search": lambda caller: caller.get("users/?q=ab"),
        "sync": lambda caller: caller.post("sync/", {"groups": {}}),
        "mark": lambda caller: caller.post(f"groups/{world.id}/read/", {}),
        "send": lambda caller: caller.send(world.id),
        "write": lambda caller: caller.patch(f"groups/{world.id}/", {}),
        "upload": lambda caller: caller.post("uploads/", {"file": ContentFile(b"x", "x.txt")}, format="multipart"),
        "file": lambda caller: caller.get(f"files/{file.pk}/"),
    }
    assert calls.keys() == RATES.keys()
    caller = api(owner)
    for scope, call in calls.items():
        for _ in range(2):
            assert call(caller).status_code < 300, scope
        before = everything()
        refused = call(caller)
        assert (refused.status_code, refused.json()["code"]) == (429, "throttled"), scope
        assert 1 <= int(refused["Retry-After"]) <= 60
        assert everything() == before
    assert api(make_person()).get("unread/").status_code == 200, "others are not concerned"


def test_rate_of_none_lifts_the_limit(api: Call, settings: Any) -> None:
    settings.CHAT = {"THROTTLE_RATES": {"read": None}}
    caller = api(make_person())
    for _ in range(5):
        assert caller.get("unread/").status_code == 200
