"""Forwarding messages."""

from rest_framework.request import Request
from rest_framework.response import Response

from chat.api import examples
from chat.api.base import ChatViewSet
from chat.api.inputs import Forward
from chat.api.schema import MESSAGE, operation
from chat.api.shapes.of_message import ForwardsShape
from chat.serializers import Json, messages_json
from chat.services.forwards import Forwarded, message_forward


class ForwardViewSet(ChatViewSet):
    """Forwarding."""

    inputs = {"forward": Forward}
    scopes = {"forward": "send"}

    @operation(
        "Forward a message to other groups",
        parameters=(MESSAGE,),
        request=Forward,
        body={"group_ids": [examples.OTHER_GROUP_ID], "client_id": examples.CLIENT_ID},
        answers={200: (ForwardsShape, examples.FORWARDS)},
        errors=(404, 409),
    )
    def forward(self, request: Request, message_id: str) -> Response:
        """Send it to each group, and answer what became of it there."""
        done = message_forward(acting_user=request.user, message_id=self.path_uuid("message_id"), **self.read_input())
        sent = messages_json([vars(one.message) for one in done if one.message], request.user.pk)
        by_group = {message["chat_group_id"]: message for message in sent}
        return Response({"results": [_result_json(one, by_group.get(str(one.group_id))) for one in done]})


def _result_json(one: Forwarded, message: Json | None) -> Json:
    error = one.error and {"detail": str(one.error.detail), "code": one.error.code}
    return {"chat_group_id": str(one.group_id), "message": message, "error": error}
