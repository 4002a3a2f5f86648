"""Base of views about one message, which the caller sees."""

from functools import cached_property
from uuid import UUID

from django.utils import timezone
from rest_framework.response import Response

from chat import policy
from chat.api.base import ChatViewSet
from chat.api.pagination import KeysetPagination
from chat.exceptions import NotFound
from chat.models import ChatMessage
from chat.serializers import message_json


class OneMessageViewSet(ChatViewSet):
    """Views below ``messages/{message_id}/``; lists there are paged."""

    pagination_class = KeysetPagination

    @property
    def message_id(self) -> UUID:
        """The message in the address: an id to hand to a service."""
        return self.path_uuid("message_id")

    @cached_property
    def message(self) -> ChatMessage:
        """The message in the address, for reads. Raises NotFound where the caller does not see it."""
        message = ChatMessage.objects.visible_to(self.request.user).filter(pk=self.message_id).first()
        if message is None:
            raise NotFound
        return message

    @property
    def shown(self) -> ChatMessage:
        """The same. Raises Conflict where it has no content any more."""
        policy.require_shown(self.message, timezone.now())
        return self.message

    def answer(self, message: ChatMessage) -> Response:
        """Answer a message as the caller sees it."""
        return Response(message_json(vars(message), self.request.user.pk))
