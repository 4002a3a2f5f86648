"""Words that staff need often."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.base import ChatViewSet
from chat.api.inputs import PageQuery
from chat.api.inputs.support import CannedChange, CannedNew, CannedQuery
from chat.api.pagination import KeysetPagination
from chat.api.schema import operation
from chat.api.shapes.support import CANNED, CannedShape, TextShape
from chat.models import CannedReply
from chat.serializers.support import canned_json
from chat.services.support.canned import canned_create, canned_delete, canned_render, canned_update

CANNED_ID = OpenApiParameter("canned_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The words.")


class CannedViewSet(ChatViewSet):
    """Canned replies: one's own, and everybody's."""

    inputs = {"create": CannedNew, "partial_update": CannedChange}
    queryset = CannedReply.objects.none()
    pagination_class = KeysetPagination
    keyset = ("name", "pk")

    def get_queryset(self) -> QuerySet[Any]:
        """Return what the caller may use."""
        return CannedReply.objects.visible_to(self.request.user)

    @operation(
        "List canned replies, mine and everybody's, by name",
        parameters=(PageQuery,),
        answers={200: (CannedShape(many=True), CANNED)},
        errors=(400,),
    )
    def list(self, request: Request) -> Response:
        """Answer a page of them; others than support staff have none."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response([canned_json(row) for row in rows])

    @operation(
        "Keep a canned reply of mine",
        request=CannedNew,
        body={"name": CANNED["name"], "text": CANNED["text"]},
        answers={201: (CannedShape, CANNED)},
        errors=(403, 409),
    )
    def create(self, request: Request) -> Response:
        """Keep the words."""
        reply = canned_create(acting_user=request.user, **self.read_input())
        return Response(canned_json(reply), status=status.HTTP_201_CREATED)

    @operation(
        "Change a canned reply of mine",
        parameters=(CANNED_ID,),
        request=CannedChange,
        body={"text": "Hello {{client_name}}!"},
        answers={200: (CannedShape, CANNED | {"text": "Hello {{client_name}}!"})},
        errors=(403, 404, 409),
    )
    def partial_update(self, request: Request, canned_id: str) -> Response:
        """Change what is named."""
        wanted = self.path_uuid("canned_id")
        return Response(canned_json(canned_update(acting_user=request.user, canned_id=wanted, **self.read_input())))

    @operation(
        "Throw a canned reply of mine away",
        parameters=(CANNED_ID,),
        answers={204: (None, None)},
        errors=(403, 404),
    )
    def destroy(self, request: Request, canned_id: str) -> Response:
        """Remove the words."""
        canned_delete(acting_user=request.user, canned_id=self.path_uuid("canned_id"))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @operation(
        "Read a canned reply with the names of a request",
        parameters=(CANNED_ID, CannedQuery),
        answers={200: (TextShape, {"text": "Hi Gebre, this is Ben."})},
        errors=(400, 404),
    )
    def render(self, request: Request, canned_id: str) -> Response:
        """Answer the words as they are to be sent."""
        wanted, group_id = self.path_uuid("canned_id"), self.read_query(CannedQuery)["group_id"]
        return Response({"text": canned_render(acting_user=request.user, canned_id=wanted, group_id=group_id)})
