"""Invitations: links into a group."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from chat import policy
from chat.api import examples
from chat.api.base import ChatViewSet
from chat.api.inputs import PageQuery
from chat.api.inputs.invitations import InvitationNew, Join
from chat.api.pagination import KeysetPagination
from chat.api.schema import GROUP, INVITATION_ID, INVITATION_TOKEN, operation
from chat.api.shapes import MemberShape
from chat.api.shapes.invitations import INVITATION, JOIN, PREVIEW, InvitationShape, JoinShape, PreviewShape
from chat.models import Invitation
from chat.roles import Action
from chat.serializers import members_json
from chat.serializers.invitations import invitation_json, joins_json, preview_json
from chat.services.people.invitations import (
    invitation_create,
    invitation_join,
    invitation_preview,
    invitation_revoke,
)


class InvitationViewSet(ChatViewSet):
    """The links into a group, for those who may invite."""

    inputs = {"create": InvitationNew}
    queryset = Invitation.objects.none()
    pagination_class = KeysetPagination
    keyset = ("-created_at", "-pk")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the invitations of the group in the address. Raises NotAllowed."""
        policy.require(policy.may(self.membership, Action.MEMBER_INVITE))
        # Index: chat_invitation_listed.
        return Invitation.objects.filter(group=self.membership.group_id)

    @operation(
        "List a group's invitations, newest first",
        parameters=(GROUP, PageQuery),
        answers={200: (InvitationShape(many=True), INVITATION)},
        errors=(400, 403, 404),
    )
    def list(self, request: Request, group_id: str) -> Response:
        """Answer a page of invitations, those that are over included."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response([invitation_json(row) for row in rows])

    @operation(
        "Make a link with which people join",
        parameters=(GROUP,),
        request=InvitationNew,
        body={"use_limit": 10, "expires_at": "2026-04-01T00:00:00.000000Z"},
        answers={201: (InvitationShape, INVITATION | {"use_count": 0})},
        errors=(403, 404),
    )
    def create(self, request: Request, group_id: str) -> Response:
        """Make it."""
        row = invitation_create(acting_user=request.user, group_id=self.group_id, **self.read_input())
        return Response(invitation_json(row), status=status.HTTP_201_CREATED)

    @operation(
        "Revoke an invitation",
        parameters=(GROUP, INVITATION_ID),
        answers={200: (InvitationShape, INVITATION | {"revoked_at": "2026-03-03T08:20:00.000000Z"})},
        errors=(403, 404),
    )
    def destroy(self, request: Request, group_id: str, invitation_id: str) -> Response:
        """Let its link lead nowhere any more, and answer it."""
        wanted = self.path_uuid("invitation_id")
        row = invitation_revoke(acting_user=request.user, group_id=self.group_id, invitation_id=wanted)
        return Response(invitation_json(row))


class LinkViewSet(ChatViewSet):
    """A link, for whoever has it."""

    inputs = {"join": Join}

    @operation(
        "Look at what an invitation leads to",
        parameters=(INVITATION_TOKEN,),
        answers={200: (PreviewShape, PREVIEW)},
        errors=(403, 404, 409),
    )
    def retrieve(self, request: Request, invitation_token: str) -> Response:
        """Answer a little of the group, and who invites."""
        preview = invitation_preview(acting_user=request.user, token=invitation_token, now=timezone.now())
        return Response(preview_json(preview, request.user.pk))

    @operation(
        "Join by an invitation, or ask to",
        parameters=(INVITATION_TOKEN,),
        request=Join,
        body={"text": "We met on Sunday."},
        answers={
            201: (MemberShape, examples.MEMBER | {"role": "member"}),
            200: (MemberShape, examples.MEMBER | {"role": "member"}),
            202: (JoinShape, JOIN),
        },
        errors=(403, 404, 409),
    )
    def join(self, request: Request, invitation_token: str) -> Response:
        """Answer the caller's membership; 202 and the request where somebody must let them in first."""
        joined = invitation_join(acting_user=request.user, token=invitation_token, **self.read_input())
        if joined.request is not None:
            return Response(joins_json([joined.request], request.user.pk)[0], status=status.HTTP_202_ACCEPTED)
        code = status.HTTP_201_CREATED if joined.created else status.HTTP_200_OK
        return Response(members_json([joined.membership] if joined.membership else [], request.user.pk)[0], status=code)
