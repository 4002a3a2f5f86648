"""Messages: history, sending, reading one, editing, deleting and restoring it."""

from django.http import HttpResponse
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api import examples
from chat.api.authentication import SenderJWTAuthentication
from chat.api.base import ChatViewSet
from chat.api.conditional import conditional
from chat.api.inputs import HistoryQuery, MessageChange, MessageNew, MessageScope
from chat.api.one_message import OneMessageViewSet
from chat.api.schema import GROUP, MESSAGE, operation
from chat.api.shapes import HistoryShape, MessageShape
from chat.api.shapes.held import HELD, HeldShape
from chat.exceptions import HeldForReview
from chat.models import history_read
from chat.serializers import Json, message_json, messages_json
from chat.serializers.held import held_json
from chat.services.edits import message_edit
from chat.services.hiding import message_hide, message_unhide
from chat.services.messages import message_send
from chat.services.tombstones import message_delete, message_restore

REPLAY_HEADER = "Idempotent-Replay"


class HistoryViewSet(ChatViewSet):
    """Messages of a group."""

    for_visitors = frozenset({"history", "create"})
    jwt = SenderJWTAuthentication
    inputs = {"create": MessageNew}
    scopes = {"create": "send"}

    @operation(
        "Read a part of the history, oldest first; without a position, the newest messages",
        parameters=(GROUP, HistoryQuery),
        answers={200: (HistoryShape, examples.HISTORY)},
        errors=(400, 404),
        conditional=True,
    )
    def history(self, request: Request, group_id: str) -> HttpResponse:
        """Answer the messages there."""
        membership, query = self.membership, self.read_query(HistoryQuery)
        versions = {"version": membership.group.version, "state_version": membership.state_version}

        def render() -> Json:
            page = history_read(membership, **query)
            sides = {"has_older": page.has_older, "has_newer": page.has_newer}
            return {"messages": messages_json(page.messages, request.user.pk)} | sides | versions

        return conditional(request, versions.values(), render)

    @operation(
        "Send a message",
        parameters=(GROUP,),
        request=MessageNew,
        body={"message_text": "See you at nine.", "client_id": examples.CLIENT_ID},
        answers={
            201: (MessageShape, examples.SENT),
            200: (MessageShape, examples.SENT),
            202: (HeldShape, HELD),
        },
        errors=(403, 404, 409, 422),
    )
    def create(self, request: Request, group_id: str) -> Response:
        """Send; 200 with the header ``Idempotent-Replay`` if this client_id was sent before, 202 if it is held."""
        try:
            sent = message_send(acting_user=request.user, group_id=self.group_id, **self.read_input())
        except HeldForReview as error:
            return Response(held_json(error.held), status=status.HTTP_202_ACCEPTED)
        body = message_json(vars(sent.message), sent.message.sender_id)
        if sent.created:
            return Response(body, status=status.HTTP_201_CREATED)
        return Response(body, headers={REPLAY_HEADER: "true"})


class MessageViewSet(OneMessageViewSet):
    """One message."""

    for_visitors = frozenset({"retrieve", "partial_update", "destroy", "restore"})
    inputs = {"partial_update": MessageChange}

    @operation(
        "Read a message",
        parameters=(MESSAGE,),
        answers={200: (MessageShape, examples.MESSAGE)},
        errors=(404,),
    )
    def retrieve(self, request: Request, message_id: str) -> Response:
        """Answer the message if the caller can see it."""
        return self.answer(self.message)

    @operation(
        "Edit an own message",
        parameters=(MESSAGE,),
        request=MessageChange,
        body={"message_text": "See you at ten."},
        answers={200: (MessageShape, examples.EDITED)},
        errors=(403, 404, 409),
    )
    def partial_update(self, request: Request, message_id: str) -> Response:
        """Change what is named."""
        return self.answer(message_edit(acting_user=request.user, message_id=self.message_id, **self.read_input()))

    @operation(
        "Delete a message for everyone, or for me alone",
        parameters=(MESSAGE, MessageScope),
        answers={200: (MessageShape, examples.TOMBSTONE), 204: (None, None)},
        errors=(400, 403, 404),
    )
    def destroy(self, request: Request, message_id: str) -> Response:
        """Delete it, and answer what remains: nothing, where it is gone for the caller alone."""
        if self.read_query(MessageScope)["scope"] == "me":
            message_hide(acting_user=request.user, message_id=self.message_id)
            return Response(status=status.HTTP_204_NO_CONTENT)
        return self.answer(message_delete(acting_user=request.user, message_id=self.message_id))

    @operation(
        "Undo the deletion of a message, for everyone or for me alone",
        parameters=(MESSAGE, MessageScope),
        answers={200: (MessageShape, examples.MESSAGE)},
        errors=(400, 403, 404, 409),
    )
    def restore(self, request: Request, message_id: str) -> Response:
        """Restore it: for everyone while the undo window is open, for the caller alone at any time."""
        for_me = self.read_query(MessageScope)["scope"] == "me"
        undo = message_unhide if for_me else message_restore
        return self.answer(undo(acting_user=request.user, message_id=self.message_id))
