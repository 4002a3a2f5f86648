"""The permission table, walked whole: through the policy, and through the services."""

from collections.abc import Callable
from copy import deepcopy
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from chat import policy
from chat.exceptions import Conflict, NotAllowed, NotFound
from chat.models import ChatGroup, ChatMessage
from chat.roles import MANAGEABLE, PERMISSIONS, Action, GroupType, Posting, Role
from chat.services.calls import call_start
from chat.services.edits import message_edit
from chat.services.groups import group_delete, group_update
from chat.services.members import member_add, member_leave, member_remove, member_set_role, ownership_transfer
from chat.services.people.invitations import invitation_create
from chat.services.pins import message_pin
from chat.services.reactions import reaction_add
from chat.services.safety.bans import member_ban
from chat.services.safety.silences import member_silence
from chat.services.support.assignments import request_assign
from chat.services.support.desks import note_send
from chat.services.support.ratings import request_rate
from chat.services.support.statuses import request_set_status
from chat.services.support.tags import request_set_priority, request_set_tags
from chat.services.tombstones import message_delete
from tests.services.worlds import World, everything, make_person, make_staff, make_world

pytestmark = pytest.mark.django_db

PAIRS = list(PERMISSIONS)
Worlds = dict[str, World]


@pytest.fixture(scope="module")
def worlds(shared_rows: None) -> Worlds:
    return {group_type: make_world(group_type) for group_type in GroupType.values}


def _read(world: World, user: Any) -> None:
    if not ChatGroup.objects.visible_to(user).filter(pk=world.id).exists():
        raise NotFound
    if Action.GROUP_READ not in policy.allowed_actions(world.membership(user)):
        raise NotAllowed


def _ordinary_role(world: World) -> Role:
    return Role.STAFF if world.group.group_type == GroupType.SUPPORT else Role.MEMBER


def _somebody_ordinary(world: World) -> Any:
    return world.others.get(_ordinary_role(world)) or world.people[_ordinary_role(world)]


def _add(world: World, user: Any) -> None:
    newcomer = make_staff() if _ordinary_role(world) == Role.STAFF else make_person()
    member_add(acting_user=user, group_id=world.id, user_id=newcomer.pk, role=_ordinary_role(world))


def _set_role(world: World, user: Any) -> None:
    target = _somebody_ordinary(world).pk
    member_set_role(acting_user=user, group_id=world.id, user_id=target, role=Role.ADMIN)


def _send_in_channel(world: World, user: Any) -> None:
    ChatGroup.objects.filter(pk=world.id).update(posting=Posting.ADMINS)
    world.say(user)


def _another_s(world: World, user: Any) -> UUID:
    return world.say(next(person for person in world.people.values() if person != user)).pk


def _edit_own(world: World, user: Any) -> None:
    message_edit(acting_user=user, message_id=world.say(user).pk, message_text="new")


def _delete_own(world: World, user: Any) -> None:
    message = ChatMessage.objects.filter(group_id=world.id, sender=user).first()
    message_delete(acting_user=user, message_id=message.pk if message else world.say(user).pk)


def _delete_any(world: World, user: Any) -> None:
    message_delete(acting_user=user, message_id=_another_s(world, user))


def _transfer(world: World, user: Any) -> None:
    ownership_transfer(acting_user=user, group_id=world.id, user_id=_somebody_ordinary(world).pk)


def _remove(world: World, user: Any) -> None:
    member_remove(acting_user=user, group_id=world.id, user_id=_somebody_ordinary(world).pk)


def _resolved(world: World) -> World:
    ChatGroup.objects.filter(pk=world.id, client_user__isnull=False).update(support_status="resolved")
    return world


