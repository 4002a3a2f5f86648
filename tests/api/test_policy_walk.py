"""Every role, action and group type over the API, from the table itself."""

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils.timezone import now

from chat.models import ChatGroup
from chat.roles import PERMISSIONS, Action, GroupType, Posting, Role
from chat.serializers.wire import wire_time
from tests.api.conftest import Call, Caller
from tests.services.worlds import World, everything, make_person, make_staff, make_world

pytestmark = [pytest.mark.django_db]

Try = Callable[[World, Any, Caller], Any]
Worlds = dict[str, World]


@pytest.fixture(scope="module")
def worlds(shared_rows: None) -> Worlds:
    return {group_type: make_world(group_type) for group_type in GroupType}


def _ordinary(world: World) -> Role:
    return Role.STAFF if world.group.group_type == GroupType.SUPPORT else Role.MEMBER


def _target(world: World) -> Any:
    return (world.others.get(_ordinary(world)) or world.people[_ordinary(world)]).pk


def _add(world: World, user: Any, caller: Caller) -> Any:
    newcomer = make_staff() if _ordinary(world) == Role.STAFF else make_person()
    return caller.post(f"groups/{world.id}/members/", {"user_id": str(newcomer.pk), "role": _ordinary(world)})


def _send_in_channel(world: World, user: Any, caller: Caller) -> Any:
    ChatGroup.objects.filter(pk=world.id).update(posting=Posting.ADMINS)
    return caller.send(world.id)


def _another_s(world: World, user: Any) -> UUID:
    return world.say(next(person for person in world.people.values() if person != user)).pk


def _delete_any(world: World, user: Any, caller: Caller) -> Any:
    return caller.delete(f"messages/{_another_s(world, user)}/")


def _rate(world: World, user: Any, caller: Caller) -> Any:
    ChatGroup.objects.filter(pk=world.id, client_user__isnull=False).update(support_status="resolved")
    return caller.put(f"support/{world.id}/rating/", {"rating": 5})


def _path(method: str, path: str, body: Any = None) -> Try:
    return lambda world, _user, caller: getattr(caller, method)(
        path.format(id=world.id, target=_target(world)), body(world) if callable(body) else body
    )


ATTEMPTS: dict[Action, Try] = {
    Action.GROUP_READ: _path("get", "groups/{id}/"),
    Action.GROUP_UPDATE: _path("patch", "groups/{id}/", {"name": "Renamed"}),
    Action.GROUP_SET_LIFETIME: _path("patch", "groups/{id}/", {"message_lifetime": 60}),
    Action.GROUP_DELETE: _path("delete", "groups/{id}/"),
    Action.GROUP_LEAVE: _path("post", "groups/{id}/leave/"),
    Action.GROUP_TRANSFER: _path("post", "groups/{id}/transfer/", lambda world: {"user_id": _target(world)}),
    Action.MEMBER_ADD: _add,
    Action.MEMBER_INVITE: _path("post", "groups/{id}/invitations/", {}),
    Action.MEMBER_SILENCE: _path(
        "put", "groups/{id}/members/{target}/silence/", lambda _world: {"until": wire_time(now() + timedelta(hours=1))}
    ),
    Action.MEMBER_BAN: _path("post", "groups/{id}/bans/", lambda world: {"user_id": _target(world)}),
    Action.MEMBER_REMOVE: _path("delete", "groups/{id}/members/{target}/"),
    Action.MEMBER_SET_ROLE: _path("patch", "groups/{id}/members/{target}/", {"role": "admin"}),
    Action.MESSAGE_SEND: _path("post", "groups/{id}/messages/", {"message_text": "hello"}),
    Action.MESSAGE_SEND_CHANNEL: _send_in_channel,
    Action.MESSAGE_EDIT_OWN: lambda world, user, caller: caller.patch(
        f"messages/{world.say(user).pk}/", {"message_text": "new"}
    ),
    Action.MESSAGE_REACT: lambda world, user, caller: caller.put(
        f"messages/{_another_s(world, user)}/reactions/%F0%9F%91%8D/"
    ),
    Action.MESSAGE_PIN: lambda world, user, caller: caller.put(f"messages/{_another_s(world, user)}/pin/"),
    Action.MESSAGE_DELETE_OWN: lambda world, user, caller: caller.delete(f"messages/{world.say(user).pk}/"),
    Action.MESSAGE_DELETE_ANY: _delete_any,
    Action.SUPPORT_RESOLVE: _path("post", "support/{id}/resolve/"),
    Action.SUPPORT_RATE: _rate,
    Action.SUPPORT_STATUS: _path("patch", "support/{id}/", {"status": "pending"}),
    Action.SUPPORT_ASSIGN: _path("post", "support/{id}/assign/", {"user_id": None}),
    Action.SUPPORT_NOTE: _path("post", "support/{id}/notes/", {"message_text": "note"}),
    Action.SUPPORT_TAG: _path("put", "support/{id}/tags/", {"tags": ["billing"]}),
    Action.CALL_START: _path("post", "groups/{id}/calls/", {"call_type": "voice"}),
}


