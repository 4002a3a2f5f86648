"""Who is in a group."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api import examples
from chat.api.base import ChatViewSet
from chat.api.inputs import MemberChange, MemberNew, PageQuery, Transfer
from chat.api.inputs.people import MembersNew
from chat.api.pagination import KeysetPagination
from chat.api.schema import GROUP, PERSON, operation
from chat.api.shapes import GroupDetailShape, MemberShape
from chat.api.shapes.people import REJECTED, AdditionsShape
from chat.models import ChatGroupUser
from chat.serializers import group_detail_json, members_json
from chat.serializers.people import rejected_json
from chat.services.additions import members_add
from chat.services.members import member_add, member_leave, member_remove, member_set_role, ownership_transfer


class MemberViewSet(ChatViewSet):
    """Members of a group."""

    inputs = {"create": MemberNew, "several": MembersNew, "partial_update": MemberChange, "transfer": Transfer}
    queryset = ChatGroupUser.objects.none()
    pagination_class = KeysetPagination
    keyset = ("created_at", "pk")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the live members of the group in the address, if the caller is one."""
        return ChatGroupUser.objects.live().filter(group_id=self.membership.group_id)

    @operation(
        "List the members, in the order of joining",
        parameters=(GROUP, PageQuery),
        answers={200: (MemberShape(many=True), examples.MEMBER)},
        errors=(400, 404),
    )
    def list(self, request: Request, group_id: str) -> Response:
        """Answer a page of members."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(members_json(rows, request.user.pk))

    @operation(
        "Add a person",
        parameters=(GROUP,),
        request=MemberNew,
        body={"user_id": "3", "role": "member"},
        answers={201: (MemberShape, examples.MEMBER), 200: (MemberShape, examples.MEMBER)},
        errors=(403, 404, 409),
    )
    def create(self, request: Request, group_id: str) -> Response:
        """Add the person; who is a member already keeps their role."""
        added = member_add(acting_user=request.user, group_id=self.group_id, **self.read_input())
        code = status.HTTP_201_CREATED if added.created else status.HTTP_200_OK
        return Response(members_json([added.membership], request.user.pk)[0], status=code)

    @operation(
        "Add several people",
        parameters=(GROUP,),
        request=MembersNew,
        body={"user_ids": ["2", "3"], "role": "member"},
        answers={200: (AdditionsShape, {"added": [examples.MEMBER], "rejected": [REJECTED]})},
        errors=(403, 404),
    )
    def several(self, request: Request, group_id: str) -> Response:
        """Add those who can be added, and say who was not."""
        done = members_add(acting_user=request.user, group_id=self.group_id, **self.read_input())
        added = members_json(done.added, request.user.pk)
        return Response({"added": added, "rejected": rejected_json(done.rejected)})

    @operation(
        "Change a member's role",
        parameters=(GROUP, PERSON),
        request=MemberChange,
        body={"role": "admin"},
        answers={200: (MemberShape, examples.MEMBER | {"role": "admin"})},
        errors=(403, 404, 409),
    )
    def partial_update(self, request: Request, group_id: str, user_id: str) -> Response:
        """Give the member another role."""
        member = member_set_role(
            acting_user=request.user, group_id=self.group_id, user_id=self.member_id, **self.read_input()
        )
        return Response(members_json([member], request.user.pk)[0])

    @operation("Remove a person", parameters=(GROUP, PERSON), answers={204: (None, None)}, errors=(403, 404))
    def destroy(self, request: Request, group_id: str, user_id: str) -> Response:
        """Remove the member."""
        member_remove(acting_user=request.user, group_id=self.group_id, user_id=self.member_id)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @operation("Leave the group", parameters=(GROUP,), answers={204: (None, None)}, errors=(403, 404))
    def leave(self, request: Request, group_id: str) -> Response:
        """End the caller's own membership."""
        member_leave(acting_user=request.user, group_id=self.group_id)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @operation(
        "Hand over ownership",
        parameters=(GROUP,),
        request=Transfer,
        body={"user_id": "2"},
        answers={200: (GroupDetailShape, examples.GROUP_DETAIL)},
        errors=(403, 404, 409),
    )
    def transfer(self, request: Request, group_id: str) -> Response:
        """Make another member the owner; the caller becomes an admin."""
        ownership_transfer(acting_user=request.user, group_id=self.group_id, **self.read_input())
        return Response(group_detail_json(self.membership))
