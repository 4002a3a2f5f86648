"""Messages to come: everybody's own."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.base import ChatViewSet
from chat.api.inputs import PageQuery
from chat.api.inputs.scheduled import ScheduledChange, ScheduledNew
from chat.api.pagination import KeysetPagination
from chat.api.schema import GROUP, SCHEDULED_ID, operation
from chat.api.shapes.scheduled import SCHEDULED, ScheduledShape
from chat.exceptions import NotFound
from chat.models import ScheduledMessage
from chat.serializers.scheduled import scheduled_json
from chat.services.scheduled import scheduled_create, scheduled_delete, scheduled_update


class ScheduledViewSet(ChatViewSet):
    """What the caller has scheduled."""

    inputs = {"create": ScheduledNew, "partial_update": ScheduledChange}
    queryset = ScheduledMessage.objects.none()
    pagination_class = KeysetPagination
    keyset = ("send_at", "pk")

    def get_queryset(self) -> QuerySet[Any]:
        """Return what the caller has scheduled in the group in the address."""
        return ScheduledMessage.objects.of(self.membership)

    @operation(
        "List my scheduled messages, the next one first",
        parameters=(GROUP, PageQuery),
        answers={200: (ScheduledShape(many=True), SCHEDULED)},
        errors=(400, 404),
    )
    def list(self, request: Request, group_id: str) -> Response:
        """Answer a page of the caller's own, failed ones included."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response([scheduled_json(row) for row in rows])

    @operation(
        "Schedule a message",
        parameters=(GROUP,),
        request=ScheduledNew,
        body={"message_text": "Happy birthday!", "send_at": "2026-03-05T07:00:00.000000Z"},
        answers={201: (ScheduledShape, SCHEDULED)},
        errors=(403, 404, 409),
    )
    def create(self, request: Request, group_id: str) -> Response:
        """Keep it until its time."""
        row = scheduled_create(acting_user=request.user, group_id=self.group_id, **self.read_input())
        return Response(scheduled_json(row), status=status.HTTP_201_CREATED)

    @operation(
        "Read a scheduled message of mine",
        parameters=(SCHEDULED_ID,),
        answers={200: (ScheduledShape, SCHEDULED)},
        errors=(404,),
    )
    def retrieve(self, request: Request, scheduled_id: str) -> Response:
        """Answer it."""
        rows = ScheduledMessage.objects.visible_to(request.user)
        row = rows.filter(pk=self.path_uuid("scheduled_id")).first()
        if row is None:
            raise NotFound
        return Response(scheduled_json(row))

    @operation(
        "Change a scheduled message, or try one again that failed",
        parameters=(SCHEDULED_ID,),
        request=ScheduledChange,
        body={"send_at": "2026-03-05T08:00:00.000000Z"},
        answers={200: (ScheduledShape, SCHEDULED | {"send_at": "2026-03-05T08:00:00.000000Z"})},
        errors=(403, 404, 409),
    )
    def partial_update(self, request: Request, scheduled_id: str) -> Response:
        """Change what is named."""
        wanted = self.path_uuid("scheduled_id")
        row = scheduled_update(acting_user=request.user, scheduled_id=wanted, **self.read_input())
        return Response(scheduled_json(row))

    @operation(
        "Give up a scheduled message",
        parameters=(SCHEDULED_ID,),
        answers={204: (None, None)},
        errors=(404,),
    )
    def destroy(self, request: Request, scheduled_id: str) -> Response:
        """Do not send it."""
        scheduled_delete(acting_user=request.user, scheduled_id=self.path_uuid("scheduled_id"))
        return Response(status=status.HTTP_204_NO_CONTENT)
