"""Groups: the caller's list, starting, reading, changing and deleting one."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from chat.adapter import UserId
from chat.api import examples
from chat.api.base import ChatViewSet
from chat.api.conditional import conditional
from chat.api.filters import GroupFilters
from chat.api.inputs import GroupChange, GroupStart, PageQuery
from chat.api.pagination import KeysetPagination
from chat.api.schema import GROUP, operation
from chat.api.shapes import GroupDetailShape, GroupListedShape
from chat.api.shapes.people import REJECTED, GroupStartedShape
from chat.models import ChatGroupUser, listed_first
from chat.models.listing import LISTED_FIELDS, LISTED_ORDER
from chat.roles import GroupType
from chat.serializers import group_detail_json, groups_json, others_shown
from chat.serializers.people import rejected_json
from chat.services.groups import Started, group_delete, group_start, group_update, peer_start, support_start


class GroupViewSet(ChatViewSet):
    """Conversations."""

    for_visitors = frozenset({"list", "retrieve"})
    inputs = {"create": GroupStart, "partial_update": GroupChange}
    filter_backends = (DjangoFilterBackend,)
    filterset_class = GroupFilters
    queryset = ChatGroupUser.objects.none()
    pagination_class = KeysetPagination
    keyset = LISTED_ORDER

    def get_queryset(self) -> QuerySet[Any]:
        """Return the caller's memberships, with what the list shows."""
        return ChatGroupUser.objects.conversations_of(self.request.user).with_listing()

    def form_of(self, membership: ChatGroupUser) -> object:
        """Return the group as it is."""
        return membership.group

    @operation(
        "List my groups: pinned ones first, then by latest activity",
        answers={200: (GroupListedShape(many=True), examples.GROUP_LISTED)},
        errors=(400,),
        parameters=(PageQuery,),
        conditional=True,
    )
    def list(self, request: Request) -> HttpResponse:
        """Answer a page of the caller's groups."""
        pages = KeysetPagination()
        if request.query_params.keys() - {"limit"}:
            found = self.filter_queryset(self.get_queryset()).values(*LISTED_FIELDS)
            rows: list[dict[str, Any]] = pages.paginate_queryset(found, request, self)
        else:
            rows = pages.read_page(request, self, partial(listed_first, request.user.pk))
        versions = [(row["group_id"], row["group__version"], row["state_version"]) for row in rows]
        others = others_shown(rows, request.user)  # whatever people show, or hide, has no version of its own
        state = [versions, pages.next, *others.values()]
        return conditional(request, state, lambda: pages.body(groups_json(rows, request.user, others)))

    @operation(
        "Start a group, or the one conversation of two people",
        request=GroupStart,
        body={"group_type": "group", "name": "Climbing on Tuesday", "member_ids": ["2", "3"]},
        answers={
            201: (GroupStartedShape, examples.GROUP_DETAIL | {"rejected": [REJECTED]}),
            200: (GroupStartedShape, examples.GROUP_DETAIL | {"group_type": "peer", "name": None, "rejected": []}),
        },
        errors=(403,),
    )
    def create(self, request: Request) -> Response:
        """Start a group, without those who do not let themselves be added; 200 if two people had theirs already."""
        started = self._start(**self.read_input())
        self.kwargs["group_id"] = str(started.group.pk)
        code = status.HTTP_201_CREATED if started.created else status.HTTP_200_OK
        rejected = {"rejected": rejected_json(started.rejected)}
        return Response(group_detail_json(self.membership) | rejected, status=code)

    @operation(
        "Read a group with its members",
        parameters=(GROUP,),
        answers={200: (GroupDetailShape, examples.GROUP_DETAIL)},
        errors=(404,),
    )
    def retrieve(self, request: Request, group_id: str) -> Response:
        """Answer the group as the caller sees it."""
        return Response(group_detail_json(self.membership))

    @operation(
        "Change a group's name, description or settings",
        parameters=(GROUP,),
        request=GroupChange,
        body={"name": "Climbing on Wednesday"},
        answers={200: (GroupDetailShape, examples.GROUP_DETAIL)},
        errors=(403, 404),
    )
    def partial_update(self, request: Request, group_id: str) -> Response:
        """Change what is named, and answer the group."""
        group_update(acting_user=request.user, group_id=self.group_id, **self.read_input())
        return Response(group_detail_json(self.membership))

    @operation("Delete a group for everyone", parameters=(GROUP,), answers={204: (None, None)}, errors=(403, 404))
    def destroy(self, request: Request, group_id: str) -> Response:
        """Delete the group."""
        group_delete(acting_user=request.user, group_id=self.group_id)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _start(self, *, group_type: str, member_ids: Sequence[UserId] = (), **values: Any) -> Started:
        match group_type:
            case GroupType.SUPPORT:
                return support_start(acting_user=self.request.user, staff_ids=member_ids, **values)
            case GroupType.PEER:
                return peer_start(acting_user=self.request.user, user_id=member_ids[0])
            case _:
                return group_start(acting_user=self.request.user, member_ids=member_ids, **values)
