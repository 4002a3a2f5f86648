"""Events: a closed catalogue of ids, heard after the commit and by everybody."""

import dataclasses
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from chat import events
from chat.events import Event, GroupUpdated, MessageCreated
from chat.signals import chat_event
from tests.services.worlds import listening, small_group

CATALOGUE = {
    "group.created": ("group_id", "actor_id", "version"),
    "group.updated": ("group_id", "actor_id", "version"),
    "group.closed": ("group_id", "actor_id", "version"),
    "group.deleted": ("group_id", "actor_id", "version"),
    "request.changed": ("group_id", "actor_id", "version"),
    "member.added": ("group_id", "actor_id", "version", "user_id"),
    "member.removed": ("group_id", "actor_id", "version", "user_id"),
    "member.silenced": ("group_id", "actor_id", "version", "user_id"),
    "member.role_changed": ("group_id", "actor_id", "version", "user_id"),
    "join.requested": ("group_id", "actor_id", "request_id", "user_id"),
    "join.answered": ("group_id", "actor_id", "request_id", "user_id"),
    "message.created": ("group_id", "actor_id", "version", "message_id", "seq"),
    "message.edited": ("group_id", "actor_id", "version", "message_id", "seq"),
    "message.pinned": ("group_id", "actor_id", "version", "message_id", "seq"),
    "message.unpinned": ("group_id", "actor_id", "version", "message_id", "seq"),
    "message.deleted": ("group_id", "actor_id", "version", "message_id", "seq"),
    "message.restored": ("group_id", "actor_id", "version", "message_id", "seq"),
    "message.expired": ("group_id", "actor_id", "version", "message_id", "seq"),
    "message.purged": ("group_id", "actor_id", "version", "message_id", "seq"),
    "message.erased": ("group_id", "actor_id", "version", "message_id", "seq"),
    "message.reacted": ("group_id", "actor_id", "version", "message_id", "seq"),
    "poll.voted": ("group_id", "actor_id", "version", "message_id", "seq"),
    "poll.closed": ("group_id", "actor_id", "version", "message_id", "seq"),
    "file.scanned": ("group_id", "actor_id", "version", "message_id", "seq"),
    "call.started": ("group_id", "actor_id", "version", "message_id", "seq", "call_id"),
    "call.changed": ("group_id", "actor_id", "version", "message_id", "seq", "call_id"),
    "read.advanced": ("group_id", "actor_id", "read_seq", "delivered_seq"),
    "state.changed": ("group_id", "actor_id", "state_version"),
}


def _kinds(kind: type[Event] = Event) -> list[type[Event]]:
    return [kind, *(below for child in kind.__subclasses__() for below in _kinds(child))]


def test_catalogue_is_complete_and_carries_no_content() -> None:
    named = {kind.name: kind for kind in _kinds() if "name" in vars(kind)}

    fields = {name: tuple(field.name for field in dataclasses.fields(kind)) for name, kind in named.items()}
    assert fields == CATALOGUE


def test_event_is_frozen() -> None:
    event = GroupUpdated(group_id=uuid4(), actor_id=1, version=1)

    with pytest.raises(dataclasses.FrozenInstanceError):
        event.version = 2  # type: ignore[misc]


@pytest.mark.django_db(transaction=True)
def test_receivers_hear_of_it_when_the_transaction_has_committed() -> None:
    world, owner, _ = small_group()
    with listening() as heard:
        with transaction.atomic():
            first = world.say(owner)
            with transaction.atomic():
                second = world.say(owner)
            assert heard == []
        assert [event.message_id for event in heard if isinstance(event, MessageCreated)] == [first.pk, second.pk]

        heard.clear()
        with transaction.atomic():
            third = world.say(owner)
            with transaction.atomic():
                world.say(owner)
                transaction.set_rollback(True)
        assert [event.message_id for event in heard if isinstance(event, MessageCreated)] == [third.pk]


@pytest.mark.django_db(transaction=True)
def test_receiver_that_fails_disturbs_neither_sender_nor_other_receivers(caplog: pytest.LogCaptureFixture) -> None:
    world, owner, _ = small_group()

    def fail(event: Event, **_kwargs: Any) -> None:
        raise RuntimeError(event.name)

    chat_event.connect(fail)
    try:
        with listening() as heard:
            message = world.say(owner)
    finally:
        chat_event.disconnect(fail)

    assert [event.message_id for event in heard if isinstance(event, MessageCreated)] == [message.pk]
    assert "message.created" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_receiver_connects_to_one_kind() -> None:
    world, owner, _ = small_group()
    heard: list[Event] = []

    def receive(event: Event, **_kwargs: Any) -> None:
        heard.append(event)

    chat_event.connect(receive, sender=events.MessageDeleted)
    try:
        world.say(owner)
    finally:
        chat_event.disconnect(receive, sender=events.MessageDeleted)

    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_receiver_finds_the_committed_row_and_may_write_itself() -> None:
    world, owner, [member] = small_group()
    answers: list[int] = []

    def answer(event: MessageCreated, **_kwargs: Any) -> None:
        if event.actor_id == owner.pk:
            answers.append(world.say(member, f"to {event.seq}").seq)

    chat_event.connect(answer, sender=MessageCreated)
    try:
        world.say(owner)
    finally:
        chat_event.disconnect(answer, sender=MessageCreated)

    assert answers == [2]
