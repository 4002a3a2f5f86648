"""What the system says: once for each thing that happens, to those who may know, and unread for nobody."""

from typing import Any

import pytest
from pytest_django import Settings

from chat.events import GroupUpdated, MemberAdded, MessageCreated
from chat.models import ChatGroup, ChatGroupUser, ChatMessage
from chat.roles import GroupType, MessageType, Role, SystemKind
from chat.serializers import messages_json
from chat.services.groups import group_start, group_update, peer_start, support_start
from chat.services.members import member_add, member_leave, member_remove, member_set_role, ownership_transfer
from chat.services.pins import message_pin
from tests.services.conftest import Hearing
from tests.services.worlds import World, make_person, make_staff, make_world, small_group

pytestmark = pytest.mark.django_db

Said = tuple[str, str | None, str | None, str | None]


def _said(world: World, *, by: Any = None) -> list[Said]:
    """Return what the system said, as ``by`` (or anybody) is sent it."""
    rows = ChatMessage.objects.filter(group_id=world.id, message_type=MessageType.SYSTEM).order_by("seq")
    shown = [message["system"] for message in messages_json([vars(row) for row in rows], by and by.pk)]
    return [(said["kind"], said["actor_user_id"], said["user_id"], said["value"]) for said in shown]


def _key(user: Any) -> str:
    return str(user.pk)


def _positions(world: World) -> list[Any]:
    names = ("user", "read_seq", "delivered_seq", "unread_from_seq", "state_version")
    return list(ChatGroupUser.objects.filter(group_id=world.id).order_by("pk").values_list(*names))


def test_each_change_of_the_members_is_said() -> None:
    world, owner, [member] = small_group()
    newcomer = make_person()
    at = {"acting_user": owner, "group_id": world.id}

    member_add(**at, user_id=newcomer.pk, role=Role.MEMBER)
    member_set_role(**at, user_id=newcomer.pk, role=Role.ADMIN)
    ownership_transfer(**at, user_id=member.pk)
    member_remove(acting_user=member, group_id=world.id, user_id=newcomer.pk)
    member_leave(acting_user=member, group_id=world.id)
    key = _key(owner)
    owner.delete()

    assert _said(world) == [
        ("member_added", key, _key(newcomer), None),
        ("role_changed", key, _key(newcomer), "admin"),
        ("ownership_transferred", key, _key(member), None),
        ("member_removed", _key(member), _key(newcomer), None),
        ("member_left", _key(member), _key(member), None),
        ("ownership_inherited", None, key, None),
        ("member_gone", None, key, None),
    ]


def test_each_change_of_the_group_is_said_and_no_more_than_fits() -> None:
    world, owner, _ = small_group(name="Old")
    at = {"acting_user": owner, "group_id": world.id}

    group_update(**at, name="New", description="long, and for those who look it up")
    group_update(**at, name=None)
    group_update(**at, posting="admins")
    group_update(**at, history_visibility="joined")
    group_update(**at, message_lifetime=3600)
    group_update(**at, message_lifetime=None)
    group_update(**at, slow_mode=30)
    group_update(**at, slow_mode=None)
    message_pin(acting_user=owner, message_id=world.say(owner).pk)

    key = _key(owner)
    assert _said(world) == [
        ("name_changed", key, None, "New"),
        ("description_changed", key, None, None),
        ("name_changed", key, None, None),
        ("posting_changed", key, None, "admins"),
        ("history_visibility_changed", key, None, "joined"),
        ("lifetime_changed", key, None, "3600"),
        ("lifetime_changed", key, None, None),
        ("slow_mode_changed", key, None, "30"),
        ("slow_mode_changed", key, None, None),
        ("message_pinned", key, None, None),
    ]


def test_every_kind_has_been_tried() -> None:
    tried = {
        *("member_added", "member_removed", "member_left", "member_gone", "role_changed", "ownership_transferred"),
        *("ownership_inherited", "name_changed", "description_changed", "posting_changed"),
        *("member_joined", "call"),  # in tests of their own
        *("history_visibility_changed", "lifetime_changed", "message_pinned", "slow_mode_changed"),
        *("member_silenced", "member_unsilenced"),  # in tests of their own
        *("request_assigned", "request_resolved", "request_reopened", "desk_away"),  # likewise
    }
    assert tried == set(SystemKind.values)


