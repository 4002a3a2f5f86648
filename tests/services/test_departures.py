"""People who leave the site: histories stay whole, and nothing of chat stands in the way."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction
from django.db.models import Manager

from chat.choices import CallState, JoinState
from chat.events import Event, GroupClosed, MemberRemoved, MemberRoleChanged
from chat.exceptions import Conflict
from chat.models import (
    Attachment,
    Block,
    CannedReply,
    ChatGroup,
    ChatGroupUser,
    ChatMessage,
    ChatSettings,
    Connection,
    DataExport,
    HeldMessage,
    JoinRequest,
    Presence,
    ReadMark,
    Report,
    ScheduledMessage,
)
from chat.roles import GroupType, MessageType, Role
from chat.services import departures
from chat.services.calls import call_start
from chat.services.departures import departed_clean_up
from chat.services.duty.exports import export_request
from chat.services.groups import group_delete, peer_start
from chat.services.members import member_remove
from chat.services.support.assignments import request_take
from chat.services.tombstones import message_delete, message_restore
from chat.signals import chat_event
from tests.services.conftest import Hearing, but_lines
from tests.services.duty.planting import plant
from tests.services.worlds import World, everything, make_person, make_world, small_group

pytestmark = [pytest.mark.django_db, pytest.mark.core]

WAYS: dict[str, Callable[[Any], object]] = {
    "instance": lambda user: user.delete(),
    "queryset": lambda user: get_user_model()._default_manager.filter(pk=user.pk).delete(),
}
by_every_way = pytest.mark.parametrize("way", WAYS)


def _history(world: World) -> list[dict[str, Any]]:
    """What people said; what the system says of their leaving has tests of its own."""
    said = ChatMessage.objects.filter(group_id=world.id).exclude(message_type=MessageType.SYSTEM)
    return list(said.order_by("seq").values())


@by_every_way
@pytest.mark.parametrize(
    ("group_type", "role"),
    [
        (GroupType.SUPPORT, Role.CLIENT),
        (GroupType.SUPPORT, Role.STAFF),
        (GroupType.PEER, Role.OWNER),
        (GroupType.PEER, Role.MEMBER),
        (GroupType.GROUP, Role.OWNER),
        (GroupType.GROUP, Role.MEMBER),
    ],
)
def test_deleted_user_leaves_the_history_whole(group_type: str, role: str, way: str, hearing: Hearing) -> None:
    world = make_world(group_type)
    user = world.people[role]
    other = next(person for name, person in world.people.items() if name != role)
    world.say(user, "mine")
    message_delete(acting_user=user, message_id=world.say(user).pk)
    world.say(other)
    before, key, marks = _history(world), user.pk, list(ReadMark.objects.values())
    version = ChatGroup.objects.get(pk=world.id).version
    client = world.group.client_user_id
    with hearing() as heard:
        WAYS[way](user)

    assert not get_user_model()._default_manager.filter(pk=key).exists()
    assert _history(world) == before
    assert list(ReadMark.objects.values()) == marks
    group = ChatGroup.objects.get(pk=world.id)
    membership = ChatGroupUser.objects.get(group=group, user_id=key)
    assert membership.left_at is not None
    assert (membership.role, membership.version, group.client_user_id) == (role, version + 1, client)
    told: list[Event] = [MemberRemoved(group_id=world.id, version=version + 1, actor_id=None, user_id=key)]
    if group_type == GroupType.PEER:
        told.append(GroupClosed(group_id=world.id, version=version + 3, actor_id=None))
    assert but_lines(heard) == told
    assert (group.closed_at is not None) is (group_type == GroupType.PEER)
    assert list(ChatMessage.objects.visible_to(other).filter(seq__lte=3).order_by("seq").values()) == before


@by_every_way
def test_last_owner_who_is_deleted_passes_every_group_on(way: str, hearing: Hearing) -> None:
    owner = make_person()
    worlds = []
    for _ in range(3):
        world, first, [heir] = small_group()
        ChatGroupUser.objects.filter(group_id=world.id, user=first).update(user=owner)
        worlds.append((world, heir))
    with hearing() as heard:
        WAYS[way](owner)

    for world, heir in worlds:
        assert world.membership(heir).role == Role.OWNER
    assert [type(event) for event in but_lines(heard)] == [MemberRemoved, MemberRoleChanged] * 3


def test_everybody_deleted_at_once_leaves_everything_readable() -> None:
    worlds = [make_world(group_type) for group_type in GroupType.values]
    for world in worlds:
        for user in world.people.values():
            world.say(user)
    before = [_history(world) for world in worlds]

    get_user_model()._default_manager.all().delete()

    assert [_history(world) for world in worlds] == before
    assert not ChatGroupUser.objects.live().exists()
    assert ChatGroup.objects.alive().count() == 3


def test_second_departure_of_a_peer_does_not_close_it_again(hearing: Hearing) -> None:
    world = make_world(GroupType.PEER)
    world.people[Role.OWNER].delete()
    closed_at = ChatGroup.objects.get(pk=world.id).closed_at
    with hearing() as heard:
        world.people[Role.MEMBER].delete()

    assert [type(event) for event in but_lines(heard)] == [MemberRemoved]
    assert ChatGroup.objects.get(pk=world.id).closed_at == closed_at


def test_who_is_left_in_a_closed_peer_reads_deletes_and_cannot_send() -> None:
    world = make_world(GroupType.PEER)
    owner, gone = world.people[Role.OWNER], world.people[Role.MEMBER]
    message, gone_key = world.say(owner), gone.pk
    gone.delete()

    with pytest.raises(Conflict) as refused:
        world.say(owner)
    assert refused.value.code == "group_closed"
    message_delete(acting_user=owner, message_id=message.pk)
    with pytest.raises(Conflict) as not_restored:
        message_restore(acting_user=owner, message_id=message.pk)
    assert not_restored.value.code == "group_closed"
    assert peer_start(acting_user=owner, user_id=owner.pk).group.pk != world.id
    assert world.group.memberships.filter(user_id=gone_key, left_at__isnull=False).exists()


def test_former_members_and_deleted_groups_are_left_alone(hearing: Hearing) -> None:
    world, owner, [member] = small_group()
    member_remove(acting_user=owner, group_id=world.id, user_id=member.pk)
    deleted, other_owner, [other] = small_group()
    group_delete(acting_user=other_owner, group_id=deleted.id)
    before = everything()
    with hearing() as heard:
        member.delete()
        other.delete()

    assert (everything(), heard) == (before, [])


@pytest.mark.parametrize("error", [DatabaseError, RuntimeError])
def test_failure_of_chat_does_not_stop_the_deletion(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, hearing: Hearing
) -> None:
    world, owner, _ = small_group()
    key = owner.pk

    def fail(*_args: object, **_kwargs: object) -> None:
        raise error("no")

    with monkeypatch.context() as broken, hearing() as heard:
        broken.setattr(departures, "membership_end", fail)
        owner.delete()

    assert not get_user_model()._default_manager.filter(pk=key).exists()
    assert world.group.memberships.filter(user_id=key, left_at__isnull=True).exists()
    assert heard == []
    assert "chat_cleanup will" in caplog.text

    assert list(departed_clean_up()) == [key]
    assert world.group.memberships.filter(user_id=key, left_at__isnull=False).exists()


def test_failure_in_the_second_group_undoes_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_person()
    for _ in range(2):
        peer_start(acting_user=user, user_id=make_person().pk)
    before, calls = everything(), []
    end = departures.membership_end

    def fail_later(*args: Any, **kwargs: Any) -> None:
        calls.append(args)
        if len(calls) > 1:
            raise RuntimeError
        end(*args, **kwargs)

    monkeypatch.setattr(departures, "membership_end", fail_later)
    user.delete()

    assert len(calls) == 2
    assert everything() == before


def test_failing_receiver_disturbs_nobody(
    caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    world, owner, [member] = small_group()

    def fail(**_kwargs: object) -> None:
        raise RuntimeError("a host's receiver")

    chat_event.connect(fail)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            world.say(member)
            owner.delete()
    finally:
        chat_event.disconnect(fail)

    assert world.membership(member).role == Role.OWNER
    assert len(_history(world)) == 1
    assert "a host's receiver" in caplog.text


class ActivePeople(Manager[Any]):
    """Hides people who are not active, as a host's default manager may."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(is_active=True)


