"""Forwarding messages: to whom, as whose, once."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from chat.adapter import get_adapter
from chat.exceptions import Conflict, InvalidInput, NotFound
from chat.models import ChatMessage, Mention
from chat.roles import MessageType, Posting
from chat.serializers import message_json
from chat.services.edits import message_edit
from chat.services.forwards import Forwarded, message_forward
from chat.services.groups import group_update
from chat.services.hiding import message_hide
from chat.services.members import member_add
from chat.services.tombstones import message_delete
from tests.services.worlds import World, everything, make_person, small_group

pytestmark = pytest.mark.django_db


def _forward(message: ChatMessage, by: Any, *worlds: World, **fields: Any) -> list[Forwarded]:
    ids = [world.id for world in worlds]
    return message_forward(acting_user=by, message_id=message.pk, group_ids=ids, **fields)


def _name(user: Any) -> str:
    return get_adapter().profile(user).name


def test_forwarded_message_keeps_its_text_and_its_first_authors_name() -> None:
    (world, owner, [ben]), (there, carol, _), (beyond, dan, _) = small_group(), small_group(), small_group()
    for group, adder in ((there, carol), (beyond, dan)):
        _join(group, adder, ben)
    message = world.say(owner, "  a<b ", reference_id="7", mention_ids=[ben.pk])

    [first] = _forward(message, ben, there)
    assert first.message is not None
    [second] = _forward(first.message, carol, there)
    assert second.message is not None
    for row, sender in ((first.message, ben), (second.message, carol)):
        assert (row.group_id, row.sender_id, row.message_text) == (there.id, sender.pk, "  a<b ")
        assert row.metadata == {"forwarded": {"user_id": str(owner.pk), "name": _name(owner)}}
        assert (row.forwarded_from_id, row.reference_id, row.reply_to_id) == (message.pk, "", None)
        shown = message_json(vars(row), carol.pk)
        assert shown["forwarded_from"] == {"name": _name(owner)}
        assert not {str(message.pk), str(world.id), str(owner.pk)} & set(_texts(shown)), "where from is told nobody"
    assert Mention.objects.count() == 1


def _join(world: World, by: Any, person: Any) -> None:
    member_add(acting_user=by, group_id=world.id, user_id=person.pk, role="member")


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [str(value)]


def test_each_group_answers_for_itself_in_the_order_of_the_request() -> None:
    (world, owner, [ben]), (channel, carol, _), (foreign, _, _) = small_group(), small_group(), small_group()
    _join(channel, carol, ben)
    group_update(acting_user=carol, group_id=channel.id, posting=Posting.ADMINS)
    message = world.say(owner)

    done = _forward(message, ben, world, foreign, channel, world)
    assert [one.group_id for one in done] == [world.id, foreign.id, channel.id]
    assert [one.error and one.error.code for one in done] == [None, "not_found", "not_allowed"]
    assert [one.message is None for one in done] == [False, True, True]


def test_same_client_id_forwards_once_to_each_group() -> None:
    (world, owner, [ben]), (there, carol, _) = small_group(), small_group()
    _join(there, carol, ben)
    message, other, key = world.say(owner, "old"), world.say(owner, "other"), uuid4()
    first = _forward(message, ben, world, there, client_id=key)
    message_edit(acting_user=owner, message_id=message.pk, message_text="new")
    again = _forward(message, ben, there, world, client_id=key)

    assert {one.message for one in again} == {one.message for one in first}
    assert all(one.message and one.message.message_text == "old" for one in again)
    codes = [one.error and one.error.code for one in _forward(other, ben, world, client_id=key)]
    assert codes == ["client_id_reused"]


def test_what_the_caller_does_not_see_or_has_no_content_is_not_forwarded() -> None:
    world, owner, [ben] = small_group()
    elsewhere, stranger, _ = small_group()
    hidden, deleted, expired, foreign = world.say(owner), world.say(owner), world.say(owner), elsewhere.say(stranger)
    message_hide(acting_user=ben, message_id=hidden.pk)
    message_delete(acting_user=owner, message_id=deleted.pk)
    ChatMessage.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    before = everything()
    for message in (hidden, foreign, ChatMessage(pk=uuid4())):
        with pytest.raises(NotFound):
            _forward(message, ben, world)
    for message in (deleted, expired):
        with pytest.raises(Conflict) as refused:
            _forward(message, ben, world)
        assert refused.value.code == "message_gone"
    assert everything() == before


@pytest.mark.parametrize("kind", [MessageType.POLL, MessageType.SYSTEM])
def test_kind_that_belongs_to_its_group_is_not_forwarded(kind: str) -> None:
    world, owner, _ = small_group()
    message = world.say(owner)
    ChatMessage.objects.filter(pk=message.pk).update(message_type=kind, counts=kind != MessageType.SYSTEM)
    with pytest.raises(Conflict) as refused:
        _forward(message, owner, world)
    assert refused.value.code == "not_forwardable"


def test_too_many_groups_at_once_are_refused(settings: Any) -> None:
    settings.CHAT = {"FORWARD_MAX": 2}
    worlds = [small_group()[0] for _ in range(3)]
    owner = make_person()
    world, author, _ = small_group()
    message = world.say(author)
    with pytest.raises(InvalidInput) as refused:
        _forward(message, owner, *worlds)
    assert (refused.value.code, refused.value.field) == ("too_many", "group_ids")


def test_author_who_is_gone_is_named_as_a_deleted_account() -> None:
    world, owner, [ben] = small_group()
    message = world.say(ben)
    ben.delete()

    [one] = _forward(ChatMessage.objects.get(pk=message.pk), owner, world)
    assert one.message is not None
    assert one.message.metadata["forwarded"]["name"] == "Deleted account"


def test_place_goes_with_its_message() -> None:
    world, owner, _ = small_group()
    message = world.say(owner)
    place = {"latitude": 9.0, "longitude": 38.7, "name": None}
    ChatMessage.objects.filter(pk=message.pk).update(
        message_type=MessageType.LOCATION, message_text=None, metadata={"location": place, "reactions": [["👍", 1]]}
    )

    [one] = _forward(message, owner, world)
    assert one.message is not None
    assert one.message.message_type == MessageType.LOCATION
    assert one.message.metadata["location"] == place
    assert "reactions" not in one.message.metadata
