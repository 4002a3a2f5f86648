"""Calls, as records."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.base import ChatViewSet
from chat.api.inputs.calls import CallNew, CallsQuery, CallStep
from chat.api.pagination import KeysetPagination
from chat.api.schema import CALL_ID, GROUP, operation
from chat.api.shapes.calls import CALL, RINGING, CallShape
from chat.exceptions import NotFound
from chat.models import Call
from chat.serializers.calls import calls_json
from chat.services.calls import call_set_state, call_start, calls_now


class CallViewSet(ChatViewSet):
    """Calls that the caller of the API has a part in."""

    inputs = {"create": CallNew, "partial_update": CallStep}
    queryset = Call.objects.none()
    pagination_class = KeysetPagination
    keyset = ("-pk",)

    def get_queryset(self) -> QuerySet[Any]:
        """Return the calls with a part of the caller's, in one conversation if it is named."""
        rows = Call.objects.visible_to(self.request.user)
        group_id = self.read_query(CallsQuery).get("chat_group_id")
        # Indexes: chat_call_person; chat_call_listed.
        return rows if group_id is None else rows.filter(group=group_id)

    @operation(
        "List my calls, newest first",
        parameters=(CallsQuery,),
        answers={200: (CallShape(many=True), CALL)},
        errors=(400,),
    )
    def list(self, request: Request) -> Response:
        """Answer a page of calls."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(calls_json(calls_now(rows)))

    @operation(
        "Call the others",
        parameters=(GROUP,),
        request=CallNew,
        body={"call_type": "voice"},
        answers={201: (CallShape, CALL), 200: (CallShape, RINGING)},
        errors=(403, 404, 409),
    )
    def create(self, request: Request, group_id: str) -> Response:
        """Answer the new call; 200 and the one that goes on where there is one."""
        called = call_start(acting_user=request.user, group_id=self.group_id, **self.read_input())
        code = status.HTTP_201_CREATED if called.created else status.HTTP_200_OK
        return Response(calls_json([called.call])[0], status=code)

    @operation("Read a call", parameters=(CALL_ID,), answers={200: (CallShape, CALL)}, errors=(404,))
    def retrieve(self, request: Request, call_id: str) -> Response:
        """Answer it as it is now."""
        call = Call.objects.visible_to(request.user).filter(pk=self.path_uuid("call_id")).first()
        if call is None:
            raise NotFound
        return Response(calls_json(calls_now([call]))[0])

    @operation(
        "Say that a call rings, answer, decline, cancel or end it",
        parameters=(CALL_ID,),
        request=CallStep,
        body={"state": "ringing"},
        answers={200: (CallShape, RINGING)},
        errors=(403, 404, 409),
    )
    def partial_update(self, request: Request, call_id: str) -> Response:
        """Take the step, and answer the call."""
        call = call_set_state(acting_user=request.user, call_id=self.path_uuid("call_id"), **self.read_input())
        return Response(calls_json([call])[0])
