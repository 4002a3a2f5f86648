"""People report messages and people; only moderators learn of it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError

from chat.exceptions import Conflict, InvalidInput, NotFound
from chat.models import AuditEntry, ChatMessage, Report, ReportedMessage
from chat.roles import GroupType, Role
from chat.services.groups import group_start, group_update
from chat.services.hiding import message_hide
from chat.services.members import member_leave
from chat.services.safety.reports import message_report, report_decide, user_report
from chat.services.safety.suspensions import user_suspend
from chat.services.tombstones import message_delete, tombstones_purge
from tests.services.conftest import Hearing
from tests.services.worlds import World, everything, make_person, make_world, small_group

Reporting = Callable[..., object]

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture
def world() -> World:
    return make_world(GroupType.GROUP)


@pytest.fixture
def members(world: World) -> tuple[Any, Any]:
    """Return who reports and who is reported."""
    return world.people[Role.MEMBER], world.others[Role.MEMBER]


def test_message_is_reported_once_while_that_is_open(world: World, members: tuple[Any, Any], hearing: Hearing) -> None:
    reporter, spammer = members
    message = world.say(spammer)
    with hearing() as heard:
        first = message_report(acting_user=reporter, message_id=message.pk, kind="spam", reason="Look.")
        again = message_report(acting_user=reporter, message_id=message.pk, kind="scam")
        another = message_report(acting_user=world.people[Role.OWNER], message_id=message.pk, kind="scam")

    assert (first.created, again.created, another.created) == (True, False, True)
    assert again.report == first.report
    report = first.report
    assert (report.reporter_id, report.reported_id, report.group_id) == (reporter.pk, spammer.pk, world.id)
    assert (report.kind, report.reason, report.state) == ("spam", "Look.", "pending")
    assert [row.message_id for row in report.messages.all()] == [message.pk]
    assert heard == [], "nobody is told"
    report_decide(acting_user=make_person(), report=report, state="dismissed")
    assert message_report(acting_user=reporter, message_id=message.pk, kind="spam").created


@pytest.mark.parametrize("whose", ["stranger", "former", "late", "hidden"])
def test_what_somebody_does_not_see_they_cannot_report(whose: str, world: World) -> None:
    message = world.say(world.people[Role.OWNER])
    outsider = {"stranger": world.stranger, "former": world.former, "late": make_person()}.get(whose)
    if outsider is None:
        outsider = world.people[Role.MEMBER]
        message_hide(acting_user=outsider, message_id=message.pk)
    before = everything()

    with pytest.raises(NotFound):
        message_report(acting_user=outsider, message_id=message.pk, kind="spam")
    with pytest.raises(NotFound):
        message_report(acting_user=outsider, message_id=uuid4(), kind="spam")

    assert everything() == before


def test_own_messages_and_those_of_the_system_are_not_reported(world: World, members: tuple[Any, Any]) -> None:
    reporter, _ = members
    group_update(acting_user=world.people[Role.OWNER], group_id=world.id, name="New")
    line = ChatMessage.objects.get(message_type="system")
    for message in (line, world.say(reporter)):
        with pytest.raises(Conflict) as refused:
            message_report(acting_user=reporter, message_id=message.pk, kind="spam")
        assert refused.value.code == "not_reportable"


def test_deleted_message_is_reported_until_its_text_is_gone(
    world: World, members: tuple[Any, Any], settings: Any
) -> None:
    reporter, spammer = members
    message = world.say(spammer)
    message_delete(acting_user=spammer, message_id=message.pk)
    assert message_report(acting_user=reporter, message_id=message.pk, kind="harassment").created

    settings.CHAT = {"UNDO_WINDOW": 0}
    list(tombstones_purge())

    with pytest.raises(Conflict) as refused:
        message_report(acting_user=world.people[Role.OWNER], message_id=message.pk, kind="harassment")
    assert refused.value.code == "message_gone"


def test_person_is_reported_with_messages_and_more_join_them(world: World, members: tuple[Any, Any]) -> None:
    reporter, spammer = members
    one, two = world.say(spammer), world.say(spammer)
    first = user_report(acting_user=reporter, user_id=spammer.pk, kind="harassment", message_ids=[one.pk])
    again = user_report(acting_user=reporter, user_id=spammer.pk, kind="spam", message_ids=[one.pk, two.pk])

    assert (first.created, again.created) == (True, False)
    assert again.report == first.report
    assert (first.report.kind, first.report.group_id) == ("harassment", None)
    assert {row.message_id for row in first.report.messages.all()} == {one.pk, two.pk}
    assert message_report(acting_user=reporter, message_id=one.pk, kind="spam").created, "a report of its own"


def test_evidence_is_what_the_person_wrote_and_the_reporter_sees(world: World, members: tuple[Any, Any]) -> None:
    reporter, spammer = members
    elsewhere = group_start(acting_user=spammer).group
    unseen = World(elsewhere, {}).say(spammer)
    for wrong in (world.say(reporter), world.say(world.people[Role.OWNER]), unseen):
        with pytest.raises(InvalidInput) as refused:
            user_report(acting_user=reporter, user_id=spammer.pk, kind="spam", message_ids=[wrong.pk])
        assert (refused.value.code, refused.value.field) == ("unknown_message", "message_ids")
    assert not Report.objects.exists()


def test_reports_name_a_bounded_number_of_messages(world: World, members: tuple[Any, Any], settings: Any) -> None:
    reporter, spammer = members
    ids = [world.say(spammer).pk for _ in range(3)]
    settings.CHAT = {"REPORT_MESSAGES_MAX": 2}
    with pytest.raises(InvalidInput) as refused:
        user_report(acting_user=reporter, user_id=spammer.pk, kind="spam", message_ids=ids)
    assert refused.value.code == "too_many"


def test_person_is_known_who_can_be_found_or_was_met(world: World, members: tuple[Any, Any]) -> None:
    reporter, spammer = members
    assert user_report(acting_user=reporter, user_id=world.stranger.pk, kind="impersonation").created
    member_leave(acting_user=spammer, group_id=world.id)
    type(spammer).objects.filter(pk=spammer.pk).update(is_active=False)
    assert user_report(acting_user=reporter, user_id=spammer.pk, kind="spam").created
    with pytest.raises(NotFound):
        user_report(acting_user=world.stranger, user_id=spammer.pk, kind="spam")
    with pytest.raises(Conflict):
        user_report(acting_user=reporter, user_id=reporter.pk, kind="spam")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"kind": "boring"}, "kind"), ({"reason": "x" * 2001}, "reason"), ({"reason": "\x00"}, "reason")],
)
def test_wrong_values_report_nobody(wrong: Any, field: str, world: World, members: tuple[Any, Any]) -> None:
    reporter, spammer = members
    message = world.say(spammer)
    reports: list[Reporting] = [
        lambda **values: message_report(acting_user=reporter, message_id=message.pk, **values),
        lambda **values: user_report(acting_user=reporter, user_id=spammer.pk, **values),
    ]
    for report in reports:
        with pytest.raises(InvalidInput) as refused:
            report(**{"kind": "spam"} | wrong)
        assert refused.value.field == field
    assert not Report.objects.exists()


def test_suspended_people_may_report(world: World, members: tuple[Any, Any]) -> None:
    reporter, spammer = members
    message = world.say(spammer)
    user_suspend(acting_user=make_person(), user=reporter)

    assert message_report(acting_user=reporter, message_id=message.pk, kind="spam").created


def test_decision_is_kept_and_in_the_book(world: World, members: tuple[Any, Any]) -> None:
    reporter, spammer = members
    moderator = make_person()
    report = message_report(acting_user=reporter, message_id=world.say(spammer).pk, kind="spam").report

    report = report_decide(acting_user=moderator, report=report, state="reviewed")
    report = report_decide(acting_user=moderator, report=report, state="action_taken")
    report_decide(acting_user=moderator, report=report, state="action_taken")

    report.refresh_from_db()
    assert (report.state, report.reviewed_by_id) == ("action_taken", moderator.pk)
    assert report.reviewed_at is not None
    entries = AuditEntry.objects.order_by("pk")
    assert [entry.details for entry in entries] == [
        {"from": "pending", "to": "reviewed"},
        {"from": "reviewed", "to": "action_taken"},
    ]
    assert {(entry.actor_id, entry.target_id, entry.group_id) for entry in entries} == {
        (moderator.pk, str(report.pk), world.id)
    }
    for wrong in ("pending", "forgotten"):
        with pytest.raises(InvalidInput):
            report_decide(acting_user=moderator, report=report, state=wrong)


def test_what_the_database_refuses_for_another_reason_is_no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    world, owner, [member] = small_group()
    message = world.say(member)

    def fail(_rows: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(ReportedMessage.objects, "bulk_create", fail)
    with pytest.raises(IntegrityError):
        message_report(acting_user=owner, message_id=message.pk, kind="spam")
    assert not Report.objects.exists()