def test_nothing_is_said_where_nothing_changes() -> None:
    world, owner, [member] = small_group(name="Old")
    at = {"acting_user": owner, "group_id": world.id}
    message = world.say(owner)
    message_pin(acting_user=owner, message_id=message.pk)

    member_add(**at, user_id=member.pk, role=Role.ADMIN)
    member_set_role(**at, user_id=member.pk, role=Role.MEMBER)
    group_update(**at, name="Old", posting="everyone")
    message_pin(acting_user=owner, message_id=message.pk)

    assert [kind for kind, *_ in _said(world)] == ["message_pinned"]


def test_nothing_is_said_at_the_start() -> None:
    owner, staff = make_person(), make_staff()
    group_start(acting_user=owner, member_ids=[staff.pk], name="Choir")
    peer_start(acting_user=owner, user_id=staff.pk)
    support_start(acting_user=owner, client_user_id=owner.pk, staff_ids=[staff.pk])

    assert not ChatMessage.objects.exists()


def test_line_is_a_row_with_its_own_number_and_version(hearing: Hearing) -> None:
    world, owner, _ = small_group()
    newcomer, start = make_person(), ChatGroup.objects.get(pk=world.id).version
    with hearing() as heard:
        member_add(acting_user=owner, group_id=world.id, user_id=newcomer.pk, role=Role.MEMBER)
        group_update(acting_user=owner, group_id=world.id, name="New")

    added, renamed = ChatMessage.objects.order_by("seq")
    group = ChatGroup.objects.get(pk=world.id)
    assert [(row.seq, row.version) for row in (added, renamed)] == [(1, start + 2), (2, start + 4)]
    assert (group.last_seq, group.version, group.last_message_at) == (2, start + 4, renamed.created_at)
    for row in (added, renamed):
        assert (row.sender_id, row.message_type, row.message_text, row.counts) == (None, "system", None, False)
    ids = {"group_id": world.id, "actor_id": owner.pk}
    assert heard == [
        MemberAdded(**ids, version=start + 1, user_id=newcomer.pk),
        MessageCreated(**ids, version=start + 2, message_id=added.pk, seq=1),
        GroupUpdated(**ids, version=start + 3),
        MessageCreated(**ids, version=start + 4, message_id=renamed.pk, seq=2),
    ]


def test_line_is_unread_for_nobody_and_moves_nobody() -> None:
    world, owner, [member] = small_group()
    world.say(owner)
    newcomer = make_person()
    member_add(acting_user=owner, group_id=world.id, user_id=newcomer.pk, role=Role.MEMBER)
    before = _positions(world)

    group_update(acting_user=owner, group_id=world.id, name="New")

    assert _positions(world) == before
    counts = {row.user_id: row.unread for row in ChatGroupUser.objects.filter(group_id=world.id).with_unread()}
    assert counts == {owner.pk: 0, member.pk: 1, newcomer.pk: 0}


@pytest.mark.parametrize("visibility", ["start", "joined"])
def test_who_is_added_sees_it_said_and_who_is_removed_does_not(visibility: str) -> None:
    world, owner, _ = small_group(history_visibility=visibility)
    person = make_person()
    at = {"acting_user": owner, "group_id": world.id, "user_id": person.pk}

    def seen() -> list[str]:
        rows = ChatMessage.objects.visible_to(person).order_by("seq")
        return [row.metadata["system"]["kind"] for row in rows if row.metadata]

    member_add(**at, role=Role.MEMBER)
    assert seen() == ["member_added"]
    member_remove(**at)
    assert seen() == []
    member_add(**at, role=Role.MEMBER)
    assert seen() == (["member_added", "member_removed", "member_added"] if visibility == "start" else ["member_added"])


def test_conversation_of_two_says_that_the_other_is_gone() -> None:
    world = make_world(GroupType.PEER)
    gone = world.people[Role.MEMBER]
    key = _key(gone)
    gone.delete()

    assert _said(world, by=world.people[Role.OWNER]) == [("member_gone", None, key, None)]


@pytest.mark.usefixtures("send_path")
def test_line_stays_where_messages_disappear() -> None:
    world, owner, _ = small_group()
    group_update(acting_user=owner, group_id=world.id, message_lifetime=3600)
    group_update(acting_user=owner, group_id=world.id, name="New")
    world.say(owner)

    assert [row.expires_at is None for row in ChatMessage.objects.order_by("seq")] == [True, True, False]


def test_setting_keeps_the_system_silent(settings: Settings) -> None:
    settings.CHAT = {"SYSTEM_MESSAGES": False}
    world, owner, [member] = small_group()

    group_update(acting_user=owner, group_id=world.id, name="New", message_lifetime=60)
    member_set_role(acting_user=owner, group_id=world.id, user_id=member.pk, role=Role.ADMIN)
    member_leave(acting_user=owner, group_id=world.id)

    assert not ChatMessage.objects.exists()
