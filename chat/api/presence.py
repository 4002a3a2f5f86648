"""Who is here."""

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.base import ChatViewSet
from chat.api.inputs.people import PresenceQuery
from chat.api.schema import USER, operation
from chat.api.shapes.people import STATUS, StatusesShape, StatusShape
from chat.serializers.people import statuses_json
from chat.services.people.presence import presence_beat


class PresenceViewSet(ChatViewSet):
    """Presence of the caller, and of others as far as they show it."""

    scopes = {"beat": "mark"}

    @operation("Say that I am here", answers={204: (None, None)})
    def beat(self, request: Request) -> Response:
        """Note a sign of life."""
        presence_beat(acting_user=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @operation(
        "Ask which of several people are here",
        parameters=(PresenceQuery,),
        answers={200: (StatusesShape, {"results": [STATUS]})},
        errors=(400,),
    )
    def several(self, request: Request) -> Response:
        """Answer each of them, in their order."""
        return Response({"results": statuses_json(request.user, self.read_query(PresenceQuery)["user_id"])})

    @operation("Ask whether a person is here", parameters=(USER,), answers={200: (StatusShape, STATUS)}, errors=(404,))
    def status(self, request: Request, user_id: str) -> Response:
        """Answer for one person."""
        return Response(statuses_json(request.user, [self.member_id])[0])
