"""Reactions to a message."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api import examples
from chat.api.inputs.reactions import ReactionsQuery
from chat.api.one_message import OneMessageViewSet
from chat.api.schema import MESSAGE, operation
from chat.api.shapes import MessageShape
from chat.api.shapes.reactions import REACTOR, ReactorShape
from chat.models import MessageReaction
from chat.serializers.reactions import reactors_json
from chat.services.reactions import reaction_add, reaction_remove

EMOJI = OpenApiParameter(
    "emoji", OpenApiTypes.STR, OpenApiParameter.PATH, description="Exactly one emoji, as UTF-8 with percent signs."
)


class ReactionViewSet(OneMessageViewSet):
    """Reactions."""

    queryset = MessageReaction.objects.none()
    keyset = ("created_at", "pk")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the reactions to the message in the address; of one emoji if it is named."""
        rows = MessageReaction.objects.filter(message=self.shown)
        emoji = self.read_query(ReactionsQuery).get("emoji")
        # Index: chat_reaction_listed.
        return rows.filter(emoji=emoji) if emoji else rows

    @operation(
        "List who reacted to a message, first reaction first",
        parameters=(MESSAGE, ReactionsQuery),
        answers={200: (ReactorShape(many=True), REACTOR)},
        errors=(400, 404, 409),
    )
    def list(self, request: Request, message_id: str) -> Response:
        """Answer a page of reactions."""
        return self.get_paginated_response(
            reactors_json(self.paginate_queryset(self.get_queryset()) or [], request.user.pk)
        )

    @operation(
        "React to a message",
        parameters=(MESSAGE, EMOJI),
        answers={200: (MessageShape, examples.MESSAGE)},
        errors=(400, 403, 404, 409),
    )
    def update(self, request: Request, message_id: str, emoji: str) -> Response:
        """React, and answer the message; a reaction that is there already stays."""
        return self.answer(reaction_add(acting_user=request.user, message_id=self.message_id, emoji=emoji))

    @operation(
        "Take a reaction back",
        parameters=(MESSAGE, EMOJI),
        answers={200: (MessageShape, examples.MESSAGE | {"reactions": []})},
        errors=(400, 403, 404, 409),
    )
    def destroy(self, request: Request, message_id: str, emoji: str) -> Response:
        """Take the caller's own reaction back, if it is there, and answer the message."""
        return self.answer(reaction_remove(acting_user=request.user, message_id=self.message_id, emoji=emoji))
