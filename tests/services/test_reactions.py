"""Reacting."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from chat.events import MessageReacted
from chat.exceptions import Conflict, InvalidInput, NotAllowed, NotFound
from chat.models import ChatGroup, ChatMessage, MessageReaction
from chat.roles import MessageType
from chat.services.members import member_leave
from chat.services.reactions import reaction_add, reaction_remove
from chat.services.tombstones import message_delete, message_restore, tombstones_purge
from tests.services.conftest import Hearing
from tests.services.worlds import everything, make_person, small_group

pytestmark = pytest.mark.django_db


def reactions_of(message: ChatMessage) -> list[list[Any]]:
    message.refresh_from_db()
    shown: list[list[Any]] = (message.metadata or {}).get("reactions", [])
    counted = {emoji: MessageReaction.objects.filter(message=message, emoji=emoji).count() for emoji, _ in shown}
    assert counted == dict(shown)
    assert MessageReaction.objects.filter(message=message).count() == sum(counted.values())
    return shown


def test_reactions_are_counted_in_the_order_of_first_use(hearing: Hearing) -> None:
    world, owner, [member] = small_group()
    message = world.say(owner)
    with hearing() as heard:
        for user, emoji in ((member, "👍"), (owner, "❤"), (owner, "👍"), (member, "❤️")):
            reaction_add(acting_user=user, message_id=message.pk, emoji=emoji)

    assert reactions_of(message) == [["👍", 2], ["❤️", 2]]
    assert [type(event) for event in heard] == [MessageReacted] * 4
    assert [(event.actor_id, event.seq) for event in heard if isinstance(event, MessageReacted)] == [
        (user.pk, message.seq) for user in (member, owner, owner, member)
    ]
    group = ChatGroup.objects.get(pk=world.id)
    assert message.version == group.version == heard[-1].version  # type: ignore[attr-defined]
    assert message.changed_at == group.changed_at


def test_reaction_taken_back_leaves_those_of_others() -> None:
    world, owner, [member] = small_group()
    message = world.say(owner)
    for user, emoji in ((member, "👍"), (owner, "👍"), (owner, "🎉")):
        reaction_add(acting_user=user, message_id=message.pk, emoji=emoji)

    reaction_remove(acting_user=owner, message_id=message.pk, emoji="👍")
    assert reactions_of(message) == [["👍", 1], ["🎉", 1]]
    reaction_remove(acting_user=member, message_id=message.pk, emoji="👍")
    assert reactions_of(message) == [["🎉", 1]]
    reaction_add(acting_user=member, message_id=message.pk, emoji="👍")
    assert reactions_of(message) == [["🎉", 1], ["👍", 1]]


def test_same_again_changes_nothing(hearing: Hearing) -> None:
    world, owner, [member] = small_group()
    message = world.say(owner)
    reaction_add(acting_user=member, message_id=message.pk, emoji="❤️")
    before = everything(), list(MessageReaction.objects.values())
    with hearing() as heard:
        reaction_add(acting_user=member, message_id=message.pk, emoji="❤")
        reaction_remove(acting_user=member, message_id=message.pk, emoji="👍")
        reaction_remove(acting_user=owner, message_id=message.pk, emoji="❤️")

    assert (everything(), list(MessageReaction.objects.values())) == before
    assert heard == []


def test_message_takes_only_so_many_different_emoji(settings: Settings) -> None:
    settings.CHAT = {"REACTIONS_MAX": 2}
    world, owner, [member] = small_group()
    message = world.say(owner)
    for emoji in ("👍", "🎉"):
        reaction_add(acting_user=member, message_id=message.pk, emoji=emoji)
    with pytest.raises(Conflict) as refused:
        reaction_add(acting_user=owner, message_id=message.pk, emoji="❤️")
    assert refused.value.code == "too_many_reactions"

    reaction_add(acting_user=owner, message_id=message.pk, emoji="🎉")
    reaction_remove(acting_user=member, message_id=message.pk, emoji="👍")
    reaction_add(acting_user=owner, message_id=message.pk, emoji="❤️")
    assert reactions_of(message) == [["🎉", 2], ["❤️", 1]]


@pytest.mark.parametrize("service", [reaction_add, reaction_remove])
def test_reaction_is_refused_where_it_makes_no_sense(service: Any) -> None:
    world, owner, [member] = small_group()
    deleted, expired, system, usual = (world.say(owner) for _ in range(4))
    message_delete(acting_user=owner, message_id=deleted.pk)
    ChatMessage.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    ChatMessage.objects.filter(pk=system.pk).update(message_type=MessageType.SYSTEM, counts=False)
    before = everything()
    for message in (deleted, expired):
        with pytest.raises(Conflict) as gone:
            service(acting_user=member, message_id=message.pk, emoji="👍")
        assert gone.value.code == "message_gone"
    with pytest.raises(NotAllowed):
        service(acting_user=member, message_id=system.pk, emoji="👍")
    with pytest.raises(InvalidInput):
        service(acting_user=member, message_id=usual.pk, emoji="yes")
    with pytest.raises(NotFound):
        service(acting_user=make_person(), message_id=usual.pk, emoji="👍")
    assert everything() == before

    ChatGroup.objects.filter(pk=world.id).update(closed_at=timezone.now())
    with pytest.raises(Conflict) as closed:
        service(acting_user=member, message_id=usual.pk, emoji="👍")
    assert closed.value.code == "group_closed"
    assert not MessageReaction.objects.exists()


def test_reactions_outlive_leaving_and_deletion_but_not_the_purge(settings: Settings) -> None:
    world, owner, [member] = small_group()
    message = world.say(owner)
    reaction_add(acting_user=member, message_id=message.pk, emoji="👍")
    member_leave(acting_user=member, group_id=world.id)
    message_delete(acting_user=owner, message_id=message.pk)
    message_restore(acting_user=owner, message_id=message.pk)
    assert reactions_of(message) == [["👍", 1]]

    message_delete(acting_user=owner, message_id=message.pk)
    settings.CHAT = {"UNDO_WINDOW": 0}
    assert sum(tombstones_purge()) == 1

    assert reactions_of(message) == []
    assert not MessageReaction.objects.exists()
