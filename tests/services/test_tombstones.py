"""Deleting, undoing and purging messages."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import F
from django.utils import timezone
from pytest_django import Settings

from chat.events import MessageDeleted, MessagePurged, MessageRestored
from chat.exceptions import Conflict, NotAllowed, NotFound
from chat.models import ChatGroup, ChatMessage
from chat.roles import GroupType, MessageType, Role
from chat.services.groups import group_delete
from chat.services.members import member_leave, member_remove, member_set_role
from chat.services.states import history_clear
from chat.services.tombstones import message_delete, message_restore, tombstones_purge, undo_ends_at
from tests.services.conftest import Hearing
from tests.services.worlds import World, everything, make_world, small_group

pytestmark = pytest.mark.django_db


def _age(message: ChatMessage, seconds: float) -> None:
    """Let ``message`` have been deleted so many seconds earlier."""
    ChatMessage.objects.filter(pk=message.pk).update(deleted_at=F("deleted_at") - timedelta(seconds=seconds))


def _version(world: World) -> int:
    return ChatGroup.objects.get(pk=world.id).version


def test_delete_and_restore_stamp_the_message_and_are_told(hearing: Hearing) -> None:
    world, owner, [member] = small_group()
    message = world.say(member, "secret", reference_id="7")
    others = world.say(owner)
    start = _version(world)
    with hearing() as heard:
        message_delete(acting_user=member, message_id=message.pk)
        deleted = ChatMessage.objects.get(pk=message.pk)
        message_restore(acting_user=member, message_id=message.pk)
        restored = ChatMessage.objects.get(pk=message.pk)

    assert (deleted.version, restored.version, _version(world)) == (start + 1, start + 2, start + 2)
    assert (deleted.deleted_by_id, deleted.counts, deleted.seq) == (member.pk, False, message.seq)
    assert deleted.message_text == "secret", "kept until the window ends"
    assert deleted.changed_at == deleted.deleted_at
    assert (restored.deleted_at, restored.deleted_by_id, restored.counts) == (None, None, True)
    assert (restored.message_text, restored.reference_id) == ("secret", "7")
    ids = {"group_id": world.id, "message_id": message.pk, "seq": 1, "actor_id": member.pk}
    assert heard == [MessageDeleted(**ids, version=start + 1), MessageRestored(**ids, version=start + 2)]
    assert ChatMessage.objects.get(pk=others.pk).version == others.version


def test_deleting_again_and_restoring_what_lives_change_nothing(hearing: Hearing) -> None:
    world, owner, [member] = small_group()
    message = world.say(member)
    with hearing() as heard:
        message_restore(acting_user=member, message_id=message.pk)
        assert _version(world) == message.version
        message_delete(acting_user=member, message_id=message.pk)
        before = everything()
        message_delete(acting_user=member, message_id=message.pk)
        assert everything() == before
        message_delete(acting_user=owner, message_id=message.pk)
        assert everything() == before, "a moderator does not take over somebody's own deletion"

    assert [event.name for event in heard] == ["message.deleted"]


def test_delete_is_for_the_sender_and_moderators() -> None:
    world = make_world(GroupType.GROUP)
    message = world.say(world.people[Role.MEMBER])
    with pytest.raises(NotAllowed):
        message_delete(acting_user=world.others[Role.MEMBER], message_id=message.pk)
    for outsider in (world.stranger, world.former):
        with pytest.raises(NotFound):
            message_delete(acting_user=outsider, message_id=message.pk)
    with pytest.raises(NotFound):
        message_delete(acting_user=world.people[Role.OWNER], message_id=uuid4())

    assert message_delete(acting_user=world.people[Role.ADMIN], message_id=message.pk).deleted_at is not None


def test_restore_is_for_who_deleted() -> None:
    world = make_world(GroupType.GROUP)
    author, admin = world.people[Role.MEMBER], world.people[Role.ADMIN]
    message = world.say(author)
    message_delete(acting_user=admin, message_id=message.pk)

    for other in (author, world.people[Role.OWNER], world.others[Role.ADMIN]):
        with pytest.raises(NotAllowed):
            message_restore(acting_user=other, message_id=message.pk)
    with pytest.raises(NotFound):
        message_restore(acting_user=world.stranger, message_id=message.pk)

    assert message_restore(acting_user=admin, message_id=message.pk).deleted_at is None


def test_moderator_who_is_none_any_more_cannot_restore() -> None:
    world = make_world(GroupType.GROUP)
    owner, admin = world.people[Role.OWNER], world.people[Role.ADMIN]
    message = world.say(world.people[Role.MEMBER])
    message_delete(acting_user=admin, message_id=message.pk)

    member_set_role(acting_user=owner, group_id=world.id, user_id=admin.pk, role=Role.MEMBER)

    with pytest.raises(NotAllowed):
        message_restore(acting_user=admin, message_id=message.pk)


def test_undo_ends_with_the_window_also_before_the_purge(settings: Settings) -> None:
    settings.CHAT = {"UNDO_WINDOW": 60}
    world, owner, _ = small_group()
    early, late = world.say(owner), world.say(owner)
    for message in (early, late):
        message_delete(acting_user=owner, message_id=message.pk)
    _age(early, 30)
    _age(late, 61)
    assert message_restore(acting_user=owner, message_id=early.pk).deleted_at is None

    with pytest.raises(Conflict) as refused:
        message_restore(acting_user=owner, message_id=late.pk)

    assert refused.value.code == "undo_window_over"


def test_window_of_nothing_refuses_every_undo(settings: Settings) -> None:
    settings.CHAT = {"UNDO_WINDOW": 0}
    world, owner, _ = small_group()
    message = message_delete(acting_user=owner, message_id=world.say(owner).pk)
    assert message.deleted_at is not None
    assert undo_ends_at(message.deleted_at) == message.deleted_at

    with pytest.raises(Conflict):
        message_restore(acting_user=owner, message_id=message.pk)


def test_system_message_is_deleted_by_nobody() -> None:
    world, owner, _ = small_group()
    message = world.say(owner)
    ChatMessage.objects.filter(pk=message.pk).update(message_type=MessageType.SYSTEM, counts=False)

    with pytest.raises(NotAllowed):
        message_delete(acting_user=owner, message_id=message.pk)


def test_cleared_message_is_not_found_by_who_cleared_it() -> None:
    world, owner, [member] = small_group()
    message = world.say(member)
    history_clear(acting_user=member, group_id=world.id)

    with pytest.raises(NotFound):
        message_delete(acting_user=member, message_id=message.pk)
    assert message_delete(acting_user=owner, message_id=message.pk).deleted_at is not None


def test_who_left_can_neither_delete_nor_restore() -> None:
    world, _, [member] = small_group()
    deleted, live = world.say(member), world.say(member)
    message_delete(acting_user=member, message_id=deleted.pk)
    member_leave(acting_user=member, group_id=world.id)

    with pytest.raises(NotFound):
        message_restore(acting_user=member, message_id=deleted.pk)
    with pytest.raises(NotFound):
        message_delete(acting_user=member, message_id=live.pk)


class TestPurge:
    def test_purge_removes_content_when_the_window_is_over(self, hearing: Hearing) -> None:
        world, owner, _ = small_group()
        old, fresh, live = (world.say(owner, text, reference_id="7") for text in ("old", "fresh", "live"))
        for message in (old, fresh):
            message_delete(acting_user=owner, message_id=message.pk)
        _age(old, 301)
        start = _version(world)
        ChatMessage.objects.filter(pk=old.pk).update(reference_list=[{"id": 1}])
        with hearing() as heard:
            assert list(tombstones_purge()) == [1]
            assert list(tombstones_purge()) == []

        rows = {row.pk: row for row in ChatMessage.objects.all()}
        assert (rows[old.pk].message_text, rows[old.pk].reference_list) == (None, None)
        assert rows[old.pk].purged_at is not None
        assert (rows[old.pk].version, _version(world)) == (start + 1, start + 1)
        assert (rows[fresh.pk].message_text, rows[live.pk].message_text) == ("fresh", "live")
        ids = {"group_id": world.id, "message_id": old.pk, "seq": 1, "actor_id": None}
        assert heard == [MessagePurged(**ids, version=start + 1)]

    @pytest.mark.parametrize("hours", [-1, 1])
    def test_purge_goes_by_the_clock_that_undo_goes_by(self, hours: int, monkeypatch: pytest.MonkeyPatch) -> None:
        world, owner, _ = small_group()
        due, fresh = world.say(owner), world.say(owner)
        for message in (due, fresh):
            message_delete(acting_user=owner, message_id=message.pk)
        _age(due, 301)
        wrong = timezone.now() + timedelta(hours=hours)
        monkeypatch.setattr(timezone, "now", lambda: wrong)

        assert sum(tombstones_purge()) == 1

        assert message_restore(acting_user=owner, message_id=fresh.pk).deleted_at is None
        with pytest.raises(Conflict):
            message_restore(acting_user=owner, message_id=due.pk)

    def test_purge_leaves_the_tombstone_where_it_was_said(self) -> None:
        world, owner, _ = small_group()
        message = world.say(owner, "x", reference_id="customer-17", reference_type="customer")
        message_delete(acting_user=owner, message_id=message.pk)
        _age(message, 301)

        assert sum(tombstones_purge()) == 1

        row = ChatMessage.objects.get(pk=message.pk)
        assert (row.message_text, row.reference_id, row.reference_list) == (None, "customer-17", None)

    def test_purged_message_is_not_restored(self, settings: Settings) -> None:
        world, owner, _ = small_group()
        message = world.say(owner)
        message_delete(acting_user=owner, message_id=message.pk)
        _age(message, 301)
        assert sum(tombstones_purge()) == 1
        settings.CHAT = {"UNDO_WINDOW": 10_000}  # widened afterwards: the text is gone all the same

        with pytest.raises(Conflict) as refused:
            message_restore(acting_user=owner, message_id=message.pk)

        assert refused.value.code == "undo_window_over"

    def test_purge_works_in_batches_over_groups_also_deleted_ones(self) -> None:
        for number in range(2):
            world, owner, _ = small_group()
            for _ in range(5):
                message_delete(acting_user=owner, message_id=world.say(owner).pk)
            if number:
                group_delete(acting_user=owner, group_id=world.id)
        ChatMessage.objects.update(deleted_at=F("deleted_at") - timedelta(days=1))

        assert sorted(tombstones_purge(batch_size=2)) == [1, 1, 2, 2, 2, 2]

        assert not ChatMessage.objects.filter(message_text__isnull=False).exists()
        for group in ChatGroup.objects.all():
            versions = sorted(ChatMessage.objects.filter(group=group).values_list("version", flat=True))
            assert len(set(versions)) == 5
            assert versions[-1] == group.version

    def test_removed_author_is_purged_as_anybody(self) -> None:
        world, owner, [member] = small_group()
        message = world.say(member)
        message_delete(acting_user=member, message_id=message.pk)
        member_remove(acting_user=owner, group_id=world.id, user_id=member.pk)
        _age(message, 301)

        assert sum(tombstones_purge()) == 1