def test_users_whom_the_host_hides_are_not_cleaned_up(monkeypatch: pytest.MonkeyPatch) -> None:
    world, owner, _ = small_group()
    type(owner).objects.filter(pk=owner.pk).update(is_active=False)
    people = ActivePeople()
    people.model = type(owner)
    monkeypatch.setattr(type(owner)._meta, "default_manager", people)
    assert list(departed_clean_up()) == []
    assert world.membership(owner).left_at is None


def test_user_deleted_through_a_proxy_leaves() -> None:
    world, owner, (ben,) = small_group()
    meta = type("Meta", (), {"proxy": True, "app_label": owner._meta.app_label})
    proxy = type("Regular", (type(owner),), {"__module__": __name__, "Meta": meta})
    try:
        apps.get_app_config("chat").ready()  # as if the host had the proxy when it started
        key = ben.pk
        proxy.objects.get(pk=key).delete()
    finally:
        del apps.all_models[owner._meta.app_label]["regular"]
        apps.clear_cache()
    assert world.group.memberships.get(user_id=key).left_at is not None


def test_users_who_vanished_behind_djangos_back_are_cleaned_up(hearing: Hearing) -> None:
    world = make_world(GroupType.GROUP)
    owner, other = world.people[Role.OWNER], world.people[Role.MEMBER]
    key = owner.pk
    users = get_user_model()._default_manager.filter(pk=key)
    with transaction.atomic(), connection.cursor() as cursor:
        quoted = connection.ops.quote_name(users.model._meta.db_table)
        value = users.model._meta.pk.get_db_prep_value(key, connection)
        cursor.execute(f"DELETE FROM {quoted} WHERE id = %s", [value])
    assert world.membership(other).left_at is None
    with hearing() as heard:
        assert list(departed_clean_up()) == [key]
        assert list(departed_clean_up()) == []

    assert [type(event) for event in but_lines(heard)] == [MemberRemoved]
    assert world.group.memberships.get(user_id=key).left_at is not None


