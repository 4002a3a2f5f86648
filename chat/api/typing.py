"""Who is writing just now: a live hint, kept for seconds."""

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.base import ChatViewSet
from chat.api.inputs.people import TypingChange
from chat.api.schema import GROUP, operation
from chat.api.shapes.people import TypingShape
from chat.serializers.wire import wire_user_id
from chat.services.typing import typing_now, typing_set


class TypingViewSet(ChatViewSet):
    """The caller's own hint, and those of others as far as they let each other know."""

    for_visitors = frozenset({"retrieve", "create"})
    inputs = {"create": TypingChange}
    scopes = {"create": "mark"}

    @operation(
        "Ask who is writing in a group",
        parameters=(GROUP,),
        answers={200: (TypingShape, {"user_ids": ["2"]})},
        errors=(404,),
    )
    def retrieve(self, request: Request, group_id: str) -> Response:
        """Answer the others who write now."""
        return Response({"user_ids": [wire_user_id(key) for key in typing_now(request.user, self.group_id)]})

    @operation(
        "Say that I am writing, every few seconds, or no longer",
        parameters=(GROUP,),
        request=TypingChange,
        body={"is_typing": True},
        answers={204: (None, None)},
        errors=(403, 404),
    )
    def create(self, request: Request, group_id: str) -> Response:
        """Note it; the others are told as settings and blocks let them."""
        typing = self.read_input().get("is_typing", True)
        typing_set(acting_user=request.user, group_id=self.group_id, typing=typing)
        return Response(status=status.HTTP_204_NO_CONTENT)
