"""How the desk did over a time: per person, day and tag."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from django.db.models import Avg, Count, F, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncDate

from chat.models.support.request import SupportRequest


@dataclass(slots=True)
class Tally:
    """How many requests were answered first, and how many resolved, with averages in seconds inside business hours."""

    answered: int = 0
    first_response_seconds: float | None = None
    resolved: int = 0
    resolution_seconds: float | None = None
    rating: float | None = None


Tallies = dict[Any, Tally]


@dataclass(frozen=True, slots=True)
class Summary:
    """By user key (who answered; whose the resolved request was, None: nobody's), by day, and by name of the tag."""

    people: Tallies
    days: Tallies
    tags: Tallies


def summarize(scope: str, since: datetime, until: datetime, zone: tzinfo) -> Summary:
    """Return what a tenant's desk answered and resolved from ``since`` until before ``until``. Six statements."""
    requests = SupportRequest.objects.filter(group__scope=scope, group__deleted_at__isnull=True)
    # Indexes: chat_request_answered, chat_request_resolved.
    answered = requests.filter(first_response_at__gte=since, first_response_at__lt=until)
    resolved = requests.filter(resolved_at__gte=since, resolved_at__lt=until)
    tag = F("group__request_tags__tag__name")
    tagged = {"group__request_tags__isnull": False}
    return Summary(
        people=_tallies(answered, F("first_response_by"), resolved, F("group__assignee")),
        days=_tallies(
            answered,
            TruncDate("first_response_at", tzinfo=zone),
            resolved,
            TruncDate("resolved_at", tzinfo=zone),
        ),
        tags=_tallies(answered.filter(**tagged), tag, resolved.filter(**tagged), tag),
    )


def _tallies(
    answered: QuerySet[SupportRequest],
    answered_by: Combinable,
    resolved: QuerySet[SupportRequest],
    resolved_by: Combinable,
) -> Tallies:
    found: Tallies = {}
    firsts: Any = answered.values_list(answered_by).annotate(Count("pk"), Avg("first_response_seconds"))
    for key, count, seconds in firsts.order_by():
        tally = found.setdefault(key, Tally())
        tally.answered, tally.first_response_seconds = count, seconds
    ends: Any = resolved.values_list(resolved_by).annotate(Count("pk"), Avg("resolution_seconds"), Avg("rating"))
    for key, count, seconds, rating in ends.order_by():
        tally = found.setdefault(key, Tally())
        tally.resolved, tally.resolution_seconds, tally.rating = count, seconds, rating
    return found
