"""``visible_to``: the only way from an id that a client sent to an object."""

from typing import Any

import pytest

from chat.models import ChatGroup, ChatGroupUser, ChatMessage, history_read
from chat.roles import GroupType, Role
from chat.services.members import member_add, member_remove
from chat.services.states import history_clear
from tests.services.worlds import join, make_world, small_group

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def _seqs(user: Any, group_id: object) -> list[int]:
    rows = ChatMessage.objects.visible_to(user).filter(group_id=group_id)
    return list(rows.order_by("seq").values_list("seq", flat=True))


@pytest.mark.parametrize("group_type", GroupType.values)
def test_members_see_their_group_once_and_others_nothing(group_type: str) -> None:
    world, elsewhere = make_world(group_type), make_world(group_type)
    for user in world.people.values():
        world.say(user)
    elsewhere.say(next(iter(elsewhere.people.values())))

    for user in world.people.values():
        assert list(ChatGroup.objects.visible_to(user)) == [world.group]
        assert _seqs(user, world.id) == list(range(1, len(world.people) + 1))
        assert ChatMessage.objects.visible_to(user).count() == len(world.people)
        assert set(ChatGroupUser.objects.visible_to(user).values_list("group_id", flat=True)) == {world.id}
        assert ChatGroupUser.objects.of(user).get().user_id == user.pk
    for outsider in filter(None, (world.stranger, world.former)):
        for rows in (ChatGroup.objects, ChatMessage.objects, ChatGroupUser.objects):
            assert not rows.visible_to(outsider).exists()


def test_each_sees_from_their_own_first_message() -> None:
    """The row of one member must not lend its bounds to another's."""
    world, owner, [member] = small_group(history_visibility="joined")
    for _ in range(2):
        world.say(owner)
    newcomer = join(world, owner)
    world.say(owner)
    history_clear(acting_user=member, group_id=world.id)
    world.say(owner)

    assert _seqs(owner, world.id) == [1, 2, 3, 4]
    assert _seqs(newcomer, world.id) == [3, 4]
    assert _seqs(member, world.id) == [4]


def test_page_holds_only_what_the_membership_knew() -> None:
    """A membership that was read before a removal and a return opens nothing that came meanwhile."""
    world, owner, [member] = small_group()
    for _ in range(5):
        world.say(owner)
    old = world.membership(member)
    member_remove(acting_user=owner, group_id=world.id, user_id=member.pk)
    world.say(owner)
    member_add(acting_user=owner, group_id=world.id, user_id=member.pk, role=Role.MEMBER)

    assert [row.seq for row in ChatMessage.objects.seen_by(old).order_by("seq")] == [1, 2, 3, 4, 5]

    def page(**where: int) -> tuple[list[int], bool, bool]:
        part = history_read(old, **where)
        return [row["seq"] for row in part.messages], part.has_older, part.has_newer

    assert page(limit=3) == ([3, 4, 5], True, False)
    assert page(limit=10, before=3) == ([1, 2], False, True)
    assert page(limit=2, after=2) == ([3, 4], True, True)
    assert page(limit=10, after=5) == ([], True, False)
    assert page(limit=3, around=6) == ([3, 4, 5], True, False)
    assert page(limit=10, after=10**30) == ([], True, False)
    assert page(limit=10, before=0) == ([], False, True)


def test_reference_filters_by_what_is_named() -> None:
    world, owner, _ = small_group()
    for reference_type, reference_id in (("chat", ""), ("field", "1"), ("project", "1"), ("field", "2")):
        world.say(owner, reference_type=reference_type, reference_id=reference_id)

    def found(reference_type: str, reference_id: str) -> list[int]:
        rows = ChatMessage.objects.about(reference_type, reference_id).order_by("seq")
        return [row.seq for row in rows]

    assert found("", "") == [1, 2, 3, 4]
    assert found("field", "") == [2, 4]
    assert found("", "1") == [2, 3]
    assert found("field", "1") == [2]
    assert found("none", "") == []
