"""Undo against purge."""

from datetime import timedelta
from functools import partial

import pytest
from django.db.models import F
from pytest_django import Settings

from chat.exceptions import Conflict, NotFound
from chat.models import ChatGroup, ChatMessage
from chat.roles import Role
from chat.services.members import member_add, member_remove
from chat.services.tombstones import message_delete, message_restore, tombstones_purge
from tests.races.together import together, while_held
from tests.services.worlds import small_group

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def _purge() -> int:
    return sum(tombstones_purge())


def test_restore_that_waits_for_the_purge_is_refused(settings: Settings) -> None:
    world, owner, _ = small_group()
    message = world.say(owner, "secret")
    message_delete(acting_user=owner, message_id=message.pk)
    ChatMessage.objects.update(deleted_at=F("deleted_at") - timedelta(seconds=301))

    def purge_and_widen() -> None:
        assert _purge() == 1
        settings.CHAT = {"UNDO_WINDOW": 10_000}

    with while_held(purge_and_widen, partial(message_restore, acting_user=owner, message_id=message.pk)) as results:
        assert [type(result) for result in results] == [Conflict]

    assert ChatMessage.objects.get().message_text is None


def test_purge_that_waits_for_the_restore_leaves_the_text(settings: Settings) -> None:
    world, owner, _ = small_group()
    message = world.say(owner, "secret")
    message_delete(acting_user=owner, message_id=message.pk)
    settings.CHAT = {"UNDO_WINDOW": 10_000}

    def restore_in_time() -> None:
        message_restore(acting_user=owner, message_id=message.pk)
        settings.CHAT = {"UNDO_WINDOW": 0}

    with while_held(restore_in_time, _purge) as results:
        assert results == [0]

    assert ChatMessage.objects.get().message_text == "secret"


def test_message_that_its_author_cannot_see_any_more_is_not_found() -> None:
    world, owner, [member] = small_group(history_visibility="joined")
    message = world.say(member)

    def remove_and_add() -> None:
        member_remove(acting_user=owner, group_id=world.id, user_id=member.pk)
        member_add(acting_user=owner, group_id=world.id, user_id=member.pk, role=Role.MEMBER)

    with while_held(remove_and_add, partial(message_delete, acting_user=member, message_id=message.pk)) as results:
        assert [type(result) for result in results] == [NotFound]

    assert ChatMessage.objects.get(pk=message.pk).deleted_at is None


def test_two_purges_at_once_purge_each_message_once() -> None:
    world, owner, _ = small_group()
    for _ in range(40):
        message_delete(acting_user=owner, message_id=world.say(owner).pk)
    ChatMessage.objects.update(deleted_at=F("deleted_at") - timedelta(seconds=301))
    version = ChatGroup.objects.get(pk=world.id).version

    purged = together([lambda: sum(tombstones_purge(batch_size=7))] * 4)

    assert sum(purged) == 40
    assert ChatGroup.objects.get(pk=world.id).version == version + 40
