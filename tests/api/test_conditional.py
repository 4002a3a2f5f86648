"""``ETag`` and 304 on the list of groups, on histories and on changes."""

from typing import Any

import pytest

from chat.roles import GroupType, Role
from chat.services.groups import peer_start
from chat.services.members import member_add
from tests.api.conftest import Call
from tests.services.people.worlds import prefer
from tests.services.worlds import World, make_person, make_world

pytestmark = pytest.mark.django_db

PATHS = ["groups/", "groups/?type=group", "groups/{id}/messages/", "groups/{id}/changes/?since=0&state_since=0"]

DATE = "Sat, 29 Oct 1994 19:43:31 GMT"


@pytest.fixture
def world() -> World:
    return make_world(GroupType.GROUP)


@pytest.mark.parametrize("path", PATHS)
def test_unchanged_answer_is_not_sent_again_until_something_changes(path: str, world: World, api: Call) -> None:
    reader, path = api(world.people[Role.MEMBER]), path.format(id=world.id)
    first = reader.get(path)
    etag = first["ETag"]
    assert etag.startswith('W/"')
    assert first["Cache-Control"] == "private, no-cache"
    assert {"Accept", "Accept-Language", "Authorization", "Cookie"} <= set(first["Vary"].split(", "))

    def ask() -> Any:
        return reader.get(path, headers={"If-None-Match": etag})

    same = ask()
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", etag)
    world.say(world.people[Role.OWNER])
    changed = ask()
    assert changed.status_code == 200
    etag = changed["ETag"]
    assert ask().status_code == 304
    reader.ok("patch", f"groups/{world.id}/state/", {"pinned": True})
    assert ask().status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_tag_is_of_one_viewer_one_question_one_language_and_one_media_type(path: str, world: World, api: Call) -> None:
    path = path.format(id=world.id)
    reader, other = api(world.people[Role.MEMBER]), api(world.people[Role.ADMIN])
    more = f"{path}{'&' if '?' in path else '?'}limit=7"
    tags = [
        reader.get(path)["ETag"],
        other.get(path)["ETag"],
        reader.get(more)["ETag"],
        reader.get(path, headers={"Accept-Language": "de"})["ETag"],
    ]
    reader.checked = False
    tags.append(reader.get(path, headers={"Accept": "text/html"})["ETag"])
    assert len(set(tags)) == len(tags)
    assert reader.get(path, headers={"If-None-Match": tags[1]}).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_answer_for_one_state_alone_is_refused_as_weak_tags_promise_none(path: str, world: World, api: Call) -> None:
    reader, path = api(world.people[Role.MEMBER]), path.format(id=world.id)
    etag = reader.get(path)["ETag"]
    for wanted in (etag, '"other"', f'"other", {etag}'):
        refused = reader.get(path, headers={"If-Match": wanted})
        assert (refused.status_code, refused.json()["code"]) == (412, "precondition_failed")
    for header, value in (("If-Match", "*"), ("If-Match", "no tag"), ("If-Unmodified-Since", DATE)):
        assert reader.get(path, headers={header: value}).status_code == 200
    assert reader.get(path, headers={"If-Match": "*", "If-None-Match": etag}).status_code == 304
    assert api(world.stranger).get(f"groups/{world.id}/messages/", headers={"If-Match": etag}).status_code == 404


def test_tag_of_a_list_changes_when_a_group_joins_it(world: World, api: Call) -> None:
    reader = api(world.people[Role.MEMBER])
    etag = reader.get("groups/?limit=1")["ETag"]
    reader.ok("post", "groups/", {"group_type": "group"})
    assert reader.get("groups/?limit=1", headers={"If-None-Match": etag}).status_code == 200


def test_stranger_with_the_right_tag_still_meets_nothing(world: World, api: Call) -> None:
    path = f"groups/{world.id}/messages/"
    etag = api(world.people[Role.MEMBER]).get(path)["ETag"]
    assert api(world.stranger).get(path, headers={"If-None-Match": etag}).status_code == 404
    assert api(world.stranger).get(path, headers={"If-None-Match": "*"}).status_code == 404


def test_cached_list_does_not_keep_what_somebody_hides_since(api: Call, settings: Any) -> None:
    settings.CHAT = {"ADAPTER": "tests.api.test_privacy.Open"}
    viewer, other = make_person(), make_person()
    peer_start(acting_user=viewer, user_id=other.pk)
    reader = api(viewer)
    first = reader.get("groups/")
    [shown] = first.json()["results"]
    assert shown["other_user"]["avatar_url"]
    assert shown["other_user"]["email"]
    again = {"If-None-Match": first["ETag"]}
    assert reader.get("groups/", headers=again).status_code == 304

    prefer(other, profile_photo_visibility="nobody", hide_email=True)

    [shown] = reader.get("groups/", headers=again).json()["results"]
    assert (shown["other_user"]["avatar_url"], shown["other_user"]["email"]) == (None, None)


def test_changes_with_people_in_them_are_told_anew_each_time(world: World, api: Call) -> None:
    viewer, newcomer = world.people[Role.OWNER], make_person()
    before = world.group.version, world.membership(viewer).state_version
    path = f"groups/{world.id}/changes/?since={before[0]}&state_since={before[1]}"
    member_add(acting_user=viewer, group_id=world.id, user_id=newcomer.pk, role=Role.MEMBER)

    answer = api(viewer).get(path)

    assert [member["user_id"] for member in answer.json()["members"]] == [str(newcomer.pk)]
    assert "ETag" not in answer
