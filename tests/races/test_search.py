"""Writing the entries of search, against changes of the messages and against its kind."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from chat.models import Attachment, ChatGroup, ChatMessage, SearchEntry, SearchProgress
from chat.services.edits import message_edit
from chat.services.expiry import messages_expire
from chat.services.files import files_drop
from chat.services.search_entries import search_entries_fill
from tests.files.uploading import upload
from tests.races.together import succeeded, together, while_held
from tests.services.worlds import World, small_group

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def fill() -> int:
    return sum(search_entries_fill(batch_size=3))


def entries(world: World) -> list[str]:
    rows = SearchEntry.objects.filter(group=world.group).order_by("message__seq")
    return list(rows.values_list("search_text", flat=True))


def edit(world: World, owner: Any) -> None:
    message = ChatMessage.objects.get(group=world.group, seq=1)
    message_edit(acting_user=owner, message_id=message.pk, message_text="new")


def expire(world: World, _owner: Any) -> None:
    assert list(messages_expire()) == [1]


def drop(world: World, _owner: Any) -> None:
    with transaction.atomic():
        files_drop(Attachment.objects.filter(message__seq=1))


def delete(world: World, _owner: Any) -> None:
    ChatMessage.objects.filter(group=world.group, seq=1).delete()


CHANGES = [(edit, ["new\nmay.txt", "other"]), (expire, ["other"]), (drop, ["old", "other"]), (delete, ["other"])]


def changing_world() -> tuple[World, Any]:
    world, owner, _ = small_group()
    first = world.say(owner, "old", attachment_ids=[upload(owner, "may.txt").pk])
    world.say(owner, "other")
    ChatMessage.objects.filter(pk=first.pk).update(expires_at=timezone.now() + timedelta(hours=1))
    return world, owner


def make_due(change: Any) -> None:
    if change is expire:
        ChatMessage.objects.filter(seq=1).update(expires_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize(("change", "left"), CHANGES)
def test_change_that_waits_for_the_filling_leaves_no_stale_entry(change: Any, left: list[str]) -> None:
    world, owner = changing_world()
    make_due(change)

    with while_held(fill, partial(change, world, owner)) as results:
        succeeded(results)

    assert entries(world) == left
    assert fill() == 0


@pytest.mark.parametrize(("change", "left"), CHANGES)
def test_filling_beside_a_change_leaves_no_stale_entry(change: Any, left: list[str]) -> None:
    world, owner = changing_world()
    make_due(change)

    with while_held(partial(change, world, owner), fill) as results:
        succeeded(results)

    assert entries(world) == left


def test_many_edits_and_fillings_at_once_leave_what_the_messages_say() -> None:
    world, owner, _ = small_group()

    def say_and_edit(name: str) -> None:
        for number in range(15):
            message = world.say(owner, f"{name} {number}")
            message_edit(acting_user=owner, message_id=message.pk, message_text=f"{name} {number} edited")

    succeeded(
        together([partial(say_and_edit, "a"), partial(say_and_edit, "b"), *[lambda: [fill() for _ in "123456789"]] * 2])
    )
    fill()

    said = ChatMessage.objects.filter(group=world.group, message_type="text").order_by("seq")
    assert entries(world) == list(said.values_list("message_text", flat=True))
    assert len(entries(world)) == 30


def test_two_that_fill_at_once_write_each_entry_once() -> None:
    worlds = [small_group()[:2] for _ in range(3)]
    for world, owner in worlds:
        for number in range(20):
            world.say(owner, str(number))

    filled = succeeded(together([fill] * 4))

    assert sum(filled) == ChatMessage.objects.count() == 60
    assert all(entries(world) == [str(number) for number in range(20)] for world, _ in worlds)


def test_sending_does_not_wait_for_the_filling() -> None:
    world, owner, _ = small_group()
    world.say(owner, "one")
    with transaction.atomic():
        fill()
        succeeded(together([partial(world.say, owner, "two", attachment_ids=[]), partial(world.say, owner, "three")]))
    assert fill() == 2
    assert SearchProgress.objects.get(group=world.group).seq == ChatGroup.objects.get(pk=world.id).last_seq == 3