ATTEMPTS: dict[Action, Callable[[World, Any], object]] = {
    Action.GROUP_READ: _read,
    Action.GROUP_UPDATE: lambda world, user: group_update(acting_user=user, group_id=world.id, name="Renamed"),
    Action.GROUP_SET_LIFETIME: lambda world, user: group_update(
        acting_user=user, group_id=world.id, message_lifetime=60
    ),
    Action.GROUP_DELETE: lambda world, user: group_delete(acting_user=user, group_id=world.id),
    Action.GROUP_LEAVE: lambda world, user: member_leave(acting_user=user, group_id=world.id),
    Action.GROUP_TRANSFER: _transfer,
    Action.MEMBER_ADD: _add,
    Action.MEMBER_INVITE: lambda world, user: invitation_create(acting_user=user, group_id=world.id),
    Action.MEMBER_REMOVE: _remove,
    Action.MEMBER_SET_ROLE: _set_role,
    Action.MEMBER_SILENCE: lambda world, user: member_silence(
        acting_user=user, group_id=world.id, user_id=_somebody_ordinary(world).pk, until=None
    ),
    Action.MEMBER_BAN: lambda world, user: member_ban(
        acting_user=user, group_id=world.id, user_id=_somebody_ordinary(world).pk
    ),
    Action.MESSAGE_SEND: lambda world, user: world.say(user),
    Action.MESSAGE_SEND_CHANNEL: _send_in_channel,
    Action.MESSAGE_EDIT_OWN: _edit_own,
    Action.MESSAGE_REACT: lambda world, user: reaction_add(
        acting_user=user, message_id=_another_s(world, user), emoji="👍"
    ),
    Action.MESSAGE_PIN: lambda world, user: message_pin(acting_user=user, message_id=_another_s(world, user)),
    Action.MESSAGE_DELETE_OWN: _delete_own,
    Action.MESSAGE_DELETE_ANY: _delete_any,
    Action.CALL_START: lambda world, user: call_start(acting_user=user, group_id=world.id, call_type="voice"),
    Action.SUPPORT_RESOLVE: lambda world, user: request_set_status(
        acting_user=user, group_id=world.id, status="resolved"
    ),
    Action.SUPPORT_RATE: lambda world, user: request_rate(
        acting_user=user, group_id=_resolved(world).id, rating=5, rating_text="quick"
    ),
    Action.SUPPORT_STATUS: lambda world, user: request_set_status(
        acting_user=user, group_id=world.id, status="pending"
    ),
    Action.SUPPORT_ASSIGN: lambda world, user: request_assign(acting_user=user, group_id=world.id, user_id=None),
    Action.SUPPORT_NOTE: lambda world, user: note_send(acting_user=user, group_id=world.id, message_text="note"),
    Action.SUPPORT_TAG: lambda world, user: request_set_tags(acting_user=user, group_id=world.id, names=["billing"]),
}


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize(("group_type", "role"), PAIRS)
def test_service_follows_the_table(group_type: str, role: str, action: Action, worlds: Worlds) -> None:
    world = deepcopy(worlds[group_type])
    user = world.people[role]

    if action in PERMISSIONS[group_type, role]:
        ATTEMPTS[action](world, user)
        return
    with pytest.raises(NotAllowed) as refused:
        ATTEMPTS[action](world, user)
    assert refused.value.code == "not_allowed"


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("group_type", GroupType.values)
def test_service_hides_the_group_from_outsiders(group_type: str, action: Action, worlds: Worlds) -> None:
    world = deepcopy(worlds[group_type])
    for outsider in filter(None, (world.stranger, world.former)):
        with pytest.raises(Conflict if world.tells_to_take(outsider, action) else NotFound):
            ATTEMPTS[action](world, outsider)


@pytest.mark.parametrize(("group_type", "role"), PAIRS)
def test_refusal_changes_nothing(group_type: str, role: str, worlds: Worlds) -> None:
    world = deepcopy(worlds[group_type])
    user = world.people[role]
    message = world.say(next(person for person in world.people.values() if person != user))
    before = everything()
    refused: dict[Action, Callable[[], object]] = {
        Action.GROUP_UPDATE: lambda: group_update(acting_user=user, group_id=world.id, name="x"),
        Action.GROUP_SET_LIFETIME: lambda: group_update(acting_user=user, group_id=world.id, message_lifetime=60),
        Action.GROUP_DELETE: lambda: group_delete(acting_user=user, group_id=world.id),
        Action.GROUP_LEAVE: lambda: member_leave(acting_user=user, group_id=world.id),
        Action.GROUP_TRANSFER: lambda: _transfer(world, user),
        Action.MEMBER_REMOVE: lambda: _remove(world, user),
        Action.MEMBER_SET_ROLE: lambda: _set_role(world, user),
        Action.MESSAGE_PIN: lambda: message_pin(acting_user=user, message_id=message.pk),
        Action.MESSAGE_DELETE_ANY: lambda: message_delete(acting_user=user, message_id=message.pk),
        Action.SUPPORT_STATUS: lambda: request_set_status(acting_user=user, group_id=world.id, status="pending"),
        Action.SUPPORT_RATE: lambda: request_rate(acting_user=user, group_id=world.id, rating=1),
        Action.SUPPORT_ASSIGN: lambda: request_assign(acting_user=user, group_id=world.id, user_id=None, note="x"),
        Action.SUPPORT_NOTE: lambda: note_send(acting_user=user, group_id=world.id, message_text="note"),
        Action.SUPPORT_TAG: lambda: request_set_priority(acting_user=user, group_id=world.id, priority=4),
    }

    for action in refused.keys() - PERMISSIONS[group_type, role]:
        with pytest.raises(NotAllowed):
            refused[action]()

    assert everything() == before


