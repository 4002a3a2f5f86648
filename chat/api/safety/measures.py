"""Silencing members of a group for a time, and banning people from it."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from chat import policy
from chat.api import examples
from chat.api.base import ChatViewSet
from chat.api.inputs import PageQuery
from chat.api.inputs.safety import BanNew, Silence
from chat.api.pagination import KeysetPagination
from chat.api.schema import GROUP, PERSON, operation
from chat.api.shapes import MemberShape
from chat.api.shapes.safety import BAN, BanShape
from chat.models import Ban
from chat.roles import Action
from chat.serializers import members_json
from chat.serializers.safety import bans_json
from chat.services.safety.bans import ban_lift, member_ban
from chat.services.safety.silences import member_silence

UNTIL = "2026-03-03T08:00:00.000000Z"


class SilenceViewSet(ChatViewSet):
    """Who is to be silent."""

    inputs = {"update": Silence}

    @operation(
        "Silence a member for a time",
        parameters=(GROUP, PERSON),
        request=Silence,
        body={"until": UNTIL},
        answers={200: (MemberShape, examples.MEMBER | {"role": "member", "silenced_until": UNTIL})},
        errors=(403, 404),
    )
    def update(self, request: Request, group_id: str, user_id: str) -> Response:
        """Let them write nothing before then."""
        return self._set(self.read_input()["until"])

    @operation(
        "Let a silenced member write again",
        parameters=(GROUP, PERSON),
        answers={200: (MemberShape, examples.MEMBER | {"role": "member"})},
        errors=(403, 404),
    )
    def destroy(self, request: Request, group_id: str, user_id: str) -> Response:
        """Lift it; of a member who is not silenced nothing changes."""
        return self._set(None)

    def _set(self, until: Any) -> Response:  # noqa: ANN401 (a time, or None)
        member = member_silence(
            acting_user=self.request.user, group_id=self.group_id, user_id=self.member_id, until=until
        )
        return Response(members_json([member], self.request.user.pk)[0])


class BanViewSet(ChatViewSet):
    """Who may not come back."""

    inputs = {"create": BanNew}
    queryset = Ban.objects.none()
    pagination_class = KeysetPagination
    keyset = ("-created_at", "-pk")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the bans of the group in the address, for who may ban."""
        policy.require(policy.may(self.membership, Action.MEMBER_BAN))
        return Ban.objects.filter(group=self.membership.group_id)

    @operation(
        "List who is banned from a group, latest first",
        parameters=(GROUP, PageQuery),
        answers={200: (BanShape(many=True), BAN)},
        errors=(400, 403, 404),
    )
    def list(self, request: Request, group_id: str) -> Response:
        """Answer a page of bans."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(bans_json(rows, request.user.pk))

    @operation(
        "Ban a person from a group",
        parameters=(GROUP,),
        request=BanNew,
        body={"user_id": "2", "reason": "Advertisements"},
        answers={201: (BanShape, BAN)},
        errors=(403, 404),
    )
    def create(self, request: Request, group_id: str) -> Response:
        """Remove them for good; who is banned already stays so, for the first reason."""
        ban = member_ban(acting_user=request.user, group_id=self.group_id, **self.read_input())
        return Response(bans_json([ban], request.user.pk)[0], status=status.HTTP_201_CREATED)

    @operation("Lift a ban", parameters=(GROUP, PERSON), answers={204: (None, None)}, errors=(403, 404))
    def destroy(self, request: Request, group_id: str, user_id: str) -> Response:
        """Let them be added, or join, again."""
        ban_lift(acting_user=request.user, group_id=self.group_id, user_id=self.member_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