OWN = {Action.MESSAGE_EDIT_OWN: "patch", Action.MESSAGE_DELETE_OWN: "delete"}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize(("group_type", "role"), PERMISSIONS)
def test_each_action_is_allowed_or_refused_as_the_table_says(
    group_type: str, role: str, action: Action, worlds: Worlds, api: Call
) -> None:
    world = deepcopy(worlds[group_type])
    user = world.people[role]
    response = ATTEMPTS[action](world, user, api(user))
    if action in PERMISSIONS[group_type, role]:
        assert 200 <= response.status_code < 300, response.content
    else:
        assert (response.status_code, response.json()["code"]) == (403, "not_allowed")


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("group_type", GroupType)
def test_each_action_of_a_stranger_and_of_a_former_member_meets_nothing(
    group_type: str, action: Action, worlds: Worlds, api: Call
) -> None:
    world = deepcopy(worlds[group_type])
    insider = next(iter(world.people.values()))
    for outsider in filter(None, (world.stranger, world.former)):
        if action in OWN:  # an outsider has none there that they could name: any message does
            call = getattr(api(outsider), OWN[action])
            response = call(f"messages/{world.say(insider).pk}/", {"message_text": "new"})
        else:
            response = ATTEMPTS[action](world, outsider, api(outsider))
        told = (409, "take_first") if world.tells_to_take(outsider, action) else (404, "not_found")
        assert (response.status_code, response.json()["code"]) == told


@pytest.mark.parametrize(
    ("group_type", "role"), [(kind, role) for kind in GroupType for role in Role if (kind, role) not in PERMISSIONS]
)
def test_a_role_that_a_type_does_not_have_can_be_given_to_nobody(
    group_type: str, role: str, worlds: Worlds, api: Call
) -> None:
    world = deepcopy(worlds[group_type])
    newcomer = make_staff()
    before = everything()
    for user in world.people.values():
        response = api(user).post(f"groups/{world.id}/members/", {"user_id": str(newcomer.pk), "role": role})
        assert response.status_code == 403
        response = api(user).patch(f"groups/{world.id}/members/{_target(world)}/", {"role": role})
        assert response.status_code == 403
    assert everything() == before


@pytest.mark.parametrize(("group_type", "role"), PERMISSIONS)
def test_actions_that_a_group_names_are_those_of_the_table(
    group_type: str, role: str, worlds: Worlds, api: Call
) -> None:
    world = deepcopy(worlds[group_type])
    shown = api(world.people[role]).ok("get", f"groups/{world.id}/")
    assert (shown["my_role"], set(shown["actions"])) == (role, {str(a) for a in PERMISSIONS[group_type, role]})
