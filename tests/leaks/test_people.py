"""No GET route tells a blocked person, or a stranger, what somebody shows to contacts alone."""

import re
from typing import Any

import pytest
from pytest_django import Settings

from chat.adapter import ChatAdapter
from chat.api.throttling import RATES
from chat.models import Presence, ReadMark
from chat.serializers import wire_time
from chat.services import typing
from tests.api.conftest import Call
from tests.api.contract import operations
from tests.leaks.planting import Planted, Planter, token
from tests.leaks.test_walk import _known, _told
from tests.services.people.worlds import connect

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class Pictured(ChatAdapter):
    """A host whose people have pictures with secret names."""

    def avatar_url(self, user: Any) -> str:
        return f"https://example.org/picture-of-{user.pk}-here.png"


@pytest.fixture
def planted(api: Call, settings: Settings) -> Planted:
    settings.CHAT = {"THROTTLE_RATES": dict.fromkeys(RATES), "ADAPTER": f"{__name__}.{Pictured.__qualname__}"}
    planted = Planter(api).plant()
    elsewhere = {name: [] for _, path, _ in operations() for name in re.findall(r"{(\w+)}", path)}
    planted.ids = elsewhere | planted.ids  # routes that name what is not theirs have walks of their own
    return planted


@pytest.fixture
def words(planted: Planted, api: Call, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Let the owner read, be here, write, block the author, and show themselves to contacts alone."""
    people, [group, *_] = planted.people, planted.ids["group_id"]
    owner, reason = api(people["owner"]), token("reason")
    message = api(people["author"]).ok("post", f"groups/{group}/messages/", {"message_text": "the last word"})
    planted.ids["message_id"].append(message["id"])
    owner.ok("post", f"groups/{group}/read/", {"read_seq": message["seq"]})
    owner.ok("post", "presence/")
    monkeypatch.setattr(typing, "TYPING_SECONDS", 3600)  # or the hint would be over before the walk is
    owner.ok("post", f"groups/{group}/typing/")
    for name in ("author", "late"):
        connect(people[name], people["owner"])
    visible = ("last_seen_visibility", "profile_photo_visibility")
    owner.ok("patch", "settings/", dict.fromkeys(visible, "connections") | {"online_status": True})
    owner.ok("put", f"blocks/{people['author'].pk}/", {"reason": reason})
    mark = ReadMark.objects.get(group=group, user=people["owner"], seq=message["seq"])
    return {
        "reason": reason,
        "seen": str(wire_time(Presence.objects.get(user=people["owner"]).seen_at)),
        "read": str(wire_time(mark.at)),
        "picture": Pictured().avatar_url(people["owner"]),
    }


def test_blocked_person_and_stranger_are_told_nothing_that_is_for_contacts(
    planted: Planted, words: dict[str, str], api: Call
) -> None:
    told = {name: _told(api, planted.people[name], planted) for name in ("author", "elsewhere", "stranger", "late")}

    assert {name: _known(text, words) for name, text in told.items()} == {
        "author": {"picture"},
        "elsewhere": set(),
        "stranger": set(),
        "late": {"seen", "read", "picture"},
    }
    writing = f'"user_ids":["{planted.people["owner"].pk}"]'
    assert {name for name, text in told.items() if writing in text.replace(" ", "")} == {"late"}
    online = f'"user_id":"{planted.people["owner"].pk}","online":true'
    assert online not in told["author"].replace(" ", "")
    assert online in told["stranger"].replace(" ", "")
    assert "reason" in _known(_told(api, planted.people["owner"], planted), words)
