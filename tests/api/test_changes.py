"""What changed since, in one group and in all."""

from typing import Any
from uuid import uuid4

import pytest

from chat.roles import GroupType, Role
from tests.api.conftest import Call
from tests.services.worlds import make_person, make_world, quietly, small_group

pytestmark = pytest.mark.django_db


def test_changes_go_on_where_a_page_of_history_ended(api: Call) -> None:
    world, owner, (ben,) = small_group()
    first = world.say(owner, "first")
    reader = api(ben)
    page = reader.ok("get", f"groups/{world.id}/messages/")
    known = f"since={page['version']}&state_since={page['state_version']}"
    path = f"groups/{world.id}/changes/?"
    quiet = reader.ok("get", path + known)
    assert (quiet["messages"], quiet["members"], quiet["group"], quiet["reset"]) == ([], [], None, False)
    assert (quiet["version"], quiet["state_version"]) == (page["version"], page["state_version"])

    second = world.say(owner, "second")
    api(owner).ok("delete", f"messages/{first.pk}/")
    newcomer = make_person()
    with quietly():
        api(owner).ok("post", f"groups/{world.id}/members/", {"user_id": str(newcomer.pk), "role": "member"})
        api(owner).ok("patch", f"groups/{world.id}/", {"name": "Renamed"})
    delta = reader.ok("get", path + known)
    assert [(message["seq"], message["message_text"]) for message in delta["messages"]] == [
        (second.seq, "second"),
        (first.seq, None),
    ]
    assert [member["user_id"] for member in delta["members"]] == [str(newcomer.pk)]
    assert (delta["group"]["name"], delta["group"]["unread_count"]) == ("Renamed", 1)
    assert delta["version"] == delta["group"]["version"]


def test_own_state_counts_by_itself(api: Call) -> None:
    world, owner, (ben,) = small_group()
    world.say(owner)
    reader = api(ben)
    before = reader.ok("get", f"groups/{world.id}/")
    reader.ok("patch", f"groups/{world.id}/state/", {"pinned": True})
    delta = reader.ok(
        "get", f"groups/{world.id}/changes/?since={before['version']}&state_since={before['state_version']}"
    )
    assert (delta["messages"], delta["version"]) == ([], before["version"])
    assert delta["group"]["state"]["pinned_at"]
    assert delta["state_version"] == before["state_version"] + 1


def test_changes_are_paged_by_version(api: Call) -> None:
    world, owner, (ben,) = small_group()
    for number in range(7):
        world.say(owner, str(number))
    since, texts, has_more = 0, [], True
    since = api(ben).ok("get", f"groups/{world.id}/changes/?since=0&state_since=0")["version"] - 7
    while has_more:
        delta = api(ben).ok("get", f"groups/{world.id}/changes/?since={since}&state_since=0&limit=3")
        texts += [message["message_text"] for message in delta["messages"]]
        since, has_more = delta["version"], delta["has_more"]
    assert texts == [str(number) for number in range(7)]


@pytest.mark.parametrize("since", [0, 10**6])
def test_client_that_knows_too_little_or_too_much_is_told_to_begin_anew(since: int, api: Call) -> None:
    world, owner, _ = small_group(history_visibility="joined")
    newcomer = make_person()
    api(owner).ok("post", f"groups/{world.id}/members/", {"user_id": str(newcomer.pk), "role": "member"})
    delta = api(newcomer).ok("get", f"groups/{world.id}/changes/?since={since}&state_since=0")
    assert (delta["reset"], delta["messages"], delta["members"]) == (True, [], [])


def test_sync_answers_what_changed_and_what_was_gained_and_lost(api: Call) -> None:
    reader = make_person()
    worlds = [small_group() for _ in range(4)]
    for world, owner, _ in worlds:
        api(owner).ok("post", f"groups/{world.id}/members/", {"user_id": str(reader.pk), "role": "member"})
    (quiet, _, _), (busy, talker, _), (lost, remover, _), (gained, _, _) = worlds
    listed = {group["id"]: group for group in api(reader).ok("get", "groups/")["results"]}
    known = {
        str(world.id): [listed[str(world.id)]["version"], listed[str(world.id)]["state_version"]]
        for world in (quiet, busy, lost)
    }
    busy.say(talker, "news")
    assert api(remover).delete(f"groups/{lost.id}/members/{reader.pk}/").status_code == 204
    unknown = str(uuid4())

    answer = api(reader).ok("post", "sync/", {"groups": known | {unknown: [1, 1]}})
    assert [changes["chat_group_id"] for changes in answer["changed"]] == [str(busy.id)]
    assert [message["message_text"] for message in answer["changed"][0]["messages"]] == ["news"]
    assert [group["id"] for group in answer["gained"]] == [str(gained.id)]
    assert set(answer["lost"]) == {str(lost.id), unknown}
    assert not answer["has_more"]


def test_sync_of_a_client_that_knows_nothing_gains_everything(api: Call) -> None:
    world, owner, _ = small_group()
    answer = api(owner).ok("post", "sync/", {"groups": {}})
    assert (answer["changed"], answer["lost"]) == ([], [])
    assert [group["id"] for group in answer["gained"]] == [str(world.id)]


def test_sync_says_when_there_is_more(api: Call, settings: Any) -> None:
    settings.CHAT = {"PAGE_SIZE_MAX": 2, "PAGE_SIZE": 2}
    world, owner, (ben,) = small_group()
    version = world.membership(ben).group.version
    for number in range(5):
        world.say(owner, str(number))
    known, texts, has_more = [version, 0], [], True
    while has_more:
        answer = api(ben).ok("post", "sync/", {"groups": {str(world.id): known}})
        has_more = answer["has_more"]
        for changes in answer["changed"]:
            texts += [message["message_text"] for message in changes["messages"]]
            known = [changes["version"], changes["state_version"]]
    assert texts == ["0", "1", "2", "3", "4"]


def test_changes_of_a_deleted_group_are_not_found(api: Call) -> None:
    world = make_world(GroupType.GROUP)
    member = world.people[Role.MEMBER]
    api(world.people[Role.OWNER]).delete(f"groups/{world.id}/")
    assert api(member).get(f"groups/{world.id}/changes/?since=0&state_since=0").status_code == 404
    assert api(member).ok("post", "sync/", {"groups": {str(world.id): [1, 1]}})["lost"] == [str(world.id)]
