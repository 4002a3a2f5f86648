"""Reports, silence, bans, slow mode and suspension over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chat.models import ChatGroupUser
from chat.roles import GroupType, Role
from chat.serializers.wire import wire_time
from chat.services.safety.bans import member_ban
from chat.services.safety.suspensions import user_suspend
from tests.api.conftest import Call
from tests.services.worlds import World, join, make_person, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world(GroupType.GROUP)


def test_message_is_reported_and_who_is_reported_learns_nothing(world: World, api: Call) -> None:
    reporter, spammer = api(world.people[Role.MEMBER]), world.others[Role.MEMBER]
    message = world.say(spammer)
    before = api(spammer).ok("get", f"groups/{world.id}/messages/")

    first = reporter.post(f"messages/{message.pk}/report/", {"kind": "spam", "reason": "Look."})
    again = reporter.post(f"messages/{message.pk}/report/", {"kind": "scam"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert first.json() | {"id": 0, "created_at": 0} == {
        "id": 0,
        "user_id": str(spammer.pk),
        "kind": "spam",
        "reason": "Look.",
        "message_ids": [str(message.pk)],
        "created_at": 0,
    }
    assert api(spammer).ok("get", f"groups/{world.id}/messages/") == before
    for outsider in (world.stranger, world.former):
        response = api(outsider).post(f"messages/{message.pk}/report/", {"kind": "spam"})
        assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert api(spammer).post(f"messages/{message.pk}/report/", {"kind": "spam"}).json()["code"] == "not_reportable"


def test_person_is_reported_with_messages(world: World, api: Call) -> None:
    reporter, spammer = api(world.people[Role.MEMBER]), world.others[Role.MEMBER]
    messages = [str(world.say(spammer).pk) for _ in range(2)]

    first = reporter.post(f"users/{spammer.pk}/report/", {"kind": "harassment", "message_ids": messages[:1]})
    again = reporter.post(f"users/{spammer.pk}/report/", {"kind": "harassment", "message_ids": messages})

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["message_ids"] == messages
    assert reporter.post("users/nobody-at-all/report/", {"kind": "spam"}).status_code == 404


def test_member_is_silenced_and_told_when_they_may_write_again(world: World, api: Call) -> None:
    member, admin = world.people[Role.MEMBER], api(world.people[Role.ADMIN])
    address, until = f"groups/{world.id}/members/{member.pk}/silence/", wire_time(timezone.now() + timedelta(hours=1))
    version = api(member).ok("get", f"groups/{world.id}/")["version"]

    assert admin.ok("put", address, {"until": until})["silenced_until"] == until
    refused = api(member).send(world.id)

    assert (refused.status_code, refused.json()["code"]) == (403, "silenced")
    assert api(member).ok("get", f"groups/{world.id}/")["silenced_until"] == until
    changes = api(member).ok("get", f"groups/{world.id}/changes/?since={version}&state_since=0")
    assert [row["silenced_until"] for row in changes["members"]] == [until]
    assert admin.ok("delete", address)["silenced_until"] is None
    assert api(member).send(world.id).status_code == 201


def test_banned_people_are_listed_for_who_may_ban_and_let_go_again(
    world: World, api: Call, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    admin, member = api(world.people[Role.ADMIN]), world.people[Role.MEMBER]
    made = admin.post(f"groups/{world.id}/bans/", {"user_id": str(member.pk), "reason": "Spam"})

    assert made.status_code == 201
    assert admin.ok("get", f"groups/{world.id}/bans/")["results"] == [made.json()]
    assert api(member).send(world.id).status_code == 404
    back = admin.post(f"groups/{world.id}/members/", {"user_id": str(member.pk), "role": "member"})
    assert (back.status_code, back.json()["code"]) == (403, "banned")
    assert api(world.others[Role.MEMBER]).get(f"groups/{world.id}/bans/").json()["code"] == "not_allowed"
    assert api(member).get(f"groups/{world.id}/bans/").status_code == 404
    assert admin.delete(f"groups/{world.id}/bans/{member.pk}/").status_code == 204
    assert admin.delete(f"groups/{world.id}/bans/{member.pk}/").json()["code"] == "not_found"
    for number in (3, 30):
        for _ in range(number):
            person = join(world, world.people[Role.OWNER])
            member_ban(acting_user=world.people[Role.OWNER], group_id=world.id, user_id=person.pk)
        with django_assert_num_queries(4):  # who, the membership, bans, profiles
            assert len(admin.ok("get", f"groups/{world.id}/bans/")["results"]) >= number


def test_slow_mode_says_when_to_try_again(world: World, api: Call) -> None:
    owner, member = api(world.people[Role.OWNER]), api(world.people[Role.MEMBER])
    assert owner.ok("patch", f"groups/{world.id}/", {"slow_mode": 30})["slow_mode"] == 30
    member.send(world.id)

    refused = member.send(world.id)

    assert (refused.status_code, refused.json()["code"]) == (429, "slow_mode")
    assert 0 < int(refused["Retry-After"]) <= 30
    assert member.patch(f"groups/{world.id}/", {"slow_mode": None}).status_code == 403
    assert owner.ok("patch", f"groups/{world.id}/", {"slow_mode": None})["slow_mode"] is None
    assert member.send(world.id).status_code == 201


def test_flood_is_429_on_both_surfaces(world: World, api: Call, settings: Any) -> None:
    settings.CHAT = {"FLOOD_RATE": 60, "FLOOD_BURST": 1}
    member = api(world.people[Role.MEMBER])
    member.send(world.id)

    refused = member.send(world.id)
    member.checked = False
    compatible = member.post("/api/hazo_chat/messages", {"chat_group_id": str(world.id), "message_text": "again"})

    assert (refused.status_code, refused.json()["code"], refused["Retry-After"]) == (429, "too_fast", "1")
    assert (compatible.status_code, compatible.json()["error_code"]) == (429, "RATE_LIMITED")
    assert compatible["Retry-After"] == "1"
    assert ChatGroupUser.objects.filter(flood_until__isnull=False).count() == 1


def test_suspended_person_reads_and_gets_403_for_every_write(world: World, api: Call) -> None:
    user = world.people[Role.OWNER]
    message, friend = world.say(world.people[Role.MEMBER]), make_person()
    user_suspend(acting_user=make_person(), user=user)
    caller = api(user)
    writes: list[tuple[str, str, Any]] = [
        ("post", f"groups/{world.id}/messages/", {"message_text": "x"}),
        ("patch", f"groups/{world.id}/", {"name": "x"}),
        ("put", f"messages/{message.pk}/pin/", None),
        ("put", f"messages/{message.pk}/reactions/%F0%9F%91%8D/", None),
        ("post", f"groups/{world.id}/members/", {"user_id": str(friend.pk), "role": "member"}),
        ("post", f"groups/{world.id}/leave/", None),
        ("post", "groups/", {"group_type": "group"}),
        ("post", "groups/", {"group_type": "peer", "member_ids": [str(friend.pk)]}),
    ]

    for method, path, body in writes:
        response = getattr(caller, method)(path, body)
        assert (response.status_code, response.json()["code"]) == (403, "suspended"), path
    assert caller.get(f"groups/{world.id}/messages/").status_code == 200
    assert caller.post(f"groups/{world.id}/read/", {"read_seq": 1}).status_code == 200
    assert caller.post(f"messages/{message.pk}/report/", {"kind": "spam"}).status_code == 201