@pytest.mark.parametrize("service", ["add", "remove"])
@pytest.mark.parametrize("target", [Role.OWNER, Role.ADMIN, Role.MEMBER])
@pytest.mark.parametrize("actor", [Role.OWNER, Role.ADMIN])
def test_manager_acts_on_the_roles_they_may_manage(service: str, actor: Role, target: Role) -> None:
    world = make_world(GroupType.GROUP)
    user, newcomer = world.people[actor], make_person()

    def attempt() -> None:
        if service == "add":
            member_add(acting_user=user, group_id=world.id, user_id=newcomer.pk, role=target)
        else:
            member_remove(acting_user=user, group_id=world.id, user_id=world.others[target].pk)

    if target in MANAGEABLE[GroupType.GROUP, actor]:
        attempt()
        return
    with pytest.raises(NotAllowed):
        attempt()


def test_table_names_exactly_the_roles_that_each_type_has() -> None:
    assert set(PERMISSIONS) == {
        ("support", "client"),
        ("support", "staff"),
        ("peer", "owner"),
        ("peer", "member"),
        ("group", "owner"),
        ("group", "admin"),
        ("group", "member"),
    }
    assert MANAGEABLE.keys() <= PERMISSIONS.keys()


@pytest.mark.parametrize(("group_type", "role"), sorted(set(product(GroupType.values, Role.values)) - set(PAIRS)))
def test_role_foreign_to_the_type_may_nothing(group_type: str, role: str) -> None:
    assert not policy.is_role_of(group_type, role)
    assert not any(policy.allows(group_type, role, action) for action in Action)
    assert (group_type, role) not in policy.sending_roles(Posting.EVERYONE)


@pytest.mark.parametrize(
    ("group_type", "role", "action"),
    [
        ("broadcast", Role.OWNER, Action.GROUP_READ),
        (GroupType.GROUP, "superuser", Action.GROUP_READ),
        (GroupType.GROUP, Role.OWNER, "group.explode"),
        ("", "", ""),
    ],
)
def test_unknown_word_is_refused(group_type: str, role: str, action: Any) -> None:
    assert not policy.allows(group_type, role, action)


def test_unknown_posting_is_read_as_the_stricter() -> None:
    assert policy.sending_roles("whoever") == policy.sending_roles(Posting.ADMINS)


def test_former_owner_may_nothing() -> None:
    world = make_world(GroupType.GROUP)
    owner = world.people[Role.OWNER]
    assert set(policy.allowed_actions(world.membership(owner))) == PERMISSIONS[GroupType.GROUP, Role.OWNER]
    member_leave(acting_user=owner, group_id=world.id)

    gone = world.membership(owner)

    assert policy.allowed_actions(gone) == []
    assert not policy.may_manage(gone, Action.MEMBER_REMOVE, Role.MEMBER)


def test_superuser_may_no_more_than_their_role() -> None:
    world = make_world(GroupType.GROUP)
    world.stranger.is_superuser = world.stranger.is_staff = True
    world.stranger.save()

    with pytest.raises(NotFound):
        world.say(world.stranger)


def test_message_of_nobody_is_not_ones_own() -> None:
    world = make_world(GroupType.PEER)
    membership = world.membership(world.people[Role.OWNER])
    membership.user = None

    assert not policy.may_delete(membership, ChatMessage(sender=None))
    assert not policy.may_edit(membership, ChatMessage(sender=None))


def test_revisions_are_for_the_author_and_for_moderators() -> None:
    world = make_world(GroupType.GROUP)
    message = world.say(world.people[Role.MEMBER])
    allowed = {
        role: policy.may_read_revisions(world.membership(person), message) for role, person in world.people.items()
    }

    assert allowed == {Role.OWNER: True, Role.ADMIN: True, Role.MEMBER: True}
    assert not policy.may_read_revisions(world.membership(world.others[Role.MEMBER]), message)
