"""Messages that are pinned for everyone."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api import examples
from chat.api.inputs import PageQuery
from chat.api.one_message import OneMessageViewSet
from chat.api.schema import GROUP, MESSAGE, operation
from chat.api.shapes import MessageShape
from chat.models import ChatMessage
from chat.models.message import MESSAGE_FIELDS
from chat.serializers import messages_json
from chat.services.pins import message_pin, message_unpin


class PinViewSet(OneMessageViewSet):
    """Pins."""

    queryset = ChatMessage.objects.none()
    keyset = ("-pinned_at", "-seq")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the pinned messages of the group in the address that the caller sees."""
        # Index: chat_message_pinned.
        seen = ChatMessage.objects.seen_by(self.membership).showing(Now()).filter(pinned_at__isnull=False)
        rows: QuerySet[Any] = seen.values(*MESSAGE_FIELDS)
        return rows

    @operation(
        "List the pinned messages, newest pin first",
        parameters=(GROUP, PageQuery),
        answers={200: (MessageShape(many=True), examples.PINNED)},
        errors=(400, 404),
    )
    def list(self, request: Request, group_id: str) -> Response:
        """Answer a page of pinned messages."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(messages_json(rows, request.user.pk))

    @operation(
        "Pin a message for everyone",
        parameters=(MESSAGE,),
        answers={200: (MessageShape, examples.PINNED)},
        errors=(403, 404, 409),
    )
    def update(self, request: Request, message_id: str) -> Response:
        """Pin it."""
        return self.answer(message_pin(acting_user=request.user, message_id=self.message_id))

    @operation(
        "Unpin a message",
        parameters=(MESSAGE,),
        answers={200: (MessageShape, examples.MESSAGE)},
        errors=(403, 404, 409),
    )
    def destroy(self, request: Request, message_id: str) -> Response:
        """Take it off the pinned ones."""
        return self.answer(message_unpin(acting_user=request.user, message_id=self.message_id))
