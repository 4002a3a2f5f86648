"""The desk as a whole: when it is open, how it did, its tags."""

from zoneinfo import ZoneInfo

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from chat.adapter import get_adapter
from chat.api.inputs.support import SummaryQuery
from chat.api.schema import operation
from chat.api.shapes.support import HOURS, SUMMARY, HoursShape, SummaryShape, TagsShape
from chat.api.support.base import DeskViewSet
from chat.models import BusinessHours, SupportTag
from chat.models.support.summary import summarize
from chat.serializers.support import hours_json, summary_json


class TenantViewSet(DeskViewSet):
    """The tenant's desk."""

    @property
    def scope(self) -> str:
        """The caller's tenant."""
        return get_adapter().scope_of(self.request.user)


class HoursViewSet(TenantViewSet):
    """When the desk is open."""

    for_visitors = frozenset({"hours"})

    @operation("Read when the support desk is open", answers={200: (HoursShape, HOURS)})
    def hours(self, request: Request) -> Response:
        """Answer its week, holidays, and from when on somebody is there."""
        return Response(hours_json(BusinessHours.objects.of_scope(self.scope).first(), timezone.now()))


class SummaryViewSet(TenantViewSet):
    """How the desk did."""

    @operation(
        "Sum up how the desk did: per person, day and tag",
        parameters=(SummaryQuery,),
        answers={200: (SummaryShape, SUMMARY)},
        errors=(400, 403),
    )
    def summary(self, request: Request) -> Response:
        """Answer what was answered first, and what was resolved, in that time."""
        query = self.read_query(SummaryQuery)
        self.require_staff()
        hours = BusinessHours.objects.filter(scope=self.scope).first()
        zone = ZoneInfo(hours.time_zone) if hours else timezone.get_default_timezone()
        return Response(summary_json(summarize(self.scope, zone=zone, **query), request.user.pk))


class TagsViewSet(TenantViewSet):
    """What requests are about."""

    @operation("List the tags of the desk, by name", answers={200: (TagsShape, {"tags": ["billing"]})}, errors=(403,))
    def tags(self, request: Request) -> Response:
        """Answer every tag that the tenant has."""
        self.require_staff()
        # Index: chat_tag_once.
        tags = SupportTag.objects.filter(scope=self.scope).order_by("name")
        return Response({"tags": list(tags.values_list("name", flat=True))})
