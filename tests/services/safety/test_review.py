"""The host's review lets a message pass, refuses it, or holds it until a moderator has looked."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings

from chat.adapter import Reviewed
from chat.events import MessageCreated, StateChanged
from chat.exceptions import Conflict, KeyReused, NotAllowed, NotFound, TooFast
from chat.models import Attachment, AuditEntry, ChatGroup, ChatGroupUser, ChatMessage, HeldMessage, ScheduledMessage
from chat.roles import GroupType, Role
from chat.services.edits import message_edit
from chat.services.forwards import message_forward
from chat.services.groups import group_delete
from chat.services.members import member_leave, member_remove
from chat.services.messages import message_send
from chat.services.safety import holding
from chat.services.safety.held import held_approve, held_reject, held_withdraw
from chat.services.safety.silences import member_silence
from chat.services.safety.suspensions import user_suspend
from chat.services.scheduled import scheduled_create
from chat.services.scheduled_sending import scheduled_send_due
from chat.services.support.desks import note_send
from chat.services.uploads import uploads_expire
from tests.files.uploading import upload
from tests.services.conftest import Hearing
from tests.services.safety.reviewing import REVIEWING, Reviewing, hold
from tests.services.worlds import World, everything, make_person, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def asked(settings: Settings) -> Iterator[list[Reviewed]]:
    settings.CHAT = {"ADAPTER": REVIEWING}
    yield Reviewing.asked
    Reviewing.asked.clear()


@pytest.fixture
def world() -> World:
    return make_world(GroupType.GROUP)


@pytest.fixture
def member(world: World) -> Any:
    return world.people[Role.MEMBER]


@pytest.mark.core
@pytest.mark.parametrize("word", ["refuse", "fail", "unknown", "nothing"])
def test_what_does_not_pass_is_refused(word: str, world: World, member: Any) -> None:
    mine = world.say(member)
    before = everything()
    writes: list[Callable[[], object]] = [
        lambda: world.say(member, f"{word} it", client_id=uuid4()),
        lambda: message_edit(acting_user=member, message_id=mine.pk, message_text=f"{word} it"),
    ]

    for write in writes:
        with pytest.raises(NotAllowed) as refused:
            write()
        assert refused.value.code == "review_refused"
        assert (str(refused.value.detail) == "No such words.") == (word == "refuse")

    assert everything() == before


def test_what_passes_is_sent_and_strangers_words_are_shown_to_nobody(
    world: World, member: Any, asked: list[Reviewed]
) -> None:
    poll = world.say(member, "What?", poll={"options": ["Tea", "Coffee"]})
    message_edit(acting_user=member, message_id=world.say(member).pk, message_text="new")
    for outsider in (world.stranger, world.former):
        with pytest.raises(NotFound):
            world.say(outsider, "hold this")
        with pytest.raises(NotFound):
            message_edit(acting_user=outsider, message_id=poll.pk, message_text="hold this")

    assert [(one.message_type, one.message_text) for one in asked] == [
        ("poll", "What?"),
        ("text", "hello"),
        ("text", "new"),
    ]
    assert asked[0].metadata
    assert not HeldMessage.objects.exists()


def test_edits_and_forwards_are_refused_where_they_would_be_held(world: World, member: Any) -> None:
    mine = world.say(member)
    ChatMessage.objects.filter(pk=mine.pk).update(message_text="hold on")
    with pytest.raises(NotAllowed):
        message_edit(acting_user=member, message_id=mine.pk, message_text="hold that")
    [done] = message_forward(acting_user=member, message_id=mine.pk, group_ids=[world.id])

    assert done.error is not None
    assert done.error.code == "review_refused"
    assert not HeldMessage.objects.exists()


@pytest.mark.core
def test_nobody_is_asked_about_an_edit_that_is_not_the_senders(
    world: World, member: Any, asked: list[Reviewed]
) -> None:
    message = world.say(member)
    asked.clear()
    with pytest.raises(NotAllowed) as refused:
        message_edit(acting_user=world.people[Role.OWNER], message_id=message.pk, message_text="hold this")
    assert refused.value.code == "not_allowed"
    assert asked == []


def test_held_message_is_nobodys_business_until_it_is_approved(world: World, member: Any, hearing: Hearing) -> None:
    target, key = world.say(world.people[Role.OWNER]), uuid4()
    words: dict[str, Any] = {"reply_to_id": target.pk, "mention_ids": [world.people[Role.OWNER].pk], "client_id": key}
    before = ChatGroup.objects.get(pk=world.id)
    with hearing() as heard:
        held = hold(world, member, **words)
        assert hold(world, member, **words) == held
    with pytest.raises(KeyReused):
        world.say(member, "hold something else", client_id=key)

    assert [type(event) for event in heard] == [StateChanged]
    after = ChatGroup.objects.get(pk=world.id)
    assert (after.last_seq, after.version) == (before.last_seq, before.version)
    assert list(HeldMessage.objects.visible_to(member)) == [held]
    for other in (world.people[Role.OWNER], world.stranger, world.former):
        assert not HeldMessage.objects.visible_to(other).exists()

    moderator = make_person()
    with hearing() as heard:
        assert held_approve(acting_user=moderator, held=held)
        assert not held_approve(acting_user=moderator, held=held)
        assert not held_reject(acting_user=moderator, held=held)

    assert MessageCreated in {type(event) for event in heard}
    sent = ChatMessage.objects.get(client_id=key)
    assert (sent.message_text, sent.sender_id, sent.reply_to_id) == ("hold this", member.pk, target.pk)
    assert message_send(acting_user=member, group_id=world.id, message_text="hold this", **words).message == sent
    assert not HeldMessage.objects.exists()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_id, entry.target_id) == ("held_message.approved", moderator.pk, str(held.pk))
    assert "hold" not in str(entry.details)


def test_file_waits_with_its_message(world: World, member: Any) -> None:
    file = upload(member)
    held = hold(world, member, attachment_ids=[file.pk])
    Attachment.objects.update(created_at=Now() - timedelta(days=90))
    assert sum(uploads_expire()) == 0

    assert held_approve(acting_user=make_person(), held=held)

    message = ChatMessage.objects.get(message_text="hold this")
    assert list(message.attachments.all()) == [file]


def test_rejected_and_withdrawn_messages_are_gone(world: World, member: Any, hearing: Hearing) -> None:
    rejected, withdrawn = hold(world, member), hold(world, member)
    with pytest.raises(NotFound):
        held_withdraw(acting_user=world.people[Role.OWNER], held_id=withdrawn.pk)
    with hearing() as heard:
        assert held_reject(acting_user=make_person(), held=rejected)
        held_withdraw(acting_user=member, held_id=withdrawn.pk)

    assert [type(event) for event in heard] == [StateChanged, StateChanged]
    assert not HeldMessage.objects.exists()
    assert not ChatMessage.objects.exists()
    with pytest.raises(NotFound):
        held_withdraw(acting_user=member, held_id=withdrawn.pk)
    assert [entry.action for entry in AuditEntry.objects.all()] == ["held_message.rejected"]


@pytest.mark.parametrize("what", ["silenced", "suspended", "inactive"])
def test_approving_asks_again_whether_it_may_be_said(what: str, world: World, member: Any) -> None:
    held, moderator = hold(world, member), make_person()
    if what == "silenced":
        until = timezone.now() + timedelta(hours=1)
        member_silence(acting_user=world.people[Role.OWNER], group_id=world.id, user_id=member.pk, until=until)
    elif what == "suspended":
        user_suspend(acting_user=moderator, user=member)
    else:
        type(member).objects.filter(pk=member.pk).update(is_active=False)
    audited = AuditEntry.objects.count()

    with pytest.raises(NotAllowed):
        held_approve(acting_user=moderator, held=held)

    assert HeldMessage.objects.get() == held
    assert AuditEntry.objects.count() == audited
    assert held_reject(acting_user=moderator, held=held)


@pytest.mark.parametrize("how", ["leave", "remove", "delete", "account"])
def test_held_messages_end_with_membership_and_group(how: str, world: World, member: Any) -> None:
    held, owner = hold(world, member), world.people[Role.OWNER]
    if how == "leave":
        member_leave(acting_user=member, group_id=world.id)
    elif how == "remove":
        member_remove(acting_user=owner, group_id=world.id, user_id=member.pk)
    elif how == "delete":
        group_delete(acting_user=owner, group_id=world.id)
    else:
        member.delete()

    assert not HeldMessage.objects.exists()
    assert not held_reject(acting_user=owner, held=held)
    with pytest.raises(NotFound):
        held_approve(acting_user=owner, held=held)


def test_scheduled_message_is_reviewed_when_it_is_due(world: World, member: Any, asked: list[Reviewed]) -> None:
    at = timezone.now() + timedelta(hours=1)
    rows = {
        word: scheduled_create(acting_user=member, group_id=world.id, message_text=f"{word} it", send_at=at)
        for word in ("hold", "refuse", "pass")
    }
    assert asked == []
    ScheduledMessage.objects.update(send_at=timezone.now() - timedelta(seconds=1))

    codes = {attempt.scheduled_id: attempt.error_code for attempt in scheduled_send_due()}

    assert {word: codes[row.pk] for word, row in rows.items()} == {
        "hold": "held_for_review", "refuse": "review_refused", "pass": "",
    }  # fmt: skip
    assert ScheduledMessage.objects.get().pk == rows["refuse"].pk
    held = HeldMessage.objects.get()
    assert held.client_id == rows["hold"].pk
    assert held_approve(acting_user=make_person(), held=held)
    sent = ChatMessage.objects.get(client_id=rows["hold"].pk)
    assert sent.sent_at is not None
    assert sent.sent_at < timezone.now()


def test_held_messages_count_for_the_pace_and_are_few(
    world: World, member: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "HELD_MAX", 1)
    held = hold(world, member)
    with pytest.raises(Conflict) as refused:
        world.say(member, "hold another")
    assert refused.value.code == "too_many_held"
    settings.CHAT = settings.CHAT | {"FLOOD_RATE": 1, "FLOOD_BURST": 1}
    held_withdraw(acting_user=member, held_id=held.pk)
    ChatGroupUser.objects.update(flood_until=None)
    again = hold(world, member)
    with pytest.raises(TooFast):
        world.say(member, "at once")
    assert held_approve(acting_user=make_person(), held=again), "who waited for a moderator is in no hurry"


def test_notes_of_staff_are_not_reviewed(asked: list[Reviewed]) -> None:
    world = make_world(GroupType.SUPPORT)
    note_send(acting_user=world.people[Role.STAFF], group_id=world.id, message_text="hold the line")
    assert asked == []


def test_scheduled_message_of_somebody_who_is_gone_is_refused_unasked(
    world: World, member: Any, asked: list[Reviewed]
) -> None:
    at = timezone.now() + timedelta(hours=1)
    row = scheduled_create(acting_user=member, group_id=world.id, message_text="pass it", send_at=at)
    ScheduledMessage.objects.update(send_at=timezone.now() - timedelta(seconds=1))
    type(member).objects.filter(pk=member.pk).update(is_active=False)
    [attempt] = scheduled_send_due()
    assert attempt.scheduled_id == row.pk
    assert attempt.error_code
    assert asked == []
