"""The desk over HTTP: two streams, notes, who else is there; and nothing of it for clients."""

import pytest

from tests.api.conftest import Call
from tests.services.support.desk_world import make_person, make_staff, queued, request_world
from tests.services.worlds import World

pytestmark = pytest.mark.django_db


def test_two_streams_each_by_its_own_numbers(api: Call) -> None:
    world, client, staff, other = request_world()
    caller, path = api(staff), f"support/{world.id}/"
    assert caller.ok("get", f"{path}desk/")["notes"] is None
    for number in range(3):
        world.say(client, f"question {number}")
        caller.ok("post", f"{path}notes/", {"message_text": f"note {number}"})

    both = caller.ok("get", f"{path}desk/?limit=2")
    assert [row["message_text"] for row in both["conversation"]["messages"]] == ["question 1", "question 2"]
    assert [row["message_text"] for row in both["notes"]["messages"]] == ["note 1", "note 2"]
    older = caller.ok("get", f"{path}desk/?limit=2&notes_before=2")
    assert [row["message_text"] for row in older["notes"]["messages"]] == ["note 0"]
    assert older["conversation"] == both["conversation"]

    note = both["notes"]["messages"][0]
    api(other).ok("put", f"messages/{note['id']}/reactions/%F0%9F%91%8D/")
    again = caller.ok("get", f"groups/{note['chat_group_id']}/messages/")
    assert again["messages"][1]["reactions"] == [{"emoji": "👍", "count": 1, "mine": False}]


def test_answer_is_conditional_on_both_streams(api: Call) -> None:
    world, client, staff, _ = request_world()
    caller, path = api(staff), f"support/{world.id}/desk/"
    etags = []
    for step in (
        lambda: None,
        lambda: world.say(client),
        lambda: caller.ok("post", f"support/{world.id}/notes/", NOTE),
    ):
        step()
        etags.append(caller.get(path)["ETag"])
        assert caller.get(path, HTTP_IF_NONE_MATCH=etags[-1]).status_code == 304
    assert len(set(etags)) == 3


NOTE = {"message_text": "note", "client_id": "0b7a5f0e-4a58-4d0e-9a63-1f1f0cf2f8a1"}


def test_note_is_sent_once(api: Call) -> None:
    world, _, staff, _ = request_world()
    first = api(staff).post(f"support/{world.id}/notes/", NOTE)
    second = api(staff).post(f"support/{world.id}/notes/", NOTE)

    assert (first.status_code, second.status_code) == (201, 200)
    assert second["Idempotent-Replay"] == "true"
    assert first.json()["id"] == second.json()["id"]


def test_who_waits_in_the_queue_is_read_before_it_is_taken(api: Call) -> None:
    client, staff = make_person(), make_staff()
    group = queued(client)
    World(group, {}).say(client, "help")

    streams = api(staff).ok("get", f"support/{group.pk}/desk/")

    assert [row["message_text"] for row in streams["conversation"]["messages"]] == ["help"]
    assert api(staff).get(f"groups/{group.pk}/").status_code == 404


def test_others_are_shown_by_name(api: Call) -> None:
    group, ada, ben = queued(), make_staff(), make_staff()
    api(ada).ok("post", f"support/{group.pk}/attendance/", {"is_writing": True})

    [other] = api(ben).ok("post", f"support/{group.pk}/attendance/", {})["others"]

    assert other["user_id"] == other["profile"]["id"] == str(ada.pk)
    assert other["wrote_at"] == other["looked_at"]


def test_desk_refuses_what_only_the_request_has(api: Call) -> None:
    world, _, staff, _ = request_world()
    caller = api(staff)
    desk = caller.ok("post", f"support/{world.id}/notes/", NOTE)["chat_group_id"]
    shown = caller.ok("get", f"groups/{desk}/")

    assert (shown["desk_of_id"], shown["client_user_id"]) == (str(world.id), None)
    assert not any(action.startswith(("support.", "member.")) for action in shown["actions"])
    assert caller.post(f"groups/{desk}/leave/").status_code == 403
    assert caller.get(f"support/{desk}/").status_code == 404
