"""Edits, deletions, hiding and purges of one message at the same moment."""

from functools import partial

import pytest
from pytest_django import Settings

from chat.exceptions import Conflict, NotFound
from chat.models import ChatGroupUser, ChatMessage, Mention, MessageHidden, MessageRevision
from chat.services.edits import message_edit
from chat.services.forwards import message_forward
from chat.services.hiding import message_hide, message_unhide
from chat.services.members import member_add
from chat.services.pins import message_pin
from chat.services.states import history_clear
from chat.services.tombstones import message_delete, message_restore, tombstones_purge
from tests.races.together import succeeded, together, while_held
from tests.services.worlds import small_group

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def _counts(user: object) -> tuple[int, int]:
    row = ChatGroupUser.objects.of(user).with_unread().get()
    return row.unread, row.unread_mentions


@pytest.mark.parametrize("service", [message_edit, message_pin])
def test_change_that_waits_for_the_deletion_is_refused(service: object) -> None:
    world, owner, _ = small_group()
    message = world.say(owner, "old")
    fields = {"message_text": "new"} if service is message_edit else {}
    change = partial(service, acting_user=owner, message_id=message.pk, **fields)  # type: ignore[arg-type]
    with while_held(partial(message_delete, acting_user=owner, message_id=message.pk), change) as results:
        assert [(type(result), result.code) for result in results] == [(Conflict, "message_gone")]

    row = ChatMessage.objects.get(pk=message.pk)
    assert (row.message_text, row.edited_at, row.pinned_at) == ("old", None, None)
    assert not MessageRevision.objects.exists()


def test_edit_against_delete_ends_deleted_and_whole() -> None:
    world, owner, _ = small_group()
    messages = [world.say(owner, "old") for _ in range(20)]
    for message in messages:
        who = {"acting_user": owner, "message_id": message.pk}
        together([partial(message_edit, **who, message_text="new"), partial(message_delete, **who)])

    for row in ChatMessage.objects.filter(pk__in=[message.pk for message in messages]):
        assert row.deleted_at is not None
        assert row.revisions.count() == (row.message_text == "new")  # type: ignore[attr-defined]


def test_edits_at_once_keep_every_text() -> None:
    world, owner, _ = small_group()
    message = world.say(owner, "0")
    texts = [str(number) for number in range(1, 9)]
    edit = partial(message_edit, acting_user=owner, message_id=message.pk)
    succeeded(together([partial(edit, message_text=text) for text in texts]))

    kept = list(MessageRevision.objects.order_by("version").values_list("message_text", flat=True))
    now = ChatMessage.objects.get(pk=message.pk)
    assert kept[0] == "0"
    assert sorted([*kept, now.message_text]) == ["0", *texts]


def test_hiding_against_deleting_counts_once() -> None:
    world, owner, [ben] = small_group()
    messages = [world.say(owner, mention_ids=[ben.pk]) for _ in range(20)]
    for message in messages:
        hide = partial(message_hide, acting_user=ben, message_id=message.pk)
        delete = partial(message_delete, acting_user=owner, message_id=message.pk)
        succeeded(together([hide, delete]))
    assert _counts(ben) == (0, 0)
    assert not MessageHidden.objects.filter(counts=True).exists()

    for message in messages:
        show = partial(message_unhide, acting_user=ben, message_id=message.pk)
        restore = partial(message_restore, acting_user=owner, message_id=message.pk)
        succeeded(together([show, restore]))
    assert _counts(ben) == (20, 20)


def test_hiding_against_a_new_mention_counts_nothing_hidden() -> None:
    world, owner, [ben] = small_group()
    for _ in range(20):
        message = world.say(owner)
        hide = partial(message_hide, acting_user=ben, message_id=message.pk)
        edit = partial(message_edit, acting_user=owner, message_id=message.pk, mention_ids=[ben.pk])
        succeeded(together([hide, edit]))

    assert _counts(ben) == (0, 0)
    assert (Mention.objects.count(), Mention.objects.filter(counts=True).count()) == (20, 0)


def test_hiding_twice_at_once_is_one_change() -> None:
    world, owner, [ben] = small_group()
    message, start = world.say(owner), world.membership(ben).state_version
    hide = partial(message_hide, acting_user=ben, message_id=message.pk)
    succeeded(together([hide] * 6))

    assert MessageHidden.objects.count() == 1
    assert world.membership(ben).state_version == start + 1


def test_hiding_that_waits_for_the_cleared_history_finds_nothing() -> None:
    world, owner, [ben] = small_group()
    message = world.say(owner)
    hide = partial(message_hide, acting_user=ben, message_id=message.pk)
    with while_held(partial(history_clear, acting_user=ben, group_id=world.id), hide) as results:
        assert [type(result) for result in results] == [NotFound]

    assert not MessageHidden.objects.exists()


def test_hiding_against_the_purge_leaves_a_purged_message(settings: Settings) -> None:
    settings.CHAT = {"UNDO_WINDOW": 0}
    world, owner, [ben] = small_group()
    for _ in range(10):
        message = world.say(owner, mention_ids=[ben.pk])
        message_delete(acting_user=owner, message_id=message.pk)
        hide = partial(message_hide, acting_user=ben, message_id=message.pk)
        succeeded(together([hide, lambda: sum(tombstones_purge())]))

    assert _counts(ben) == (0, 0)
    assert MessageHidden.objects.filter(active=True).count() == 10
    assert not Mention.objects.exists()


def test_forwarding_with_one_client_id_at_once_sends_once_to_each_group() -> None:
    (world, owner, [ben]), (there, carol, _) = small_group(), small_group()
    member_add(acting_user=carol, group_id=there.id, user_id=ben.pk, role="member")
    message = world.say(owner)
    ids = [[world.id, there.id], [there.id, world.id]]
    forward = partial(message_forward, acting_user=ben, message_id=message.pk, client_id=message.pk)
    done = succeeded(together([partial(forward, group_ids=ids[number % 2]) for number in range(8)]))

    assert len({one.message for forwarded in done for one in forwarded}) == 2
    assert ChatMessage.objects.filter(forwarded_from=message).count() == 2
