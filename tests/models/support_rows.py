"""Rows of the support desk that the database must refuse, by the constraint that refuses them."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

from django.db.models.functions import Now

from chat.models import (
    Attendance,
    BusinessHours,
    CannedReply,
    ChatGroup,
    Holiday,
    OpeningInterval,
    RequestTag,
    StatusChange,
    SupportRequest,
    SupportTag,
)
from chat.roles import GroupType
from tests.services.worlds import make_person, make_world

Bad = Callable[[], object]


def _request(**values: Any) -> Bad:
    return lambda: ChatGroup.objects.filter(pk=make_world(GroupType.SUPPORT).id).update(**values)


def _group(**values: Any) -> Bad:
    return lambda: ChatGroup.objects.filter(pk=make_world(GroupType.GROUP).id).update(**values)


def _rated(**values: Any) -> Bad:
    return lambda: SupportRequest.objects.filter(pk=make_world(GroupType.SUPPORT).id).update(**values)


def _twice(make: Callable[[ChatGroup, Any], object]) -> Bad:
    def insert() -> None:
        group, user = make_world(GroupType.SUPPORT).group, make_person()
        for _ in range(2):
            make(group, user)

    return insert


def _change(**values: Any) -> Callable[[ChatGroup, Any], object]:
    return lambda group, _: StatusChange.objects.create(
        **{"group": group, "version": 900, "status": "open", "at": Now()} | values
    )


def _reply(*, own: bool) -> Callable[[ChatGroup, Any], object]:
    times = {"created_at": Now(), "changed_at": Now()}
    return lambda _, user: CannedReply.objects.create(owner=user if own else None, name="hello", text="x", **times)


def _hours(*make: Callable[[BusinessHours], object]) -> Bad:
    def insert() -> None:
        hours = BusinessHours.objects.create()
        for one in make:
            one(hours)

    return insert


def _interval(**values: Any) -> Callable[[BusinessHours], object]:
    fields = {"weekday": 0, "opens": time(9), "closes": time(17)} | values
    return lambda hours: OpeningInterval.objects.create(hours=hours, **fields)


def _holiday(hours: BusinessHours) -> object:
    return Holiday.objects.create(hours=hours, date=date(2026, 12, 25))


def _tag(group: ChatGroup, _: Any) -> object:
    tag, _created = SupportTag.objects.get_or_create(name="billing")
    return RequestTag.objects.create(group=group, tag=tag)


SUPPORT_ROWS: dict[str, list[Bad]] = {
    "chat_group_status_iff_request": [
        _request(support_status=None),
        _request(support_status="lost"),
        _group(support_status="open"),
        _group(assignee=1),
    ],
    "chat_group_priority_known": [_request(priority=0), _group(priority=5)],
    "chat_request_rating": [_rated(rating=5), _rated(rating=6, rated_at=Now()), _rated(rated_at=Now())],
    "chat_status_version": [_twice(_change())],
    "chat_status_known": [_twice(_change(status="lost"))],
    "chat_tag_once": [_twice(lambda _group, _user: SupportTag.objects.create(name="billing"))],
    "chat_request_tag_once": [_twice(_tag)],
    "chat_canned_once": [_twice(_reply(own=True))],
    "chat_canned_shared_once": [_twice(_reply(own=False))],
    "chat_attendance_once": [
        _twice(lambda group, user: Attendance.objects.create(group=group, user=user, looked_at=Now()))
    ],
    "chat_interval_once": [_hours(_interval(), _interval(closes=time(18)))],
    "chat_interval_weekday": [_hours(_interval(weekday=7))],
    "chat_interval_forward": [_hours(_interval(closes=time(9))), _hours(_interval(closes=time(8)))],
    "chat_holiday_once": [_hours(_holiday, _holiday)],
}
