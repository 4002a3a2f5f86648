"""Every role and group type over this surface, for each action that it has, from the table itself."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any
from uuid import UUID

import pytest

from chat.choices import NumberKind
from chat.models import ChatGroup
from chat.roles import PERMISSIONS, Action, GroupType, Posting, Role
from chat.services.numbers import numbers_give
from tests.compat.astegni.conftest import Caller
from tests.services.worlds import World, make_person, make_staff, make_world

pytestmark = [pytest.mark.django_db]

Try = Callable[[World, Any, Caller], Any]
Worlds = dict[str, World]


@pytest.fixture
def shape() -> str:
    return "user"


@pytest.fixture(scope="module")
def worlds(shared_rows: None) -> Worlds:
    return {group_type: make_world(group_type) for group_type in GroupType}


def _number(kind: NumberKind, new_id: UUID) -> int:
    return numbers_give({kind: [new_id]})[kind][new_id]


def _conversation(method: str, address: str = "", body: Any = None) -> Try:
    def attempt(world: World, _user: Any, caller: Caller) -> Any:
        number = _number(NumberKind.CONVERSATION, world.id)
        return caller.call(method, f"conversations/{number}{address.format(target=_target(world))}", body)

    return attempt


def _message(method: str, address: str = "", body: Any = None, *, own: bool = False) -> Try:
    def attempt(world: World, user: Any, caller: Caller) -> Any:
        by = user if own else next(person for person in world.people.values() if person != user)
        number = _number(NumberKind.MESSAGE, world.say(by).pk)
        return caller.call(method, f"messages/{number}{address}", body)

    return attempt


def _ordinary(world: World) -> Role:
    return Role.STAFF if world.group.group_type == GroupType.SUPPORT else Role.MEMBER


def _target(world: World) -> Any:
    return (world.others.get(_ordinary(world)) or world.people[_ordinary(world)]).pk


def _add(world: World, user: Any, caller: Caller) -> Any:
    newcomer = make_staff() if _ordinary(world) == Role.STAFF else make_person()
    return _conversation("post", "/participants", {"participant_user_ids": [newcomer.pk]})(world, user, caller)


def _leave(world: World, user: Any, caller: Caller) -> Any:
    return _conversation("delete", f"/participants/{user.pk}")(world, user, caller)


def _send_in_channel(world: World, user: Any, caller: Caller) -> Any:
    ChatGroup.objects.filter(pk=world.id).update(posting=Posting.ADMINS)
    return ATTEMPTS[Action.MESSAGE_SEND](world, user, caller)


def _call(world: World, user: Any, caller: Caller) -> Any:
    body = {"conversation_id": _number(NumberKind.CONVERSATION, world.id), "call_type": "voice"}
    return caller.call("post", "calls", body)


ATTEMPTS: dict[Action, Try] = {
    Action.GROUP_READ: _conversation("get"),
    Action.GROUP_UPDATE: _conversation("put", body={"name": "Renamed"}),
    Action.GROUP_LEAVE: _leave,
    Action.MEMBER_ADD: _add,
    Action.MEMBER_REMOVE: _conversation("delete", "/participants/{target}"),
    Action.MESSAGE_SEND: _conversation("post", "/messages", {"content": "hello"}),
    Action.MESSAGE_SEND_CHANNEL: _send_in_channel,
    Action.MESSAGE_EDIT_OWN: _message("put", body={"content": "new"}, own=True),
    Action.MESSAGE_REACT: _message("post", "/reactions", {"reaction": "heart"}),
    Action.MESSAGE_PIN: _message("post", "/pin"),
    Action.MESSAGE_DELETE_OWN: _message("delete", body={"for_everyone": True}, own=True),
    Action.MESSAGE_DELETE_ANY: _message("delete", body={"for_everyone": True}),
    Action.CALL_START: _call,
}
"""What is missing here, this surface does not have."""


@pytest.mark.parametrize("action", ATTEMPTS)
@pytest.mark.parametrize(("group_type", "role"), PERMISSIONS)
def test_each_action_is_allowed_or_refused_as_the_table_says(
    group_type: str, role: str, action: Action, worlds: Worlds
) -> None:
    world = deepcopy(worlds[group_type])
    user = world.people[role]
    response = ATTEMPTS[action](world, user, Caller(user))
    assert response.status_code == (200 if action in PERMISSIONS[group_type, role] else 403), response.content


@pytest.mark.parametrize("action", [action for action in ATTEMPTS if not action.endswith("_own")])
@pytest.mark.parametrize("group_type", GroupType)
def test_each_action_of_a_stranger_and_of_a_former_member_meets_nothing(
    group_type: str, action: Action, worlds: Worlds
) -> None:
    world = deepcopy(worlds[group_type])
    for outsider in filter(None, (world.stranger, world.former)):
        assert ATTEMPTS[action](world, outsider, Caller(outsider)).status_code == 404
