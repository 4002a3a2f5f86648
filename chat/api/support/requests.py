"""The queue of requests, and what staff make of one: take, assign, status, tags, priority."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from chat import policy
from chat.api.inputs.support import ANY, Assignment, PriorityNew, RequestsQuery, StatusNew, Tags
from chat.api.pagination import KeysetPagination
from chat.api.schema import GROUP, operation
from chat.api.shapes.support import CLIENT, REQUEST, RequestShape
from chat.api.support.base import DeskViewSet
from chat.models import ChatGroup
from chat.models.support.queue import queue_visible_to
from chat.roles import Action
from chat.serializers.support import requests_json
from chat.services.support.assignments import request_assign, request_take
from chat.services.support.statuses import request_set_status
from chat.services.support.tags import request_set_priority, request_set_tags


class RequestViewSet(DeskViewSet):
    """Support requests, for staff."""

    inputs = {
        "partial_update": StatusNew,
        "assign": Assignment,
        "tags": Tags,
        "priority": PriorityNew,
    }
    queryset = ChatGroup.objects.none()
    pagination_class = KeysetPagination
    keyset = ("-priority", "created_at", "pk")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the requests that the caller sees as staff and the query names."""
        query, rows = self.read_query(RequestsQuery), queue_visible_to(self.request.user)
        if query["assignee"] != ANY:
            rows = rows.filter(assignee=None if query["assignee"] == "none" else self.request.user.pk)
        if query["status"] != ANY:
            rows = rows.filter(support_status=query["status"])
        if priority := query.get("priority"):
            rows = rows.filter(priority=priority)
        if tag := query.get("tag"):
            rows = rows.filter(request_tags__tag__name=tag)
        return rows.select_related("request", "desk")

    @operation(
        "List requests, the most urgent first, then the oldest",
        parameters=(RequestsQuery,),
        answers={200: (RequestShape(many=True), REQUEST)},
        errors=(400, 403),
    )
    def list(self, request: Request) -> Response:
        """Answer a page of requests that nobody has taken, or that the caller serves."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        self.require_staff()
        return self.get_paginated_response(requests_json(rows, request.user))

    @operation("Read a request as staff", parameters=(GROUP,), answers={200: (RequestShape, REQUEST)}, errors=(404,))
    def retrieve(self, request: Request, group_id: str) -> Response:
        """Answer the request."""
        return self.answer()

    @operation(
        "Change the status of a request",
        parameters=(GROUP,),
        request=StatusNew,
        body={"status": "snoozed", "snoozed_until": "2026-03-05T07:00:00.000000Z"},
        answers={200: (RequestShape, REQUEST | {"status": "snoozed"})},
        errors=(403, 404, 409),
    )
    def partial_update(self, request: Request, group_id: str) -> Response:
        """Give it the status, and answer the request. Clients have ``resolve/``."""
        values = self.read_input()
        policy.require(policy.may(self.membership, Action.SUPPORT_STATUS))
        request_set_status(acting_user=request.user, group_id=self.group_id, **values)
        return self.answer()

    @operation(
        "Take a request that nobody takes care of",
        parameters=(GROUP,),
        answers={200: (RequestShape, REQUEST)},
        errors=(403, 404, 409),
    )
    def take(self, request: Request, group_id: str) -> Response:
        """Make the caller staff in it, and the one who takes care of it."""
        request_take(acting_user=request.user, group_id=self.group_id)
        return self.answer()

    @operation(
        "Assign a request, or hand it over with a note",
        parameters=(GROUP,),
        request=Assignment,
        body={"user_id": "2", "note": "They were charged twice; you know billing."},
        answers={200: (RequestShape, REQUEST | {"assignee": CLIENT | {"id": "2", "name": "Ben"}})},
        errors=(403, 404, 409),
    )
    def assign(self, request: Request, group_id: str) -> Response:
        """Have somebody else, or nobody, take care of it."""
        request_assign(acting_user=request.user, group_id=self.group_id, **self.read_input())
        return self.answer()

    @operation(
        "Set all tags of a request",
        parameters=(GROUP,),
        request=Tags,
        body={"tags": ["billing"]},
        answers={200: (RequestShape, REQUEST)},
        errors=(403, 404, 409),
    )
    def tags(self, request: Request, group_id: str) -> Response:
        """Give it exactly these tags."""
        request_set_tags(acting_user=request.user, group_id=self.group_id, names=self.read_input()["tags"])
        return self.answer()

    @operation(
        "Say how urgent a request is",
        parameters=(GROUP,),
        request=PriorityNew,
        body={"priority": 4},
        answers={200: (RequestShape, REQUEST | {"priority": 4})},
        errors=(403, 404, 409),
    )
    def priority(self, request: Request, group_id: str) -> Response:
        """Give it the priority."""
        request_set_priority(acting_user=request.user, group_id=self.group_id, **self.read_input())
        return self.answer()
