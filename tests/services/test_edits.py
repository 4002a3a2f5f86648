"""Editing one's own messages: what is kept of them, when it is refused, and who counts as mentioned."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import F
from django.utils import timezone
from pytest_django import Settings

from chat.conf import chat_settings
from chat.events import MessageEdited
from chat.exceptions import Conflict, InvalidInput, NotAllowed, NotFound
from chat.models import ChatGroup, ChatGroupUser, ChatMessage, Mention, MessageRevision
from chat.roles import GroupType, MessageType, Posting, Role
from chat.services.departures import user_depart
from chat.services.edits import message_edit
from chat.services.forwards import message_forward
from chat.services.groups import group_start, group_update
from chat.services.hiding import message_hide, message_unhide
from chat.services.members import member_remove
from chat.services.messages import message_send
from chat.services.tombstones import message_delete, message_restore, tombstones_purge
from tests.services.conftest import Hearing
from tests.services.worlds import World, everything, make_world, small_group

pytestmark = pytest.mark.django_db

MIXED = "  a<b && c>d \u202e\U0001f600\r\n\t "


def _edit(message: ChatMessage, by: Any, text: str = "new", **fields: Any) -> ChatMessage:
    return message_edit(acting_user=by, message_id=message.pk, message_text=text, **fields)


def _age(message: ChatMessage, seconds: float) -> None:
    ChatMessage.objects.filter(pk=message.pk).update(created_at=F("created_at") - timedelta(seconds=seconds))


def _mentions(world: World, user: Any) -> int:
    return ChatGroupUser.objects.of(user).with_unread().get(group_id=world.id).unread_mentions


def test_edit_changes_the_text_and_keeps_the_former(hearing: Hearing) -> None:
    world, owner, _ = small_group()
    message = world.say(owner, "first", reference_id="7", client_id=uuid4())
    version = ChatGroup.objects.get(pk=world.id).version
    with hearing() as heard:
        second = _edit(message, owner, MIXED)
        third = _edit(message, owner, "third")

    row = ChatMessage.objects.get(pk=message.pk)
    assert (row.message_text, row.version, row.edited_at) == ("third", version + 2, third.edited_at)
    assert (row.seq, row.created_at, row.reference_id, row.counts) == (message.seq, message.created_at, "7", True)
    assert row.client_id == message.client_id
    revisions = MessageRevision.objects.filter(message=message).order_by("version")
    assert list(revisions.values_list("version", "message_text", "written_at")) == [
        (version + 1, "first", message.created_at),
        (version + 2, MIXED, second.edited_at),
    ]
    ids = {"group_id": world.id, "actor_id": owner.pk, "message_id": message.pk, "seq": message.seq}
    assert heard == [MessageEdited(**ids, version=version + 1), MessageEdited(**ids, version=version + 2)]


def test_same_text_and_nothing_at_all_change_nothing(hearing: Hearing) -> None:
    world, owner, [member] = small_group()
    message = world.say(owner, "same", mention_ids=[member.pk])
    before = everything()
    with hearing() as heard:
        _edit(message, owner, "same")
        _edit(message, owner, "same", mention_ids=[member.pk])
        message_edit(acting_user=owner, message_id=message.pk)

    assert everything() == before
    assert heard == []


def test_only_the_sender_edits() -> None:
    world = make_world(GroupType.GROUP)
    message = world.say(world.people[Role.MEMBER], "mine")
    before = everything()
    for other in (world.people[Role.OWNER], world.people[Role.ADMIN], world.others[Role.MEMBER]):
        with pytest.raises(NotAllowed):
            _edit(message, other)
    for outsider in (world.stranger, world.former):
        with pytest.raises(NotFound):
            _edit(message, outsider)
    assert everything() == before

    assert _edit(message, world.people[Role.MEMBER]).message_text == "new"


def test_who_may_not_write_in_a_channel_any_more_may_not_rewrite_either() -> None:
    world, owner, [member] = small_group()
    theirs, mine = world.say(member, "mine"), world.say(owner)
    group_update(acting_user=owner, group_id=world.id, posting=Posting.ADMINS)
    with pytest.raises(NotAllowed):
        _edit(theirs, member)

    assert _edit(mine, owner).message_text == "new"


def test_message_without_content_cannot_be_edited(settings: Settings) -> None:
    world, owner, _ = small_group()
    deleted, purged, expired = world.say(owner), world.say(owner), world.say(owner)
    for message in (deleted, purged):
        message_delete(acting_user=owner, message_id=message.pk)
    settings.CHAT = {"UNDO_WINDOW": 0}
    ChatMessage.objects.filter(pk=purged.pk).update(deleted_at=F("deleted_at") - timedelta(seconds=1))
    assert sum(tombstones_purge()) >= 1
    ChatMessage.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    before = everything()
    for message in (deleted, purged, expired):
        with pytest.raises(Conflict) as refused:
            _edit(message, owner)
        assert refused.value.code == "message_gone"
    assert everything() == before


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (MessageType.POLL, "new", "not_editable"),
        (MessageType.LOCATION, "new", "not_editable"),
        (MessageType.GIF, "new", "not_editable"),
        (MessageType.TEXT, "new", None),
        (MessageType.IMAGE, "", None),
        (MessageType.FILE, "new", None),
    ],
)
def test_kind_decides_whether_there_is_a_text_to_edit(kind: str, text: str, code: str | None) -> None:
    world, owner, _ = small_group()
    message = world.say(owner, "old")
    ChatMessage.objects.filter(pk=message.pk).update(message_type=kind)
    if code is None:
        assert _edit(message, owner, text).message_text == (text or None)
        return
    with pytest.raises(Conflict) as refused:
        _edit(message, owner, text)
    assert refused.value.code == code


def test_message_of_the_system_is_nobodys() -> None:
    world, owner, _ = small_group()
    message = world.say(owner)
    ChatMessage.objects.filter(pk=message.pk).update(
        message_type=MessageType.SYSTEM, counts=False, sender=None, message_text=None
    )
    with pytest.raises(NotAllowed):
        _edit(message, owner)


def test_words_of_another_are_not_edited_after_forwarding() -> None:
    world, owner, [member] = small_group()
    message = world.say(member, "theirs")
    [forwarded] = message_forward(acting_user=owner, message_id=message.pk, group_ids=[world.id])
    assert forwarded.message is not None
    with pytest.raises(Conflict) as refused:
        _edit(forwarded.message, owner)
    assert refused.value.code == "not_editable"


def test_words_of_another_are_not_edited_when_their_first_message_is_no_more() -> None:
    world, owner, _ = small_group()
    source = group_start(acting_user=owner, member_ids=[]).group
    message = message_send(acting_user=owner, group_id=source.pk, message_text="said").message
    [done] = message_forward(acting_user=owner, message_id=message.pk, group_ids=[world.id])
    source.delete()
    assert done.message
    with pytest.raises(Conflict) as refused:
        _edit(done.message, owner, "never said")
    assert refused.value.code == "not_editable"


@pytest.mark.parametrize(
    ("window", "age", "allowed"), [(60, 50, True), (60, 61, False), (0, 0, False), (None, 10**8, True)]
)
def test_window_ends(window: int | None, age: float, allowed: bool, settings: Settings) -> None:
    settings.CHAT = {"EDIT_WINDOW": window}
    world, owner, _ = small_group()
    message = world.say(owner)
    _age(message, age)
    if allowed:
        assert _edit(message, owner).message_text == "new"
        return
    with pytest.raises(Conflict) as refused:
        _edit(message, owner)
    assert refused.value.code == "edit_window_over"


def test_window_is_two_days_unless_set() -> None:
    assert chat_settings.EDIT_WINDOW == 48 * 60 * 60


def test_closed_conversation_is_not_rewritten() -> None:
    world = make_world(GroupType.PEER)
    owner, member = world.people[Role.OWNER], world.people[Role.MEMBER]
    message = world.say(owner)
    user_depart(user_id=member.pk)
    with pytest.raises(Conflict) as refused:
        _edit(message, owner)
    assert refused.value.code == "group_closed"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "blank"),
        (" \n", "blank"),
        ("x" * 5001, "max_length"),
        ("a\x00", "null_characters_not_allowed"),
        (5, "invalid"),
    ],
)
def test_wrong_text_names_its_field(value: Any, code: str) -> None:
    world, owner, _ = small_group()
    message = world.say(owner)
    before = everything()
    with pytest.raises(InvalidInput) as refused:
        _edit(message, owner, value)
    assert (refused.value.code, refused.value.field) == (code, "message_text")
    assert everything() == before


def test_retry_after_an_edit_returns_the_edited_message() -> None:
    world, owner, _ = small_group()
    key = uuid4()
    message = world.say(owner, "old", client_id=key)
    _edit(message, owner)

    again = message_send(acting_user=owner, group_id=world.id, message_text="old", client_id=key)
    assert (again.created, again.message.message_text) == (False, "new")


def test_new_mentions_count_and_dropped_ones_do_not() -> None:
    world, owner, [ben, eva] = small_group(2)
    message = world.say(owner, "hello", mention_ids=[ben.pk, owner.pk])
    assert (_mentions(world, ben), _mentions(world, eva)) == (1, 0)

    edited = message_edit(acting_user=owner, message_id=message.pk, mention_ids=[eva.pk, eva.pk])
    assert (_mentions(world, ben), _mentions(world, eva)) == (0, 1)
    assert (edited.metadata, edited.message_text) == ({"mentions": [str(eva.pk)]}, "hello")
    assert edited.edited_at is not None
    assert not MessageRevision.objects.exists(), "the text is the same"

    _edit(message, owner, "no word of mentions")
    assert _mentions(world, eva) == 1
    message_edit(acting_user=owner, message_id=message.pk, mention_ids=[])
    assert not Mention.objects.exists()
    assert ChatMessage.objects.get(pk=message.pk).metadata is None


def test_mention_of_who_hid_the_message_counts_when_they_show_it_again() -> None:
    world, owner, [ben] = small_group()
    message = world.say(owner)
    message_hide(acting_user=ben, message_id=message.pk)
    message_edit(acting_user=owner, message_id=message.pk, mention_ids=[ben.pk])
    assert _mentions(world, ben) == 0
    message_delete(acting_user=owner, message_id=message.pk)
    message_restore(acting_user=owner, message_id=message.pk)
    assert _mentions(world, ben) == 0
    message_unhide(acting_user=ben, message_id=message.pk)
    assert _mentions(world, ben) == 1


def test_who_was_mentioned_may_have_left_and_nobody_else_can_be_named() -> None:
    world, owner, [ben, eva] = small_group(2)
    message = world.say(owner, "hello", mention_ids=[ben.pk])
    member_remove(acting_user=owner, group_id=world.id, user_id=ben.pk)

    assert _edit(message, owner, mention_ids=[ben.pk]).metadata == {"mentions": [str(ben.pk)]}
    _edit(message, owner, mention_ids=[])
    before = everything()
    for mention_ids, code in (([ben.pk], "unknown_user"), ([eva.pk] * 2 + list(range(60)), "too_many")):
        with pytest.raises(InvalidInput) as refused:
            _edit(message, owner, "other", mention_ids=mention_ids)
        assert (refused.value.code, refused.value.field) == (code, "mention_ids")
    assert everything() == before


def test_purge_takes_the_revisions(settings: Settings) -> None:
    world, owner, _ = small_group()
    message = world.say(owner, "secret")
    _edit(message, owner)
    message_delete(acting_user=owner, message_id=message.pk)
    assert MessageRevision.objects.exists()
    settings.CHAT = {"UNDO_WINDOW": 0}

    assert sum(tombstones_purge()) == 1
    assert not MessageRevision.objects.exists()
