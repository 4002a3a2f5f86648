"""A member's own state of a group."""

from typing import Any

import pytest

from tests.api.conftest import Call
from tests.services.worlds import make_person, small_group

pytestmark = pytest.mark.django_db


def test_positions_only_move_forward_and_no_further_than_the_last_message(api: Call) -> None:
    world, owner, (ben,) = small_group()
    for _ in range(5):
        world.say(owner)
    reader, path = api(ben), f"groups/{world.id}/read/"

    def positions(body: dict[str, int]) -> tuple[int, int]:
        state = reader.ok("post", path, body)
        return state["read_seq"], state["delivered_seq"]

    assert positions({"delivered_seq": 2}) == (0, 2)
    assert positions({"read_seq": 3}) == (3, 3)
    assert positions({"read_seq": 1, "delivered_seq": 1}) == (3, 3)
    assert positions({}) == (3, 3)
    assert reader.ok("get", f"groups/{world.id}/")["unread_count"] == 2
    assert positions({"read_seq": 2**63 - 1}) == (5, 5)
    assert reader.ok("get", "unread/") == {"groups": [], "total": 0, "mention_total": 0}
    seen = {member["user_id"]: member["read_seq"] for member in api(owner).ok("get", f"groups/{world.id}/")["members"]}
    assert seen[str(ben.pk)] == 5


def test_state_is_changed_field_by_field_and_seen_by_oneself_alone(api: Call) -> None:
    world, owner, (ben,) = small_group()
    for _ in range(3):
        world.say(owner)
    reader, path = api(ben), f"groups/{world.id}/state/"
    reader.ok("post", f"groups/{world.id}/read/", {"read_seq": 3})
    before = reader.ok("get", path)

    def change(**fields: Any) -> dict[str, Any]:
        state: dict[str, Any] = reader.ok("patch", path, fields)
        assert state == reader.ok("get", path)
        return state

    assert change() == before
    assert change(muted_until="2030-01-01T00:00:00+02:00")["muted_until"] == "2029-12-31T22:00:00.000000Z"
    assert change(muted_until=None)["muted_until"] is None
    assert change(pinned=True)["pinned_at"]
    assert change(archived=True)["archived_at"]
    state = change(pinned=False, archived=False)
    assert (state["pinned_at"], state["archived_at"]) == (None, None)
    unread = change(unread_from_seq=1)
    assert (unread["unread_from_seq"], unread["read_seq"]) == (1, 3)
    assert reader.ok("get", "unread/")["total"] == 2
    assert unread["state_version"] > before["state_version"]
    assert api(owner).ok("get", f"groups/{world.id}/")["state"]["pinned_at"] is None


def test_what_a_form_leaves_out_stays(api: Call) -> None:
    world, owner, _ = small_group()
    caller, path = api(owner), f"groups/{world.id}/state/"
    before = caller.ok("patch", path, {"pinned": True, "archived": True})
    after = caller.ok("patch", path, "muted_until=2030-01-01", content_type="application/x-www-form-urlencoded")
    assert after["muted_until"]
    assert (after["pinned_at"], after["archived_at"]) == (before["pinned_at"], before["archived_at"])
    unpinned = caller.ok("patch", path, "pinned=false", content_type="application/x-www-form-urlencoded")
    assert (unpinned["pinned_at"], unpinned["archived_at"]) == (None, before["archived_at"])


def test_cleared_history_is_gone_for_oneself_alone(api: Call) -> None:
    world, owner, (ben,) = small_group()
    message = world.say(owner)
    reader = api(ben)
    assert reader.ok("delete", f"groups/{world.id}/history/")["visible_from_seq"] == 2
    assert reader.ok("get", f"groups/{world.id}/messages/")["messages"] == []
    assert reader.get(f"messages/{message.pk}/").status_code == 404
    assert reader.ok("get", "groups/")["results"][0]["last_message"] is None
    assert reader.ok("get", "unread/")["total"] == 0
    assert api(owner).ok("get", f"messages/{message.pk}/")["message_text"] == "hello"


def test_unread_counts_are_sorted_and_leave_zeros_out(api: Call) -> None:
    counts = {}
    ben = make_person()
    for count in (1, 3, 0, 2):
        world, sender, _ = small_group()
        api(sender).ok("post", f"groups/{world.id}/members/", {"user_id": str(ben.pk), "role": "member"})
        for _ in range(count):
            world.say(sender)
        if count:
            counts[str(world.id)] = count
    unread = api(ben).ok("get", "unread/")
    assert {row["chat_group_id"]: row["count"] for row in unread["groups"]} == counts
    assert [row["count"] for row in unread["groups"]] == [3, 2, 1]
    assert unread["total"] == 6
