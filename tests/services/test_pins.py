"""Pinning messages for everyone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.events import MessagePinned, MessageUnpinned
from chat.exceptions import Conflict, NotAllowed, NotFound
from chat.models import ChatGroup, ChatMessage
from chat.roles import GroupType, Role
from chat.services.departures import user_depart
from chat.services.pins import message_pin, message_unpin
from chat.services.states import history_clear
from chat.services.tombstones import message_delete, message_restore
from tests.services.conftest import Hearing
from tests.services.worlds import everything, make_world, small_group

pytestmark = pytest.mark.django_db


def test_pin_and_unpin_are_shared_changes_and_done_once(hearing: Hearing) -> None:
    world, owner, [member] = small_group()
    message = world.say(member)
    version = ChatGroup.objects.get(pk=world.id).version
    with hearing() as heard:
        for _ in range(2):
            message_pin(acting_user=owner, message_id=message.pk)
        pinned = ChatMessage.objects.get(pk=message.pk)
        for _ in range(2):
            message_unpin(acting_user=owner, message_id=message.pk)

    unpinned = ChatMessage.objects.get(pk=message.pk)
    assert (pinned.pinned_at is None, pinned.pinned_by_id, pinned.version) == (False, owner.pk, version + 1)
    assert (unpinned.pinned_at, unpinned.pinned_by_id, unpinned.version) == (None, None, version + 3)
    kinds = [type(event) for event in heard if isinstance(event, MessagePinned | MessageUnpinned)]
    assert kinds == [MessagePinned, MessageUnpinned]


def test_only_some_roles_pin() -> None:
    world = make_world(GroupType.GROUP)
    message = world.say(world.people[Role.MEMBER])
    message_pin(acting_user=world.people[Role.ADMIN], message_id=message.pk)
    before = everything()
    for service in (message_pin, message_unpin):
        with pytest.raises(NotAllowed):
            service(acting_user=world.people[Role.MEMBER], message_id=message.pk)
        for outsider in (world.stranger, world.former):
            with pytest.raises(NotFound):
                service(acting_user=outsider, message_id=message.pk)
    assert everything() == before


def test_what_is_gone_is_not_pinned_and_loses_its_pin() -> None:
    world, owner, _ = small_group()
    message, expired = world.say(owner), world.say(owner)
    for pinned in (message, expired):
        message_pin(acting_user=owner, message_id=pinned.pk)
    message_delete(acting_user=owner, message_id=message.pk)
    with pytest.raises(Conflict) as refused:
        message_pin(acting_user=owner, message_id=message.pk)
    assert refused.value.code == "message_gone"
    restored = message_restore(acting_user=owner, message_id=message.pk)
    assert restored.pinned_at is None

    ChatMessage.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Conflict):
        message_pin(acting_user=owner, message_id=expired.pk)
    assert message_unpin(acting_user=owner, message_id=expired.pk).pinned_at is None


def test_closed_conversation_and_cleared_history() -> None:
    world = make_world(GroupType.PEER)
    owner, member = world.people[Role.OWNER], world.people[Role.MEMBER]
    message = world.say(owner)
    history_clear(acting_user=member, group_id=world.id)
    with pytest.raises(NotFound):
        message_pin(acting_user=member, message_id=message.pk)
    user_depart(user_id=member.pk)
    with pytest.raises(Conflict) as refused:
        message_pin(acting_user=owner, message_id=message.pk)
    assert refused.value.code == "group_closed"
