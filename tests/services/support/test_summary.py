"""How the desk did: per person, day and tag, in six statements."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from chat.models import ChatGroup, SupportRequest
from chat.models.support.summary import Tally, summarize
from chat.services.support.tags import request_set_tags
from tests.services.support.desk_world import make_staff, queued, request_world

pytestmark = pytest.mark.django_db
MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)


def _request(staff: Any, at: datetime, *, first: int, whole: int | None = None, rating: int | None = None) -> Any:
    group = queued()
    ChatGroup.objects.filter(pk=group.pk).update(assignee=staff.pk)
    SupportRequest.objects.filter(pk=group.pk).update(
        first_response_at=at,
        first_response_by=staff.pk,
        first_response_seconds=first,
        resolved_at=None if whole is None else at,
        resolution_seconds=whole,
        rating=rating,
        rated_at=None if rating is None else at,
    )
    return group


def test_summary_is_by_person_day_and_tag(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ada, ben = make_staff(), make_staff()
    _request(ada, MIDNIGHT, first=10, whole=100, rating=5)
    _request(ada, MIDNIGHT + timedelta(hours=22), first=20, whole=300)  # Tuesday in Addis Ababa
    _request(ben, MIDNIGHT + timedelta(hours=1), first=60)
    _request(ben, MIDNIGHT + timedelta(days=7), first=999)
    elsewhere = _request(ben, MIDNIGHT, first=999)
    ChatGroup.objects.filter(pk=elsewhere.pk).update(scope="elsewhere")
    world, _, staff, _ = request_world()
    request_set_tags(acting_user=staff, group_id=world.id, names=["billing", "angry"])
    SupportRequest.objects.filter(pk=world.id).update(
        first_response_at=MIDNIGHT, first_response_by=ada.pk, first_response_seconds=30
    )

    with django_assert_num_queries(6):
        summary = summarize("", MIDNIGHT, MIDNIGHT + timedelta(days=7), ZoneInfo("Africa/Addis_Ababa"))

    assert summary.people == {ada.pk: Tally(3, 20, 2, 200, 5), ben.pk: Tally(1, 60)}
    assert summary.days == {
        date(2026, 3, 2): Tally(3, pytest.approx(100 / 3), 1, 100, 5),
        date(2026, 3, 3): Tally(1, 20, 1, 300),
    }
    assert summary.tags == {"billing": Tally(1, 30), "angry": Tally(1, 30)}
