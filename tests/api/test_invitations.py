"""Invitations and requests to join over the API: made, shown, used, answered, revoked."""

from typing import Any

import pytest
from django.utils import timezone

from chat.models import Ban, Invitation
from chat.roles import GroupType, Role
from tests.api.conftest import Call
from tests.services.worlds import World, everything, make_person, make_world, small_group

pytestmark = pytest.mark.django_db


def _invite(api: Call, world: World, **body: Any) -> Any:
    return api(world.people[Role.OWNER]).ok("post", f"groups/{world.id}/invitations/", body)


def _link(made: Any) -> str:
    return f"invitations/{made['invitation_token']}/"


def test_link_is_made_looked_at_used_listed_and_revoked(api: Call) -> None:
    world, owner, _ = small_group(name="Choir")
    newcomer = make_person()
    made = _invite(api, world, use_limit=2)
    assert (made["use_count"], made["use_limit"], made["expires_at"], made["revoked_at"]) == (0, 2, None, None)
    link = _link(made)

    shown = api(newcomer).ok("get", link)
    assert (shown["name"], shown["member_count"], shown["is_member"], shown["join"]) == ("Choir", 2, False, None)
    assert shown["invited_by"]["id"] == str(owner.pk)
    joined = api(newcomer).post(link, {})
    assert (joined.status_code, joined.json()["role"], joined.json()["user_id"]) == (201, "member", str(newcomer.pk))
    again = api(newcomer).post(link)
    assert (again.status_code, again.json()["version"]) == (200, joined.json()["version"])
    assert api(newcomer).ok("get", link)["is_member"]
    assert api(newcomer).get(f"groups/{world.id}/").status_code == 200

    listed = api(owner).ok("get", f"groups/{world.id}/invitations/")["results"]
    assert listed == [made | {"use_count": 1}]
    revoked = api(owner).ok("delete", f"groups/{world.id}/invitations/{made['id']}/")
    assert revoked["revoked_at"] is not None
    refused = api(make_person()).post(link, {})
    assert (refused.status_code, refused.json()["code"]) == (409, "invitation_revoked")


def test_request_is_made_listed_accepted_and_forgotten(api: Call) -> None:
    world, owner, [member] = small_group(name="Choir")
    person = make_person()
    link = _link(_invite(api, world, needs_approval=True))
    asked = api(person).post(link, {"text": "It is me"})
    assert (asked.status_code, asked.json()["state"], asked.json()["text"]) == (202, "pending", "It is me")
    assert api(person).post(link, {}).json() == asked.json()
    assert api(person).ok("get", link)["join"] == asked.json()
    assert api(person).get(f"groups/{world.id}/").status_code == 404
    address = f"joins/{asked.json()['id']}/"
    assert api(person).ok("get", "joins/")["results"] == [asked.json()]
    assert api(owner).ok("get", f"groups/{world.id}/joins/")["results"] == [asked.json()]
    assert api(owner).ok("get", address) == asked.json()
    assert api(owner).ok("get", "joins/")["results"] == []

    accepted = api(owner).ok("patch", address, {"state": "accepted"})

    assert (accepted["state"], accepted["group_name"]) == ("accepted", None)
    assert accepted["answered_at"] is not None
    assert api(owner).ok("get", f"groups/{world.id}/joins/")["results"] == []
    assert api(person).ok("get", f"groups/{world.id}/")["my_role"] == "member"
    late = api(owner).patch(address, {"state": "rejected"})
    assert (late.status_code, late.json()["code"]) == (409, "already_answered")
    assert api(member).get(address).status_code == 404


def test_rejected_person_learns_it_and_not_what_the_group_is_called_since(api: Call) -> None:
    world, owner, _ = small_group(name="Choir")
    person = make_person()
    link = _link(_invite(api, world, needs_approval=True))
    address = f"joins/{api(person).ok('post', link, {})['id']}/"
    api(owner).ok("patch", address, {"state": "rejected"})
    api(owner).ok("patch", f"groups/{world.id}/", {"name": "Secret choir"})

    mine = api(person).ok("get", address)

    assert (mine["state"], mine["group_name"]) == ("rejected", None)
    again = api(person).post(link, {})
    assert (again.status_code, again.json()["code"]) == (409, "rejected_lately")
    refused = api(person).patch(address, {"state": "accepted"})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")


def test_banned_person_meets_the_same_refusal_on_both_ways(api: Call) -> None:
    world, owner, _ = small_group()
    person, link = make_person(), _link(_invite(api, world))
    Ban.objects.create(group_id=world.id, user=person, created_by=owner, created_at=timezone.now())
    for response in (api(person).get(link), api(person).post(link, {})):
        assert (response.status_code, response.json()["code"]) == (403, "banned")


@pytest.mark.parametrize("token", ["x", "0" * 32, "%00", "%ED%A0%80", "é", "a.b", "0" * 3000])
def test_link_that_nobody_signed_is_not_found(token: str, api: Call) -> None:
    caller = api(make_person())
    for response in (caller.get(f"invitations/{token}/"), caller.post(f"invitations/{token}/", {})):
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_members_and_outsiders_meet_neither_links_nor_requests(api: Call) -> None:
    world = make_world(GroupType.GROUP)
    made = _invite(api, world, needs_approval=True)
    asked = api(world.stranger).ok("post", _link(made), {})
    before = everything()
    for person, status in ((world.people[Role.MEMBER], 403), (world.stranger, 404), (world.former, 404)):
        caller = api(person)
        for path in ("invitations/", "joins/"):
            response = caller.get(f"groups/{world.id}/{path}")
            assert response.status_code == status
            assert made["invitation_token"] not in response.content.decode()
        assert caller.post(f"groups/{world.id}/invitations/", {}).status_code == status
        assert caller.delete(f"groups/{world.id}/invitations/{made['id']}/").status_code == status
        if person != world.stranger:
            assert caller.patch(f"joins/{asked['id']}/", {"state": "accepted"}).status_code == 404
    assert everything() == before
    assert Invitation.objects.count() == 1


def test_lists_are_paged(api: Call) -> None:
    world, owner, _ = small_group()
    made = [_invite(api, world, needs_approval=True)["id"] for _ in range(3)]
    people = [make_person() for _ in range(3)]
    link = _link(api(owner).ok("get", f"groups/{world.id}/invitations/")["results"][0])
    asked = [api(person).ok("post", link, {})["id"] for person in people]
    for path, expected in (("invitations/", made[::-1]), ("joins/", asked)):
        first = api(owner).ok("get", f"groups/{world.id}/{path}?limit=2")
        rest = api(owner).ok("get", first["next"])
        assert [row["id"] for row in first["results"] + rest["results"]] == expected
        assert rest["next"] is None
