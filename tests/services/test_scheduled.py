"""Messages to come: said now, sent when their time is there, once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from pytest_django import Settings

from chat.events import MessageCreated, StateChanged
from chat.exceptions import Conflict, InvalidInput, NotAllowed, NotFound
from chat.models import ChatGroup, ChatMessage, ScheduledMessage
from chat.roles import GroupType, Role, ScheduleState
from chat.services import scheduled_sending
from chat.services.groups import group_delete, group_update
from chat.services.members import member_leave, member_remove
from chat.services.scheduled import scheduled_create, scheduled_delete, scheduled_update
from chat.services.scheduled_sending import Attempt, scheduled_send_due
from chat.services.tombstones import message_delete
from tests.services.conftest import Hearing
from tests.services.worlds import World, everything, make_world, small_group

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def _later(hours: int = 1) -> datetime:
    return timezone.now() + hours * HOUR


def _schedule(world: World, user: Any, text: str = "later", **fields: Any) -> ScheduledMessage:
    at = {"send_at": _later()} | fields
    return scheduled_create(acting_user=user, group_id=world.id, message_text=text, **at)


def _come_due(*rows: ScheduledMessage) -> None:
    """Let the time of ``rows`` (or all) have come, the first of them first."""
    for number, row in enumerate(rows or ScheduledMessage.objects.order_by("send_at")):
        ScheduledMessage.objects.filter(pk=row.pk).update(send_at=timezone.now() - HOUR + timedelta(seconds=number))


def test_due_message_is_sent_once_as_its_author_said(hearing: Hearing) -> None:
    world, owner, [member] = small_group()
    target = world.say(owner)
    row = _schedule(world, member, "later", reply_to_id=target.pk, mention_ids=[owner.pk], reference_id="7")
    _schedule(world, member, "not yet")
    assert list(scheduled_send_due()) == []
    _come_due(row)
    due_at = ScheduledMessage.objects.get(pk=row.pk).send_at
    with hearing() as heard:
        assert list(scheduled_send_due()) == [Attempt(row.pk)]
        assert list(scheduled_send_due()) == []

    sent = ChatMessage.objects.get(client_id=row.pk)
    assert (sent.message_text, sent.sender_id, sent.reply_to_id) == ("later", member.pk, target.pk)
    assert (sent.sent_at, sent.reference_id, sent.metadata) == (due_at, "7", {"mentions": [str(owner.pk)]})
    assert sent.created_at > due_at
    assert [MessageCreated in type(event).__mro__ for event in heard][:1] == [True]
    assert list(ScheduledMessage.objects.values_list("content__message_text", flat=True)) == ["not yet"]


def test_due_messages_are_sent_in_the_order_of_their_times() -> None:
    world, owner, _ = small_group()
    rows = [_schedule(world, owner, text) for text in "cab"]
    _come_due(rows[1], rows[2], rows[0])

    assert len(list(scheduled_send_due())) == 3

    assert "".join(ChatMessage.objects.order_by("seq").values_list("message_text", flat=True)) == "abc"


def test_only_its_author_knows_of_it(hearing: Hearing) -> None:
    world, owner, [member] = small_group()
    version, state = ChatGroup.objects.get(pk=world.id).version, world.membership(member).state_version
    with hearing() as heard:
        row = _schedule(world, member)

    assert ChatGroup.objects.get(pk=world.id).version == version
    assert heard == [StateChanged(group_id=world.id, actor_id=member.pk, state_version=state + 1)]
    assert list(ScheduledMessage.objects.visible_to(member)) == [row]
    before = everything()
    for other in (owner, world.stranger or make_world(GroupType.PEER).stranger):
        assert not ScheduledMessage.objects.visible_to(other).exists()
        with pytest.raises(NotFound):
            scheduled_update(acting_user=other, scheduled_id=row.pk, message_text="mine")
        with pytest.raises(NotFound):
            scheduled_delete(acting_user=other, scheduled_id=row.pk)
    assert everything()["ChatMessage"] == before["ChatMessage"]
    assert ScheduledMessage.objects.get().content["message_text"] == "later"


def test_author_changes_it_or_gives_it_up() -> None:
    world, owner, _ = small_group()
    row, at = _schedule(world, owner, reference_id="7"), _later(5)

    changed = scheduled_update(acting_user=owner, scheduled_id=row.pk, message_text="other", send_at=at)
    assert (changed.content["message_text"], changed.content["reference_id"]) == ("other", "7")
    assert str(changed) == f"{owner.pk} at {at}"
    assert changed.send_at == at
    scheduled_delete(acting_user=owner, scheduled_id=row.pk)

    for gone in (row.pk, uuid4()):
        with pytest.raises(NotFound):
            scheduled_delete(acting_user=owner, scheduled_id=gone)
        with pytest.raises(NotFound):
            scheduled_update(acting_user=owner, scheduled_id=gone)


@pytest.mark.parametrize(
    ("send_at", "code"),
    [
        (datetime(2000, 1, 1, tzinfo=UTC), "out_of_range"),
        (datetime(9999, 12, 31, tzinfo=UTC), "out_of_range"),
        (datetime(2100, 1, 1), "no_timezone"),  # noqa: DTZ001
        ("2100-01-01T00:00:00Z", "no_timezone"),
        (4102444800, "no_timezone"),
    ],
)
def test_time_that_cannot_be_is_refused(send_at: Any, code: str) -> None:
    world, owner, _ = small_group()
    row = _schedule(world, owner)
    for attempt in (
        lambda: _schedule(world, owner, send_at=send_at),
        lambda: scheduled_update(acting_user=owner, scheduled_id=row.pk, send_at=send_at),
    ):
        with pytest.raises(InvalidInput) as refused:
            attempt()
        assert (refused.value.code, refused.value.field) == (code, "send_at")
    assert ScheduledMessage.objects.count() == 1


def test_what_could_not_be_sent_cannot_be_scheduled() -> None:
    world = make_world(GroupType.GROUP, posting="admins")
    with pytest.raises(NotAllowed):
        _schedule(world, world.people[Role.MEMBER])
    for outsider in (world.stranger, world.former):
        with pytest.raises(NotFound):
            _schedule(world, outsider)
    owner = world.people[Role.OWNER]
    wrong: list[dict[str, Any]] = [
        {"text": " "},
        {"text": "a\x00b"},
        {"reply_to_id": uuid4()},
        {"mention_ids": [world.stranger.pk]},
        {"attachment_ids": [uuid4()]},
    ]
    for fields in wrong:
        with pytest.raises(InvalidInput):
            _schedule(world, owner, **fields)
    peer = make_world(GroupType.PEER)
    peer.people[Role.MEMBER].delete()
    with pytest.raises(Conflict):
        _schedule(peer, peer.people[Role.OWNER])
    assert not ScheduledMessage.objects.exists()


def test_number_in_one_group_is_limited_for_each(settings: Settings) -> None:
    settings.CHAT = {"SCHEDULED_MAX": 2}
    world, owner, [member] = small_group()
    first = _schedule(world, owner)
    _schedule(world, owner)
    with pytest.raises(Conflict) as refused:
        _schedule(world, owner)
    assert refused.value.code == "too_many_scheduled"

    _schedule(world, member)
    scheduled_delete(acting_user=owner, scheduled_id=first.pk)
    _schedule(world, owner)


def test_refused_message_is_kept_for_its_author_who_tries_again(hearing: Hearing) -> None:
    world, owner, [member] = small_group()
    target = world.say(member)
    row = _schedule(world, owner, reply_to_id=target.pk)
    message_delete(acting_user=member, message_id=target.pk)
    _come_due(row)
    with hearing() as heard:
        assert list(scheduled_send_due()) == [Attempt(row.pk, "unknown_message")]
        assert list(scheduled_send_due()) == []

    failed = ScheduledMessage.objects.get(pk=row.pk)
    assert (failed.state, failed.error_code) == (ScheduleState.FAILED, "unknown_message")
    assert [type(event) for event in heard] == [StateChanged]
    with pytest.raises(InvalidInput):
        scheduled_update(acting_user=owner, scheduled_id=row.pk, reply_to_id=None)  # its time is over
    again = scheduled_update(acting_user=owner, scheduled_id=row.pk, reply_to_id=None, send_at=_later())
    assert (again.state, again.error_code) == (ScheduleState.WAITING, "")
    _come_due(row)
    assert list(scheduled_send_due()) == [Attempt(row.pk)]


def test_who_may_not_send_any_more_is_refused_then() -> None:
    world, owner, [member] = small_group()
    row = _schedule(world, member)
    group_update(acting_user=owner, group_id=world.id, posting="admins")
    _come_due(row)

    assert list(scheduled_send_due()) == [Attempt(row.pk, "not_allowed")]


def test_closed_conversation_refuses_what_was_scheduled() -> None:
    world = make_world(GroupType.PEER)
    row = _schedule(world, world.people[Role.OWNER])
    world.people[Role.MEMBER].delete()
    _come_due(row)

    assert list(scheduled_send_due()) == [Attempt(row.pk, "group_closed")]


def test_account_that_may_not_sign_in_says_nothing() -> None:
    world, owner, _ = small_group()
    row = _schedule(world, owner)
    get_user_model()._default_manager.filter(pk=owner.pk).update(is_active=False)
    _come_due(row)

    assert list(scheduled_send_due()) == [Attempt(row.pk, "account_inactive")]
    assert not ChatMessage.objects.exists()


def test_who_goes_takes_along_what_they_scheduled() -> None:
    world, owner, people = small_group(3)
    removed, left, gone = people
    for person in people:
        _schedule(world, person)
    kept = _schedule(world, owner)

    member_remove(acting_user=owner, group_id=world.id, user_id=removed.pk)
    member_leave(acting_user=left, group_id=world.id)
    gone.delete()

    assert list(ScheduledMessage.objects.all()) == [kept]


def test_row_that_nobody_sees_goes_without_being_sent() -> None:
    world, owner, [member] = small_group()
    rows = [_schedule(world, owner), _schedule(world, member)]
    ScheduledMessage.objects.filter(pk=rows[1].pk).update(user=None)
    group_delete(acting_user=owner, group_id=world.id)
    _come_due(*rows)

    assert list(scheduled_send_due()) == []

    assert not ScheduledMessage.objects.exists()
    assert not ChatMessage.objects.exists()


def test_what_breaks_stops_nobody_else_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world, owner, _ = small_group()
    broken, fine = _schedule(world, owner, "broken"), _schedule(world, owner, "fine")
    _come_due(broken, fine)
    send = scheduled_sending.reviewed_send

    def fail(**arguments: Any) -> Any:
        if arguments["outgoing"].message_text == "broken":
            raise RuntimeError
        return send(**arguments)

    with monkeypatch.context() as patch:
        patch.setattr(scheduled_sending, "reviewed_send", fail)
        assert list(scheduled_send_due()) == [Attempt(fine.pk)]
    assert str(broken.pk) in caplog.text
    assert list(scheduled_send_due()) == [Attempt(broken.pk)]


def test_row_that_came_back_is_not_sent_twice() -> None:
    """As after a restored backup of that table alone: its id was a client_id already."""
    world, owner, _ = small_group()
    row = _schedule(world, owner)
    _come_due(row)
    kept = ScheduledMessage.objects.get(pk=row.pk)
    assert list(scheduled_send_due()) == [Attempt(row.pk)]
    kept.save(force_insert=True)

    assert list(scheduled_send_due()) == [Attempt(row.pk)]

    assert ChatMessage.objects.count() == 1


def test_id_that_somebody_used_meanwhile_fails_with_its_code() -> None:
    world, owner, _ = small_group()
    row = _schedule(world, owner)
    world.say(owner, "other", client_id=row.pk)
    _come_due(row)

    assert list(scheduled_send_due()) == [Attempt(row.pk, "client_id_reused")]


def test_row_that_is_taken_meanwhile_is_passed_over() -> None:
    world, owner, _ = small_group()
    row = _schedule(world, owner)
    _come_due(row)
    kept = ScheduledMessage.objects.get(pk=row.pk)
    kept.delete()
    kept.pk = row.pk

    assert scheduled_sending._attempt(kept) is None
