"""What the views of the support desk share."""

from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from chat.adapter import get_adapter
from chat.api.base import ChatViewSet
from chat.exceptions import NotAllowed, NotFound
from chat.models import ChatGroup, ChatGroupUser
from chat.models.support.queue import queue_visible_to
from chat.serializers.support import requests_json
from chat.services.support.standing import require_no_queue


class DeskViewSet(ChatViewSet):
    """Base of the views for staff."""

    def require_staff(self) -> None:
        """Raise NotAllowed unless the caller is support staff."""
        if not get_adapter().is_support_staff(self.request.user):
            raise NotAllowed(_("This is for support staff."), code="not_support_staff")

    def load_membership(self) -> ChatGroupUser:
        """Return the caller's membership. Raises NotFound; Conflict (``take_first``) where staff do not serve yet."""
        try:
            return super().load_membership()
        except NotFound:
            require_no_queue(self.request.user, self.group_id)
            raise

    @property
    def requested(self) -> ChatGroup:
        """The request in the address, if the caller sees it as staff. Raises NotFound."""
        found = queue_visible_to(self.request.user).filter(pk=self.group_id)
        group = found.select_related("request", "desk").first()
        if group is None:
            raise NotFound
        return group

    def answer(self) -> Response:
        """Answer the request in the address as it is now."""
        return Response(requests_json([self.requested], self.request.user)[0])
