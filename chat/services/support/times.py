"""How long things took, in seconds inside the business hours of the tenant's desk."""

from datetime import datetime, timedelta

from chat.choices import SupportStatus
from chat.models import BusinessHours, ChatGroup, StatusChange


def seconds_between(scope: str, *spans: tuple[datetime, datetime]) -> int:
    """Return for how long the desk of ``scope`` was open in these spans together; without hours it always is.

    At most three statements.
    """
    hours = BusinessHours.objects.of_scope(scope).first()
    if hours is None:
        return int(sum((until - since for since, until in spans), timedelta()).total_seconds())
    opening = hours.opening()
    return sum(opening.seconds(since, until) for since, until in spans)


def resolution_seconds(group: ChatGroup, until: datetime) -> int:
    """Return how long a request was unresolved, from its start ``until`` it is resolved now.

    The time in which it was taken for resolved, before somebody reopened it, does not count. At most four statements.
    """
    return seconds_between(group.scope, *_unresolved(group, until))


def _unresolved(group: ChatGroup, until: datetime) -> list[tuple[datetime, datetime]]:
    spans, since = [], group.created_at
    status: str = SupportStatus.OPEN
    for change in StatusChange.objects.filter(group=group).order_by("version"):
        if change.status == SupportStatus.RESOLVED and status != SupportStatus.RESOLVED:
            spans.append((since, change.at))
        if change.status != SupportStatus.RESOLVED and status == SupportStatus.RESOLVED:
            since = change.at
        status = change.status
    return spans if status == SupportStatus.RESOLVED else [*spans, (since, until)]
