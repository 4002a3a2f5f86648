"""What the caller said and a moderator has to approve of."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.base import ChatViewSet
from chat.api.inputs import PageQuery
from chat.api.pagination import KeysetPagination
from chat.api.schema import GROUP, HELD_ID, operation
from chat.api.shapes.held import HELD, HeldShape
from chat.models import HeldMessage
from chat.serializers.held import held_json
from chat.services.safety.held import held_withdraw


class HeldViewSet(ChatViewSet):
    """The caller's messages that wait for a moderator."""

    queryset = HeldMessage.objects.none()
    pagination_class = KeysetPagination
    keyset = ("created_at", "pk")

    def get_queryset(self) -> QuerySet[Any]:
        """Return what the caller has waiting in the group in the address."""
        return HeldMessage.objects.of(self.membership)

    @operation(
        "List my messages that wait for a moderator, the oldest first",
        parameters=(GROUP, PageQuery),
        answers={200: (HeldShape(many=True), HELD)},
        errors=(400, 404),
    )
    def list(self, request: Request, group_id: str) -> Response:
        """Answer a page of the caller's own."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response([held_json(row) for row in rows])

    @operation(
        "Withdraw a message that waits for a moderator",
        parameters=(HELD_ID,),
        answers={204: (None, None)},
        errors=(404,),
    )
    def destroy(self, request: Request, held_id: str) -> Response:
        """Do not send it."""
        held_withdraw(acting_user=request.user, held_id=self.path_uuid("held_id"))
        return Response(status=status.HTTP_204_NO_CONTENT)
