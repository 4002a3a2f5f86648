"""Calls over the API: started, answered, declined, listed, and shown in the history."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat.models import Block
from chat.models import Call as CallRow
from chat.roles import GroupType, Role
from chat.services.members import member_remove
from tests.api.conftest import Call
from tests.services.worlds import World, make_world, small_group

pytestmark = pytest.mark.django_db


def _start(api: Call, world: World, by: Any, call_type: str = "voice") -> Any:
    return api(by).ok("post", f"groups/{world.id}/calls/", {"call_type": call_type})


def _line(api: Call, world: World, by: Any) -> Any:
    return api(by).ok("get", f"groups/{world.id}/messages/")["messages"][-1]["system"]["call"]


def _parts(call: Any) -> dict[str, str]:
    return {part["user_id"]: part["state"] for part in call["participants"]}


def test_call_is_started_rung_answered_ended_and_shown(api: Call) -> None:
    world = make_world(GroupType.PEER)
    ada, ben = world.people[Role.OWNER], world.people[Role.MEMBER]
    call = _start(api, world, ada, "video")
    assert (call["state"], call["call_type"], call["caller_user_id"]) == ("initiated", "video", str(ada.pk))
    address = f"calls/{call['id']}/"
    for by, state in ((ben, "ringing"), (ben, "answered"), (ada, "ended")):
        call = api(by).ok("patch", address, {"state": state})
        line = _line(api, world, by)
        assert line == {name: call[name] for name in line}
        assert line["state"] == state
    assert _parts(call) == {str(ada.pk): "ended", str(ben.pk): "ended"}
    assert call["started_at"] < call["answered_at"] < call["ended_at"]
    for person in (ada, ben):
        assert api(person).ok("get", address) == call
        assert api(person).ok("get", "calls/")["results"] == [call]
    [message] = api(ben).ok("get", f"groups/{world.id}/messages/")["messages"]
    assert message["id"] == call["message_id"]


def test_second_caller_gets_the_first_call(api: Call) -> None:
    world = make_world(GroupType.PEER)
    first = _start(api, world, world.people[Role.OWNER])
    second = api(world.people[Role.MEMBER]).post(f"groups/{world.id}/calls/", {"call_type": "video"})
    assert (second.status_code, second.json()) == (200, first)


@pytest.mark.parametrize("state", ["missed", "failed", "initiated", "ended", "cancelled"])
def test_state_that_is_not_the_caller_s_to_set_is_a_conflict(state: str, api: Call) -> None:
    world = make_world(GroupType.PEER)
    call = _start(api, world, world.people[Role.OWNER])
    refused = api(world.people[Role.MEMBER]).patch(f"calls/{call['id']}/", {"state": state})
    assert (refused.status_code, refused.json()["code"]) == (409, "call_state")


def test_answering_on_one_device_stops_the_others(api: Call) -> None:
    world = make_world(GroupType.PEER)
    call = _start(api, world, world.people[Role.OWNER])
    devices = [api(world.people[Role.MEMBER]) for _ in range(3)]
    codes = [device.patch(f"calls/{call['id']}/", {"state": "answered"}).status_code for device in devices]
    assert codes == [200, 409, 409]


def test_block_refuses_as_privacy_does(api: Call) -> None:
    world = make_world(GroupType.PEER)
    ada, ben = world.people[Role.OWNER], world.people[Role.MEMBER]
    Block.objects.create(blocker=ben, blocked=ada, created_at=timezone.now())
    for person in (ada, ben):
        refused = api(person).post(f"groups/{world.id}/calls/", {"call_type": "voice"})
        assert (refused.status_code, refused.json()["code"]) == (403, "privacy")


def test_call_that_rang_too_long_is_missed_for_whoever_looks(api: Call) -> None:
    world = make_world(GroupType.PEER)
    ben = world.people[Role.MEMBER]
    for path in ("calls/{}/", "calls/"):
        call = _start(api, world, world.people[Role.OWNER])
        CallRow.objects.filter(pk=call["id"]).update(started_at=timezone.now() - timedelta(minutes=2))
        refused = api(ben).patch(f"calls/{call['id']}/", {"state": "answered"})
        assert refused.status_code == 409
        shown = api(ben).ok("get", path.format(call["id"]))
        shown = shown if "id" in shown else shown["results"][0]
        assert (shown["state"], _parts(shown)[str(ben.pk)]) == ("missed", "missed")
        assert _line(api, world, ben)["state"] == "missed"


def test_calls_are_listed_newest_first_by_conversation_and_in_pages(api: Call) -> None:
    one, owner, [member] = small_group()
    other = small_group()[0]
    made = []
    for _ in range(3):
        call = _start(api, one, owner)
        made.append(call["id"])
        api(owner).ok("patch", f"calls/{call['id']}/", {"state": "cancelled"})
    _start(api, other, other.people[Role.OWNER])
    first = api(member).ok("get", f"calls/?chat_group_id={one.id}&limit=2")
    rest = api(member).ok("get", first["next"])
    assert [row["id"] for row in first["results"] + rest["results"]] == made[::-1]
    assert api(member).ok("get", f"calls/?chat_group_id={other.id}")["results"] == []


def test_outsiders_and_who_has_no_part_meet_nothing(api: Call) -> None:
    world = make_world(GroupType.GROUP)
    call = _start(api, world, world.people[Role.OWNER])
    removed = world.people[Role.MEMBER]
    member_remove(acting_user=world.people[Role.OWNER], group_id=world.id, user_id=removed.pk)
    for outsider in (world.stranger, world.former, removed):
        caller = api(outsider)
        assert caller.get(f"calls/{call['id']}/").status_code == 404
        assert caller.patch(f"calls/{call['id']}/", {"state": "answered"}).status_code == 404
        assert caller.ok("get", "calls/")["results"] == []
        assert caller.post(f"groups/{world.id}/calls/", {"call_type": "voice"}).status_code == 404
