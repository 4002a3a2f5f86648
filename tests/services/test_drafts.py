"""What a member began to write."""

from typing import Any
from uuid import uuid4

import pytest

from chat.events import StateChanged
from chat.exceptions import InvalidInput, NotFound
from chat.models import ChatGroup
from chat.roles import GroupType, Role
from chat.services.drafts import draft_set
from chat.services.forwards import message_forward
from chat.services.hiding import message_hide
from chat.services.messages import message_send
from tests.services.conftest import Hearing
from tests.services.worlds import World, everything, make_world, small_group

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("send_path")]


def _draft(world: World, user: Any) -> tuple[str, Any, bool]:
    row = world.membership(user)
    return row.draft_text, row.draft_reply_to, row.draft_changed_at is not None


def test_draft_is_ones_own_and_counted(hearing: Hearing) -> None:
    world, owner, [member] = small_group()
    message = world.say(owner)
    version, start = ChatGroup.objects.get(pk=world.id).version, world.membership(member).state_version
    mine = {"acting_user": member, "group_id": world.id}
    with hearing() as heard:
        for _ in range(2):
            draft_set(**mine, message_text=" a<b ", reply_to_id=message.pk)
        assert _draft(world, member) == (" a<b ", message.pk, True)
        assert _draft(world, owner) == ("", None, False)
        draft_set(**mine, reply_to_id=message.pk)
        for _ in range(2):
            draft_set(**mine)

    assert _draft(world, member) == ("", None, False)
    assert ChatGroup.objects.get(pk=world.id).version == version
    ids = {"group_id": world.id, "actor_id": member.pk}
    assert heard == [StateChanged(**ids, state_version=start + step) for step in (1, 2, 3)]


def test_draft_that_cannot_be_sent_is_refused() -> None:
    world, owner, [member] = small_group()
    elsewhere, stranger, _ = small_group()
    hidden, foreign = world.say(owner), elsewhere.say(stranger)
    message_hide(acting_user=member, message_id=hidden.pk)
    before = everything()
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({"reply_to_id": hidden.pk}, "unknown_message", "reply_to_id"),
        ({"reply_to_id": foreign.pk}, "unknown_message", "reply_to_id"),
        ({"reply_to_id": uuid4()}, "unknown_message", "reply_to_id"),
        ({"message_text": "x" * 5001}, "max_length", "message_text"),
        ({"message_text": 5}, "invalid", "message_text"),
    ]
    for fields, code, field in wrong:
        with pytest.raises(InvalidInput) as refused:
            draft_set(acting_user=member, group_id=world.id, **fields)
        assert (refused.value.code, refused.value.field) == (code, field)
    assert everything() == before


def test_only_members_have_drafts() -> None:
    world = make_world(GroupType.GROUP)
    for outsider in (world.stranger, world.former):
        with pytest.raises(NotFound):
            draft_set(acting_user=outsider, group_id=world.id, message_text="x")

    assert draft_set(acting_user=world.people[Role.MEMBER], group_id=world.id, message_text="x").draft_text == "x"


def test_sending_text_ends_the_draft_of_the_sender_alone() -> None:
    world, owner, [member] = small_group()
    for user in (owner, member):
        draft_set(acting_user=user, group_id=world.id, message_text="and")
    message = world.say(member, "and so on")
    assert (_draft(world, member), _draft(world, owner)) == (("", None, False), ("and", None, True))

    world.say(owner, "with a reply", reply_to_id=message.pk)
    assert _draft(world, owner) == ("", None, False)


def test_what_was_not_written_just_now_leaves_the_draft() -> None:
    world, owner, _ = small_group()
    message = world.say(owner)
    draft_set(acting_user=owner, group_id=world.id, message_text="and")
    message_forward(acting_user=owner, message_id=message.pk, group_ids=[world.id])
    world.say(owner, "planned", sent_at=message.created_at)
    poll = {"options": ["yes", "no"]}
    message_send(acting_user=owner, group_id=world.id, message_text="Tea?", poll=poll)

    assert _draft(world, owner) == ("and", None, True)
