"""What a member makes of a group for themselves."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chat.events import StateChanged
from chat.exceptions import InvalidInput, NotFound
from chat.models import ChatGroup, ChatGroupUser, ChatMessage
from chat.roles import GroupType, Role
from chat.services.reads import read_advance
from chat.services.states import history_clear, state_set
from tests.services.conftest import Hearing
from tests.services.worlds import everything, make_world, small_group

pytestmark = pytest.mark.django_db

LATER = datetime(2100, 1, 1, tzinfo=UTC)


def test_state_is_ones_own_and_counted(hearing: Hearing) -> None:
    world, owner, [member] = small_group()
    world.say(owner)
    before = {row["id"]: row for row in ChatGroupUser.objects.values()}
    rest = [rows for name, rows in everything().items() if name != "ChatGroupUser"]
    start = world.membership(member).state_version
    state = {"acting_user": member, "group_id": world.id}
    with hearing() as heard:
        state_set(**state, muted_until=LATER, pinned=True, archived=True)
        first = world.membership(member)
        state_set(**state, muted_until=LATER, pinned=True, archived=True)
        state_set(**state)
        state_set(**state, pinned=False)
        state_set(**state, muted_until=None, archived=False)

    last = world.membership(member)
    assert (first.muted_until, first.pinned_at is None, first.archived_at is None) == (LATER, False, False)
    assert (last.muted_until, last.pinned_at, last.archived_at) == (None, None, None)
    assert (first.state_version, last.state_version) == (start + 1, start + 3)
    assert heard == [
        StateChanged(group_id=world.id, actor_id=member.pk, state_version=version)
        for version in (start + 1, start + 2, start + 3)
    ]
    after = {row["id"]: row for row in ChatGroupUser.objects.values()}
    assert after.pop(last.pk) | {"state_version": start} == before.pop(last.pk)
    assert after == before
    assert [rows for name, rows in everything().items() if name != "ChatGroupUser"] == rest


def test_mark_unread_counts_again_and_leaves_receipts_alone() -> None:
    world, owner, [member] = small_group()
    for _ in range(4):
        world.say(owner)
    read_advance(acting_user=member, group_id=world.id, read_seq=4)

    for asked, kept, unread in ((1, 1, 3), (0, 0, 4), (10**30, 4, 0)):
        state_set(acting_user=member, group_id=world.id, unread_from_seq=asked)
        row = ChatGroupUser.objects.of(member).with_unread().get()
        assert (row.unread_from_seq, row.unread, row.read_seq, row.delivered_seq) == (kept, unread, 4, 4)


@pytest.mark.parametrize("value", [-1, "1", 1.5, True, None])
def test_wrong_number_names_its_field(value: Any) -> None:
    world, owner, _ = small_group()
    with pytest.raises(InvalidInput) as refused:
        state_set(acting_user=owner, group_id=world.id, pinned=True, unread_from_seq=value)

    assert (refused.value.code, refused.value.field) == ("invalid", "unread_from_seq")
    assert world.membership(owner).pinned_at is None


def test_clearing_hides_what_was_written_from_oneself_alone(hearing: Hearing) -> None:
    world, owner, [member] = small_group()
    for _ in range(3):
        world.say(owner)
    version, start = ChatGroup.objects.get(pk=world.id).version, world.membership(member)
    with hearing() as heard:
        for _ in range(2):
            history_clear(acting_user=member, group_id=world.id)
    fourth = world.say(owner)

    row = ChatGroupUser.objects.of(member).with_unread().get()
    assert (row.visible_from_seq, row.unread, row.state_version) == (4, 1, start.state_version + 1)
    assert (row.read_seq, row.floor_version) == (0, start.floor_version)
    assert list(ChatMessage.objects.visible_to(member)) == [fourth]
    assert ChatMessage.objects.visible_to(owner).count() == 4
    assert fourth.version == version + 1
    assert heard == [StateChanged(group_id=world.id, actor_id=member.pk, state_version=start.state_version + 1)]


def test_only_members_have_a_state() -> None:
    world = make_world(GroupType.GROUP)
    before = everything()
    for outsider in (world.stranger, world.former):
        for refused in (
            lambda user=outsider: state_set(acting_user=user, group_id=world.id, pinned=True),
            lambda user=outsider: history_clear(acting_user=user, group_id=world.id),
        ):
            with pytest.raises(NotFound):
                refused()
    assert everything() == before

    assert state_set(acting_user=world.people[Role.MEMBER], group_id=world.id, pinned=True).pinned_at is not None
