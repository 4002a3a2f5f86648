"""Blocking people, and who may be blocked."""

import pytest

from chat.exceptions import InvalidInput
from chat.models import Block, ChatGroupUser
from chat.services.groups import group_start, peer_start
from chat.services.members import member_leave
from chat.services.people.blocks import block_add, block_remove
from chat.services.people.relations import is_blocked
from tests.services.worlds import make_person, small_group

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def test_block_is_made_once_changed_and_removed() -> None:
    ada, ben = make_person(), make_person()

    first = block_add(acting_user=ada, user_id=ben.pk, reason="rude")
    again = block_add(acting_user=ada, user_id=ben.pk, reason="very rude")

    assert (again.pk, again.reason, again.created_at) == (first.pk, "very rude", first.created_at)
    block_remove(acting_user=ben, user_id=ada.pk)
    assert is_blocked(ada.pk, ben.pk), "only who blocks ends it"
    block_remove(acting_user=ada, user_id=ben.pk)
    block_remove(acting_user=ada, user_id=ben.pk)
    assert not Block.objects.exists()


def test_both_may_block_and_one_block_is_enough() -> None:
    ada, ben = make_person(), make_person()
    block_add(acting_user=ada, user_id=ben.pk)
    block_add(acting_user=ben, user_id=ada.pk)
    block_remove(acting_user=ada, user_id=ben.pk)

    assert is_blocked(ada.pk, ben.pk)


def test_people_who_are_found_or_met_can_be_blocked_and_no_others() -> None:
    world, owner, [member] = small_group()
    stranger = make_person(is_active=False)
    member.is_active = False
    member.save()

    assert block_add(acting_user=owner, user_id=member.pk).blocked_id == member.pk
    refused = {owner.pk: "oneself", stranger.pk: "unknown_user"}
    for user_id, code in refused.items():
        with pytest.raises(InvalidInput) as error:
            block_add(acting_user=owner, user_id=user_id)
        assert (error.value.code, error.value.field) == (code, "user_id")
    member_leave(acting_user=member, group_id=world.id)
    other = make_person()
    with pytest.raises(InvalidInput):
        block_add(acting_user=other, user_id=member.pk)
    assert Block.objects.count() == 1


def test_reason_is_checked() -> None:
    ada, ben = make_person(), make_person()
    for reason, code in (("x" * 501, "max_length"), ("\x00", "null_characters_not_allowed")):
        with pytest.raises(InvalidInput) as error:
            block_add(acting_user=ada, user_id=ben.pk, reason=reason)
        assert (error.value.code, error.value.field) == (code, "reason")
    assert not Block.objects.exists()


def test_block_guards_the_conversation_of_the_two_alone() -> None:
    ada, ben, eva = (make_person() for _ in range(3))
    direct = peer_start(acting_user=ada, user_id=ben.pk).group
    peer_start(acting_user=ada, user_id=eva.pk)
    group_start(acting_user=ada, member_ids=[ben.pk])
    ChatGroupUser.objects.update(is_guarded=False)

    block_add(acting_user=ada, user_id=ben.pk)

    guarded = ChatGroupUser.objects.filter(is_guarded=True)
    assert {(row.group_id, row.user_id) for row in guarded} == {(direct.pk, ada.pk), (direct.pk, ben.pk)}
