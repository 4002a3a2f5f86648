"""The caller's own erasure: asked for, looked at, taken back while it waits."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.base import ChatViewSet
from chat.api.inputs import PageQuery
from chat.api.inputs.safety import ErasureNew
from chat.api.pagination import KeysetPagination
from chat.api.schema import ERASURE_ID, operation
from chat.api.shapes.exports import ERASURE, ErasureShape
from chat.exceptions import NotFound
from chat.models import Erasure
from chat.serializers.exports import erasure_json
from chat.services.duty.erasures import erasure_request, erasure_withdraw


class ErasureViewSet(ChatViewSet):
    """What the caller asked for, or somebody for them."""

    scopes = {"create": "erasure"}
    inputs = {"create": ErasureNew}
    queryset = Erasure.objects.none()
    pagination_class = KeysetPagination
    keyset = ("-created_at", "-pk")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the caller's own."""
        return Erasure.objects.visible_to(self.request.user)

    @operation(
        "List my erasures, newest first",
        parameters=(PageQuery,),
        answers={200: (ErasureShape(many=True), ERASURE)},
        errors=(400,),
    )
    def list(self, request: Request) -> Response:
        """Answer a page of them."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response([erasure_json(row) for row in rows])

    @operation(
        "Ask to be erased",
        request=ErasureNew,
        body={"confirm": True},
        answers={202: (ErasureShape, ERASURE)},
        errors=(409,),
    )
    def create(self, request: Request) -> Response:
        """Have everything that the caller wrote erased, after a while in which they can take it back."""
        self.read_input()
        row = erasure_request(acting_user=request.user, user_id=request.user.pk)
        return Response(erasure_json(row), status=status.HTTP_202_ACCEPTED)

    @operation(
        "See how far an erasure of mine is",
        parameters=(ERASURE_ID,),
        answers={200: (ErasureShape, ERASURE)},
        errors=(404,),
    )
    def retrieve(self, request: Request, erasure_id: str) -> Response:
        """Answer it."""
        row = self.get_queryset().filter(pk=self.path_uuid("erasure_id")).first()
        if row is None:
            raise NotFound
        return Response(erasure_json(row))

    @operation(
        "Take back that I asked to be erased",
        parameters=(ERASURE_ID,),
        answers={204: (None, None)},
        errors=(404, 409),
    )
    def destroy(self, request: Request, erasure_id: str) -> Response:
        """Take it back before it begins."""
        erasure_withdraw(acting_user=request.user, erasure_id=self.path_uuid("erasure_id"))
        return Response(status=status.HTTP_204_NO_CONTENT)
