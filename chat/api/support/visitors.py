"""Asking for help without an account, and having it once there is one."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from chat.adapter import User, get_adapter
from chat.api import examples
from chat.api.base import ChatViewSet
from chat.api.inputs.support import VisitorNew
from chat.api.schema import operation
from chat.api.shapes import GroupDetailShape
from chat.api.shapes.support import CLIENT, ClaimedShape
from chat.api.throttling import AddressThrottle
from chat.api.visitors import visitor_forget, visitor_of, visitor_remember
from chat.exceptions import Conflict
from chat.serializers import group_detail_json
from chat.services.groups import support_start
from chat.services.support.visitors import guest_claim, guest_start

STARTED = examples.GROUP_DETAIL | {
    "group_type": "support",
    "name": None,
    "client_user_id": CLIENT["id"],
    "support_status": "open",
    "my_role": "client",
}


class VisitorViewSet(ChatViewSet):
    """Visitors."""

    inputs = {"create": VisitorNew}
    scopes = {"create": "visitor"}
    for_visitors = frozenset({"create"})

    def get_permissions(self) -> list[Any]:
        """Let everybody ask for help."""
        return [AllowAny()] if self.action == "create" else list(super().get_permissions())

    def get_throttles(self) -> list[BaseThrottle]:
        """Limit by address who has no name yet."""
        return [AddressThrottle()] if self.action == "create" else super().get_throttles()

    @operation(
        "Ask for help without an account",
        request=VisitorNew,
        body={"name": "Gebre"},
        answers={201: (GroupDetailShape, STARTED)},
        errors=(403, 409),
    )
    def create(self, request: Request) -> Response:
        """Open a request of a guest, who is remembered by a cookie; the same visitor again opens another one."""
        values, guest = self.read_input(), visitor_of(request._request)  # noqa: SLF001 (Django's own)
        if request.user.is_authenticated and request.user != guest:
            raise Conflict(_("You are signed in: ask for help as yourself."), code="signed_in")
        request.user = guest or guest_start(**values)
        group = support_start(acting_user=request.user, client_user_id=request.user.pk).group
        self.kwargs["group_id"] = str(group.pk)
        response = Response(group_detail_json(self.membership), status=status.HTTP_201_CREATED)
        visitor_remember(request._request, response, request.user)  # noqa: SLF001 (Django's own)
        return response

    @operation(
        "Have the requests that I opened before I had an account",
        answers={200: (ClaimedShape, {"chat_group_ids": [examples.GROUP_ID]})},
        errors=(403, 409),
    )
    def claim(self, request: Request) -> Response:
        """Make what the cookie's guest did the caller's, and forget the guest."""
        guest = visitor_of(request._request)  # noqa: SLF001 (Django's own)
        if guest is None or guest == request.user or not _share_tenant(guest, request.user):
            raise Conflict(_("There is no visit to take over."), code="no_visit")
        group_ids = guest_claim(acting_user=request.user, guest_id=guest.pk)
        response = Response({"chat_group_ids": [str(group_id) for group_id in group_ids]})
        visitor_forget(response)
        return response


def _share_tenant(guest: User, user: User) -> bool:
    adapter = get_adapter()
    return adapter.scope_of(guest) == adapter.scope_of(user)
