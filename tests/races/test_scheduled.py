"""Scheduled messages, and those that disappear, while others are at them."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from chat.exceptions import NotFound
from chat.models import ChatGroup, ChatMessage, ScheduledMessage
from chat.services.expiry import messages_expire
from chat.services.groups import group_update
from chat.services.members import member_remove
from chat.services.messages import message_send
from chat.services.scheduled import scheduled_create, scheduled_delete, scheduled_update
from chat.services.scheduled_sending import scheduled_send_due
from chat.services.tombstones import message_delete, message_restore
from tests.races.together import succeeded, together, while_held
from tests.services.worlds import World, small_group

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

LATER = timedelta(hours=1)


def _due(world: World, user: Any, number: int = 1) -> list[ScheduledMessage]:
    send_at = timezone.now() + LATER
    rows = [
        scheduled_create(acting_user=user, group_id=world.id, message_text=f"{n}", send_at=send_at)
        for n in range(number)
    ]
    ScheduledMessage.objects.update(send_at=F("send_at") - 2 * LATER)
    return rows


def _work() -> int:
    return sum(not attempt.error_code for attempt in scheduled_send_due())


def test_workers_at_once_send_each_message_once() -> None:
    worlds = [small_group() for _ in range(3)]
    for world, owner, [member] in worlds:
        _due(world, owner, 5)
        _due(world, member, 5)

    sent = succeeded(together([_work] * 4))

    assert sum(sent) == 30
    assert not ScheduledMessage.objects.exists()
    for world, *_ in worlds:
        rows = ChatMessage.objects.filter(group_id=world.id)
        assert sorted(rows.values_list("seq", flat=True)) == list(range(1, 11))
        assert Counter(rows.values_list("message_text", flat=True)) == Counter({f"{n}": 2 for n in range(5)})


def test_worker_that_dies_before_the_commit_has_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    world, owner, _ = small_group()
    [row] = _due(world, owner)
    delete = ScheduledMessage.delete

    def die(self: ScheduledMessage, *args: Any, **kwargs: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(ScheduledMessage, "delete", die)
    with pytest.raises(KeyboardInterrupt):
        _work()
    assert not ChatMessage.objects.exists()

    monkeypatch.setattr(ScheduledMessage, "delete", delete)
    assert _work() == 1
    assert ChatMessage.objects.get().client_id == row.pk


def test_author_who_waits_for_the_worker_finds_it_sent() -> None:
    world, owner, _ = small_group()
    [row] = _due(world, owner)
    mine = {"acting_user": owner, "scheduled_id": row.pk}
    change = partial(scheduled_update, **mine, message_text="other", send_at=timezone.now() + LATER)

    with while_held(_work, partial(scheduled_delete, **mine), change) as results:
        assert [type(result) for result in results] == [NotFound, NotFound]

    assert ChatMessage.objects.get().message_text == "0"


def test_worker_that_waits_for_the_author_sends_nothing() -> None:
    world, owner, _ = small_group()
    deleted, moved = _due(world, owner, 2)

    def change() -> None:
        scheduled_delete(acting_user=owner, scheduled_id=deleted.pk)
        scheduled_update(acting_user=owner, scheduled_id=moved.pk, send_at=timezone.now() + LATER)

    with while_held(change, _work) as results:
        assert results == [0]

    assert not ChatMessage.objects.exists()
    assert ScheduledMessage.objects.get().pk == moved.pk


def test_worker_that_waits_for_a_removal_sends_nothing() -> None:
    world, owner, [member] = small_group()
    _due(world, member)

    with while_held(partial(member_remove, acting_user=owner, group_id=world.id, user_id=member.pk), _work) as results:
        assert results == [0]

    assert not ChatMessage.objects.filter(sender=member).exists()
    assert not ScheduledMessage.objects.exists()


def test_worker_author_and_talk_at_once_never_deadlock() -> None:
    world, _, [member] = small_group()
    rows = _due(world, member, 20)

    def change() -> None:
        for row in rows:
            mine = {"acting_user": member, "scheduled_id": row.pk}
            with suppress(NotFound):
                scheduled_update(**mine, message_text="x", send_at=timezone.now() + LATER)
                scheduled_delete(**mine)

    def talk() -> None:
        for _ in range(20):
            message_send(acting_user=member, group_id=world.id, message_text="talk")

    succeeded(together([_work, _work, change, talk]))

    left = ScheduledMessage.objects.count()
    told = ChatMessage.objects.exclude(message_text="talk").count()
    assert (left, told <= 20) == (0, True)
    assert ChatGroup.objects.get(pk=world.id).last_seq == 20 + told


def test_expiry_by_two_workers_while_people_delete_and_restore() -> None:
    world, owner, _ = small_group()
    group_update(acting_user=owner, group_id=world.id, message_lifetime=600)
    messages = [world.say(owner) for _ in range(30)]
    version = ChatGroup.objects.get(pk=world.id).version
    ids = [message.pk for message in messages]
    ChatMessage.objects.filter(pk__in=ids[::2]).update(expires_at=timezone.now())

    def undo() -> None:
        for message_id in ids[1::2]:
            message_delete(acting_user=owner, message_id=message_id)
            message_restore(acting_user=owner, message_id=message_id)

    *expired, _ = succeeded(together([lambda: sum(messages_expire(batch_size=4))] * 2 + [undo]))

    assert sum(expired) == 15
    assert ChatMessage.objects.filter(message_text="hello").count() == 15
    assert ChatGroup.objects.get(pk=world.id).version == version + 15 + 30
