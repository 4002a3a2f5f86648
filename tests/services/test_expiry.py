"""Messages that disappear: from their time on nobody is sent them, and then they are no more."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone
from pytest_django import Settings

from chat.events import MessageExpired
from chat.exceptions import Conflict, InvalidInput, NotAllowed
from chat.models import ChatGroup, ChatGroupUser, ChatMessage, Mention, MessageHidden, MessageReaction
from chat.roles import GroupType, Role
from chat.serializers import message_json
from chat.services.expiry import messages_expire
from chat.services.groups import group_delete, group_start, group_update
from chat.services.hiding import message_hide
from chat.services.messages import message_send
from chat.services.pins import message_pin
from chat.services.reactions import reaction_add
from chat.services.tombstones import message_delete, message_restore, tombstones_purge
from tests.services.conftest import Hearing
from tests.services.worlds import World, everything, make_person, make_world, quietly, small_group

pytestmark = pytest.mark.django_db


def _fleeting(members: int = 1, seconds: int = 60) -> tuple[World, Any, list[Any]]:
    world, owner, people = small_group(members)
    with quietly():
        group_update(acting_user=owner, group_id=world.id, message_lifetime=seconds)
    return world, owner, people


def _age(*messages: ChatMessage, seconds: float = 61) -> None:
    """Let ``messages`` have been sent so many seconds earlier."""
    rows = ChatMessage.objects.filter(pk__in=[message.pk for message in messages])
    rows.update(expires_at=F("expires_at") - timedelta(seconds=seconds))


def _unread(world: World, user: Any) -> tuple[int, int]:
    row = ChatGroupUser.objects.of(user).with_unread().get(group_id=world.id)
    return row.unread, row.unread_mentions


@pytest.mark.usefixtures("send_path")
def test_lifetime_holds_for_what_is_sent_from_then_on() -> None:
    world, owner, _ = small_group()
    at = {"acting_user": owner, "group_id": world.id}
    before = world.say(owner)
    group_update(**at, message_lifetime=3600)
    during = world.say(owner)
    group_update(**at, message_lifetime=None)
    after = world.say(owner)

    lifetimes = [row.expires_at and row.expires_at - row.created_at for row in (before, during, after)]
    assert lifetimes == [None, timedelta(hours=1), None]
    for row in (before, during, after):
        assert ChatMessage.objects.get(pk=row.pk).expires_at == row.expires_at


@pytest.mark.parametrize("lifetime", [0, -1, 9, 366 * 86400 + 1, 10**30, True, 60.0, "60", [60]])
def test_lifetime_that_cannot_be_is_refused(lifetime: Any) -> None:
    world, owner, _ = small_group()
    before = everything()
    for refuse in (
        lambda: group_update(acting_user=owner, group_id=world.id, message_lifetime=lifetime),
        lambda: group_start(acting_user=owner, message_lifetime=lifetime),
    ):
        with pytest.raises(InvalidInput) as refused:
            refuse()
        assert (refused.value.field, everything()) == ("message_lifetime", before)


def test_all_messages_disappear_of_a_group_started_with_a_lifetime() -> None:
    owner = make_person()
    group = group_start(acting_user=owner, message_lifetime=3600).group

    message = message_send(acting_user=owner, group_id=group.pk, message_text="Soon gone").message

    assert message.expires_at == message.created_at + timedelta(hours=1)


def test_bounds_of_the_lifetime_are_the_settings(settings: Settings) -> None:
    settings.CHAT = {"MESSAGE_LIFETIME_MIN": 5, "MESSAGE_LIFETIME_MAX": 7}
    world, owner, _ = small_group()
    for lifetime in (5, 7):
        group = group_update(acting_user=owner, group_id=world.id, message_lifetime=lifetime)
        assert group.message_lifetime == lifetime
    for lifetime in (4, 8):
        with pytest.raises(InvalidInput):
            group_update(acting_user=owner, group_id=world.id, message_lifetime=lifetime)


def test_both_people_of_a_conversation_set_its_lifetime_and_neither_renames_it() -> None:
    world = make_world(GroupType.PEER)
    for role, lifetime in ((Role.OWNER, 60), (Role.MEMBER, None)):
        user = world.people[role]
        group = group_update(acting_user=user, group_id=world.id, message_lifetime=lifetime)
        assert group.message_lifetime == lifetime
        with pytest.raises(NotAllowed):
            group_update(acting_user=user, group_id=world.id, message_lifetime=90, name="Ours")
    assert ChatGroup.objects.get(pk=world.id).message_lifetime is None


def test_content_is_gone_at_the_time_and_removed_by_the_worker(hearing: Hearing) -> None:
    world, owner, [member] = _fleeting()
    message, stays = world.say(owner, "secret", mention_ids=[member.pk]), world.say(owner, "fresh")
    reaction_add(acting_user=member, message_id=message.pk, emoji="👍")
    message_pin(acting_user=owner, message_id=message.pk)
    _age(message)
    shown = message_json(vars(ChatMessage.objects.get(pk=message.pk)), member.pk)
    assert (shown["message_text"], shown["mentions"], shown["reactions"], shown["pinned_at"]) == (None, [], [], None)
    start = ChatGroup.objects.get(pk=world.id).version
    with hearing() as heard:
        assert list(messages_expire()) == [1]
        assert list(messages_expire()) == []

    row = ChatMessage.objects.get(pk=message.pk)
    assert (row.message_text, row.metadata, row.counts, row.pinned_at) == (None, None, False, None)
    assert (row.deleted_at, row.deleted_by_id, row.version) == (row.expires_at, None, start + 1)
    assert row.purged_at is not None
    assert not MessageReaction.objects.exists()
    assert not Mention.objects.exists()
    after = message_json(vars(row), member.pk)
    changing = ("version", "changed_at")
    assert {k: v for k, v in after.items() if k not in changing} == {
        k: v for k, v in shown.items() if k not in changing
    }
    ids = {"group_id": world.id, "message_id": message.pk, "seq": 1, "actor_id": None}
    assert heard == [MessageExpired(**ids, version=start + 1)]
    assert ChatMessage.objects.get(pk=stays.pk).message_text == "fresh"


def test_counts_stay_exact() -> None:
    world, owner, [member, other] = _fleeting(2)
    first, second, third = (world.say(owner, mention_ids=[member.pk]) for _ in range(3))
    message_hide(acting_user=other, message_id=first.pk)
    assert (_unread(world, member), _unread(world, other)) == ((3, 3), (2, 0))
    _age(first, second)

    assert sum(messages_expire()) == 2

    assert (_unread(world, member), _unread(world, other), _unread(world, owner)) == ((1, 1), (1, 0), (0, 0))
    assert not MessageHidden.objects.filter(message=first, counts=True).exists()
    assert ChatMessage.objects.get(pk=third.pk).counts


def test_undo_ends_with_the_message() -> None:
    world, owner, _ = _fleeting()
    early, late = world.say(owner), world.say(owner)
    for message in (early, late):
        message_delete(acting_user=owner, message_id=message.pk)
    _age(late)
    assert message_restore(acting_user=owner, message_id=early.pk).deleted_at is None

    with pytest.raises(Conflict) as refused:
        message_restore(acting_user=owner, message_id=late.pk)

    assert refused.value.code == "undo_window_over"


def test_expired_message_is_neither_deleted_nor_restored_by_anybody() -> None:
    world, owner, _ = _fleeting()
    message = world.say(owner)
    _age(message)
    before = everything()
    message_delete(acting_user=owner, message_id=message.pk)
    assert everything() == before
    assert sum(messages_expire()) == 1

    with pytest.raises(NotAllowed):
        message_restore(acting_user=owner, message_id=message.pk)


def test_deleted_message_is_left_to_the_purge(settings: Settings) -> None:
    world, owner, _ = _fleeting()
    message = message_delete(acting_user=owner, message_id=world.say(owner).pk)
    _age(message)
    assert list(messages_expire()) == []

    settings.CHAT = {"UNDO_WINDOW": 0}
    assert sum(tombstones_purge()) == 1
    assert ChatMessage.objects.get(pk=message.pk).deleted_by_id == owner.pk


def test_expiry_works_in_batches_over_groups_also_deleted_ones() -> None:
    for number in range(2):
        world, owner, _ = _fleeting()
        _age(*(world.say(owner) for _ in range(5)))
        if number:
            group_delete(acting_user=owner, group_id=world.id)

    assert sorted(messages_expire(batch_size=2)) == [1, 1, 2, 2, 2, 2]

    assert not ChatMessage.objects.filter(message_text__isnull=False).exists()
    assert not ChatMessage.objects.filter(deleted_at__gt=timezone.now()).exists()
