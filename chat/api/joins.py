"""Requests to join a group."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from chat import policy
from chat.api.base import ChatViewSet
from chat.api.inputs import PageQuery
from chat.api.inputs.invitations import JoinAnswer
from chat.api.pagination import KeysetPagination
from chat.api.schema import GROUP, JOIN_ID, operation
from chat.api.shapes.invitations import ACCEPTED, JOIN, JoinShape
from chat.exceptions import NotFound
from chat.models import JoinRequest
from chat.roles import Action
from chat.serializers.invitations import joins_json
from chat.services.people.join_requests import join_request_answer


class JoinViewSet(ChatViewSet):
    """What people asked for."""

    inputs = {"partial_update": JoinAnswer}
    queryset = JoinRequest.objects.none()
    pagination_class = KeysetPagination

    @property
    def keyset(self) -> tuple[str, ...]:  # type: ignore[override]  # those who wait longest come first
        """The order of the list that is asked for."""
        return ("created_at", "pk") if self.action == "waiting" else ("-created_at", "-pk")

    def get_queryset(self) -> QuerySet[Any]:
        """Return what waits in the group in the address (raises NotAllowed), or what the caller asked for."""
        if self.action != "waiting":
            return JoinRequest.objects.of(self.request.user).select_related("group")
        policy.require(policy.may(self.membership, Action.MEMBER_INVITE))
        rows = JoinRequest.objects.waiting().filter(group=self.membership.group_id)
        return rows.select_related("group")

    @operation(
        "List what I asked to join, newest first",
        parameters=(PageQuery,),
        answers={200: (JoinShape(many=True), JOIN)},
        errors=(400,),
    )
    def list(self, request: Request) -> Response:
        """Answer a page of the caller's own, answered ones included."""
        return self._page()

    @operation(
        "List who waits to join a group, the longest first",
        parameters=(GROUP, PageQuery),
        answers={200: (JoinShape(many=True), JOIN)},
        errors=(400, 403, 404),
    )
    def waiting(self, request: Request, group_id: str) -> Response:
        """Answer a page of those who wait for an answer."""
        return self._page()

    @operation(
        "Read a request to join",
        parameters=(JOIN_ID,),
        answers={200: (JoinShape, JOIN)},
        errors=(404,),
    )
    def retrieve(self, request: Request, join_id: str) -> Response:
        """Answer it to who asked, and to who may answer."""
        rows = JoinRequest.objects.visible_to(request.user).select_related("group")
        row = rows.filter(pk=self.path_uuid("join_id")).first()
        if row is None:
            raise NotFound
        return Response(joins_json([row], request.user.pk)[0])

    @operation(
        "Accept, reject or withdraw a request to join",
        parameters=(JOIN_ID,),
        request=JoinAnswer,
        body={"state": "accepted"},
        answers={200: (JoinShape, ACCEPTED)},
        errors=(403, 404, 409),
    )
    def partial_update(self, request: Request, join_id: str) -> Response:
        """Answer it."""
        wanted = self.path_uuid("join_id")
        row = join_request_answer(acting_user=request.user, request_id=wanted, **self.read_input())
        return Response(joins_json([row], request.user.pk)[0])

    def _page(self) -> Response:
        rows = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(joins_json(rows, self.request.user.pk))
