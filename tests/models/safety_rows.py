"""Rows of reports and measures that the database must refuse, by the constraint that refuses them."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.db.models.functions import Now

from chat.models import Ban, HeldMessage, Report, ReportedMessage, Suspension
from tests.services.worlds import make_person, small_group

Bad = Callable[[], object]


def _report(times: int = 1, **values: Any) -> Bad:
    def insert() -> None:
        people = {"reporter": make_person(), "reported": make_person(), "created_at": Now(), "kind": "spam"}
        for _ in range(times):
            Report.objects.create(**people | values)

    return insert


def _reported(*, same_report: bool) -> Bad:
    """Insert a message that one person reports twice: in one report, or in two that are open."""

    def insert() -> None:
        world, owner, [member] = small_group()
        message = world.say(owner)
        values: dict[str, Any] = {"reporter": member, "reported": owner, "group": world.group, "kind": "spam"}
        reports = [Report.objects.create(**values, created_at=Now()) for _ in range(2)]
        for number in range(2):
            report = reports[0 if same_report else number]
            ReportedMessage.objects.create(
                report=report, group=world.group, message=message, reporter=member, is_open=not same_report
            )

    return insert


def _ban_twice() -> None:
    world, owner, [member] = small_group()
    for _ in range(2):
        Ban.objects.create(group=world.group, user=member, created_by=owner, created_at=Now())


def _suspend_twice() -> None:
    person = make_person()
    for _ in range(2):
        Suspension.objects.create(user=person, created_at=Now())


def _hold_twice() -> None:
    world, owner, _ = small_group()
    key = uuid4()
    for _ in range(2):
        HeldMessage.objects.create(group=world.group, user=owner, client_id=key, content={}, created_at=Now())


def _slow() -> None:
    world, _, _ = small_group()
    world.group.slow_mode = 0
    world.group.save()


SAFETY_ROWS: dict[str, list[Bad]] = {
    "chat_group_slow_mode_positive": [_slow],
    "chat_report_kind": [_report(kind="boring"), _report(kind="")],
    "chat_report_state": [_report(state="forgotten")],
    "chat_report_open_once": [_report(times=2)],
    "chat_reported_once": [_reported(same_report=True)],
    "chat_reported_open_once": [_reported(same_report=False)],
    "chat_ban_once": [_ban_twice],
    "chat_suspension_one": [_suspend_twice],
    "chat_held_once": [_hold_twice],
}