@by_every_way
def test_what_was_theirs_alone_goes_and_what_they_said_stays(way: str, hearing: Hearing) -> None:
    world = plant()
    person, key = world.people[Role.MEMBER], world.people[Role.MEMBER].pk
    export_request(acting_user=person, user_id=key)
    texts = list(ChatMessage.objects.filter(sender=person).values_list("message_text", flat=True))
    with hearing():
        WAYS[way](person)

    assert list(ChatMessage.objects.filter(sender_id=key).values_list("message_text", flat=True)) == texts
    for rows in (ChatSettings, ScheduledMessage, HeldMessage, Presence, DataExport):
        assert not rows._default_manager.filter(user_id=key).exists(), rows
    assert not Block.objects.filter(blocker_id=key).exists()
    assert not CannedReply.objects.filter(owner_id=key).exists()
    assert not Connection.objects.filter(requester_id=key).exists()
    assert not Attachment.objects.unsent_of(key).exists()
    assert JoinRequest.objects.get(user_id=key).state == JoinState.WITHDRAWN
    assert Report.objects.get(reporter_id=key).reason, "what moderators look into"


def test_request_is_nobody_s_and_call_is_over_when_somebody_is_deleted() -> None:
    support, peers = make_world(GroupType.SUPPORT), make_world(GroupType.PEER)
    staff, caller = support.people[Role.STAFF], peers.people[Role.OWNER]
    request_take(acting_user=staff, group_id=support.id)
    call = call_start(acting_user=caller, group_id=peers.id, call_type="voice").call
    staff.delete()
    caller.delete()

    assert ChatGroup.objects.get(pk=support.id).assignee_id is None
    call.refresh_from_db()
    assert (call.state, call.ended_at is None) == (CallState.CANCELLED, False)
