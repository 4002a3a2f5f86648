"""Members of a group."""

import pytest

from chat.roles import GroupType, Role
from tests.api.conftest import Call
from tests.services.worlds import everything, make_person, make_world, small_group

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def test_members_are_paged_in_the_order_of_joining(api: Call) -> None:
    world, owner, people = small_group(members=6)
    caller = api(people[0])
    page = caller.ok("get", f"groups/{world.id}/members/?limit=3")
    ids = [member["user_id"] for member in page["results"]]
    while page["next"]:
        page = caller.ok("get", page["next"])
        ids += [member["user_id"] for member in page["results"]]
    assert sorted(ids) == sorted(str(person.pk) for person in (owner, *people))
    detail = caller.ok("get", f"groups/{world.id}/")
    assert ids == [member["user_id"] for member in detail["members"]]


def test_added_member_is_answered_and_adding_again_changes_nothing(api: Call) -> None:
    world, owner, _ = small_group()
    newcomer = make_person()
    body = {"user_id": str(newcomer.pk), "role": "member"}
    first = api(owner).post(f"groups/{world.id}/members/", body)
    added = first.json()
    assert first.status_code == 201
    assert (added["user_id"], added["role"], added["left_at"]) == (str(newcomer.pk), "member", None)
    before = everything()
    again = api(owner).post(f"groups/{world.id}/members/", body | {"role": "admin"})
    assert (again.status_code, again.json()) == (200, added)
    assert everything() == before
    assert api(newcomer).ok("get", f"groups/{world.id}/")["my_role"] == "member"


def test_removed_member_is_gone_and_can_come_back(api: Call) -> None:
    world, owner, (ben,) = small_group()
    caller = api(owner)
    assert caller.delete(f"groups/{world.id}/members/{ben.pk}/").status_code == 204
    assert api(ben).get(f"groups/{world.id}/").status_code == 404
    missing = caller.delete(f"groups/{world.id}/members/{ben.pk}/")
    assert (missing.status_code, missing.json()["code"]) == (404, "member_not_found")
    assert caller.post(f"groups/{world.id}/members/", {"user_id": ben.pk, "role": "member"}).status_code == 201
    assert api(ben).get(f"groups/{world.id}/").status_code == 200


def test_last_owner_keeps_the_role_until_it_is_handed_over(api: Call) -> None:
    world, owner, (ben,) = small_group()
    kept = api(owner).patch(f"groups/{world.id}/members/{owner.pk}/", {"role": "member"})
    assert (kept.status_code, kept.json()["code"]) == (409, "last_owner")
    to_self = api(owner).post(f"groups/{world.id}/transfer/", {"user_id": str(owner.pk)})
    assert (to_self.status_code, to_self.json()["code"]) == (409, "already_owner")

    group = api(owner).ok("post", f"groups/{world.id}/transfer/", {"user_id": str(ben.pk)})
    assert (group["my_role"], group["owner_profile"]["id"]) == ("admin", str(ben.pk))


def test_group_of_an_owner_who_leaves_has_an_heir(api: Call) -> None:
    world, owner, (ben,) = small_group()
    assert api(owner).post(f"groups/{world.id}/leave/").status_code == 204
    assert api(owner).get(f"groups/{world.id}/").status_code == 404
    assert api(ben).ok("get", f"groups/{world.id}/")["my_role"] == "owner"


def test_admin_cannot_touch_owners_and_admins(api: Call) -> None:
    world = make_world(GroupType.GROUP)
    admin = api(world.people[Role.ADMIN])
    before = everything()
    for role in (Role.OWNER, Role.ADMIN):
        path = f"groups/{world.id}/members/{world.others[role].pk}/"
        assert admin.delete(path).status_code == 403
        assert admin.patch(path, {"role": "member"}).status_code == 403
    assert everything() == before


def test_full_group_takes_nobody_more(api: Call, settings: object) -> None:
    settings.CHAT = {"GROUP_MAX_MEMBERS": 2}  # type: ignore[attr-defined]
    world, owner, _ = small_group()
    full = api(owner).post(f"groups/{world.id}/members/", {"user_id": str(make_person().pk), "role": "member"})
    assert (full.status_code, full.json()["code"]) == (409, "group_full")
