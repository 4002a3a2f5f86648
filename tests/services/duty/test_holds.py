"""Legal holds and retention: what is held stays stored, and is shown to nobody as before."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone
from pytest_django import Settings

from chat.choices import AuditAction
from chat.events import MessageExpired
from chat.exceptions import InvalidInput, NotFound
from chat.models import Attachment, AuditEntry, ChatGroup, ChatMessage, LegalHold
from chat.roles import GroupType, Role
from chat.serializers import message_json
from chat.services.duty.holds import hold_lift, hold_place
from chat.services.duty.retention import messages_retire
from chat.services.expiry import messages_expire
from chat.services.groups import group_update
from chat.services.support.desks import note_send
from chat.services.tombstones import message_delete, tombstones_purge
from tests.files.uploading import upload
from tests.services.conftest import Hearing
from tests.services.worlds import World, everything, make_person, make_world, small_group

pytestmark = pytest.mark.django_db

HOLDS: dict[str, Callable[[World, Any], dict[str, Any]]] = {
    "person": lambda _world, sender: {"user_id": sender.pk},
    "group": lambda world, _sender: {"group": world.group},
}
by_person_and_by_group = pytest.mark.parametrize("held", HOLDS)


def _hold(held: str, world: World, sender: Any) -> LegalHold:
    return hold_place(acting_user=make_person(), reason="case 7", **HOLDS[held](world, sender))


def _age(world: World, **ago: float) -> None:
    ChatMessage.objects.filter(group_id=world.id).update(created_at=F("created_at") - timedelta(**ago))


def _texts(world: World) -> list[str | None]:
    return list(ChatMessage.objects.filter(group_id=world.id).order_by("seq").values_list("message_text", flat=True))


def _shown(message: ChatMessage, viewer: Any) -> Any:
    return message_json(ChatMessage.objects.filter(pk=message.pk).values().get(), viewer.pk)["message_text"]


@by_person_and_by_group
def test_held_message_that_was_deleted_stays_until_the_hold_is_lifted(held: str, settings: Settings) -> None:
    settings.CHAT = {"UNDO_WINDOW": 0, "SYSTEM_MESSAGES": False}
    world, owner, [member] = small_group()
    file = upload(owner, content=b"evidence")
    message = world.say(owner, "evidence", attachment_ids=[file.pk])
    other_world, other, _ = small_group()
    for sender, sent in ((owner, message), (other, other_world.say(other, "words"))):
        message_delete(acting_user=sender, message_id=sent.pk)
    hold = _hold(held, world, owner)

    assert sum(tombstones_purge()) == 1, "that which nobody holds"

    assert (_texts(world), _texts(other_world)) == (["evidence"], [None])
    assert Attachment.objects.kept().get().pk == file.pk
    assert _shown(message, member) is None
    assert hold_lift(acting_user=make_person(), hold=hold)
    assert sum(tombstones_purge()) == 1
    assert (_texts(world), list(Attachment.objects.kept())) == ([None], [])


@by_person_and_by_group
def test_held_message_that_disappears_is_a_tombstone_whose_content_stays(held: str, settings: Settings) -> None:
    settings.CHAT = {"UNDO_WINDOW": 0, "SYSTEM_MESSAGES": False}
    world, owner, [member] = small_group()
    group_update(acting_user=owner, group_id=world.id, message_lifetime=60)
    message = world.say(owner, "evidence", mention_ids=[member.pk])
    ChatMessage.objects.update(expires_at=F("expires_at") - timedelta(hours=1))
    hold = _hold(held, world, owner)

    assert (sum(messages_expire()), sum(tombstones_purge()), sum(messages_expire())) == (1, 0, 0)

    assert (_texts(world), _shown(message, member)) == (["evidence"], None)
    seat = world.group.memberships.with_unread().get(user=member)
    assert (seat.unread, seat.unread_mentions) == (0, 0)
    hold_lift(acting_user=make_person(), hold=hold)
    assert (sum(tombstones_purge()), _texts(world)) == (1, [None])


def test_hold_on_a_request_covers_its_desk(settings: Settings) -> None:
    settings.CHAT = {"UNDO_WINDOW": 0}
    world = make_world(GroupType.SUPPORT)
    staff = world.people[Role.STAFF]
    note = note_send(acting_user=staff, group_id=world.id, message_text="evidence").message
    message_delete(acting_user=staff, message_id=note.pk)
    hold_place(acting_user=staff, reason="case 7", group=world.group)

    assert list(tombstones_purge()) == []
    assert ChatMessage.objects.get(pk=note.pk).message_text == "evidence"


def test_holds_are_in_the_book_and_lifted_once() -> None:
    moderator, person = make_person(), make_person()
    before = everything()
    with pytest.raises(InvalidInput) as refused:
        hold_place(acting_user=moderator, reason=" ", user_id=person.pk)
    assert (refused.value.field, everything()) == ("reason", before)

    hold = hold_place(acting_user=moderator, reason="case 7", user_id=person.pk)
    assert [hold_lift(acting_user=moderator, hold=hold) for _ in range(2)] == [True, False]

    acts = list(AuditEntry.objects.order_by("at", "pk").values_list("action", "target_id", "details"))
    assert acts == [
        (action, str(hold.pk), {"user": str(person.pk)})
        for action in (AuditAction.HOLD_PLACED, AuditAction.HOLD_LIFTED)
    ]
    LegalHold.objects.all().delete()
    with pytest.raises(NotFound):
        hold_lift(acting_user=moderator, hold=hold)


@pytest.fixture
def old(settings: Settings) -> tuple[World, Any, Any]:
    """A group whose messages, and what the system said, are ten days old."""
    settings.CHAT = {"RETENTION": {"group": 9}, "FLOOD_RATE": None}
    world, owner, [member] = small_group()
    for text in ("one", "two", "three"):
        world.say(owner, text)
    _age(world, days=10)
    return world, owner, member


def test_retention_leaves_tombstones_and_what_the_system_said(old: Any, hearing: Hearing) -> None:
    world, owner, member = old
    said = list(ChatMessage.objects.filter(group_id=world.id, message_type="system").values())
    world.say(owner, "new")
    peer = make_world(GroupType.PEER)
    peer.say(peer.people[Role.OWNER], "of another type")
    _age(peer, days=1000)
    with hearing() as heard:
        assert list(messages_retire(batch_size=2)) == [2, 1]

    assert [type(event) for event in heard] == [MessageExpired] * 3
    assert [text for text in _texts(world) if text] == ["new"]
    assert [text for text in _texts(peer) if text] == ["of another type"]
    assert list(ChatMessage.objects.filter(group_id=world.id, message_type="system").values()) == said
    assert world.group.memberships.with_unread().get(user=member).unread == 1
    group = ChatGroup.objects.get(pk=world.id)
    versions = ChatMessage.objects.filter(group=group, purged_at__isnull=False).values_list("version", flat=True)
    assert sorted(versions) == list(range(group.version - 2, group.version + 1))
    assert list(messages_retire()) == []


@by_person_and_by_group
def test_retention_leaves_what_is_held_as_it_is(held: str, old: Any) -> None:
    world, owner, _ = old
    before = _texts(world)
    hold = _hold(held, world, owner)

    assert list(messages_retire()) == []
    assert _texts(world) == before

    hold_lift(acting_user=owner, hold=hold)
    assert list(messages_retire()) == [3]


def test_retention_reaches_groups_that_were_deleted_and_is_off_by_default(old: Any, settings: Settings) -> None:
    world, _, _ = old
    ChatGroup.objects.filter(pk=world.id).update(deleted_at=timezone.now())
    settings.CHAT = {}
    assert list(messages_retire()) == []
    settings.CHAT = {"RETENTION": {"group": 9}}
    assert list(messages_retire()) == [3]
