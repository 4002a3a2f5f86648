"""Messages: pages of them, sending, editing, deleting, pinning and forwarding."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from chat.choices import NumberKind
from chat.compat.astegni.base import AstegniView
from chat.compat.astegni.finding import (
    find_membership,
    find_message,
    find_seq,
    message_row,
    only_if_found,
    read_by_others,
)
from chat.compat.astegni.media import words_of
from chat.compat.astegni.message_shapes import messages_json
from chat.compat.astegni.parsing import flag_in, id_of, number_in, required, size_in
from chat.conf import chat_settings
from chat.exceptions import InvalidInput, NotFound
from chat.models import ChatGroupUser, ChatMessage, history_read
from chat.serializers import Json
from chat.services.edits import message_edit
from chat.services.forwards import message_forward
from chat.services.hiding import message_hide
from chat.services.messages import message_send
from chat.services.pins import message_pin, message_unpin
from chat.services.reads import read_advance
from chat.services.tombstones import message_delete


class SendView(AstegniView):
    """``messages``: sending to the conversation that the body names."""

    def post(self, request: Request, conversation: str | None = None) -> Response:
        """Send a message, or forward the one that ``forwarded_from`` is the number of."""
        number = conversation or required(self.fields, "conversation_id")
        group_id = find_membership(request.user, number).group_id
        source = number_in(self.fields.get("forwarded_from"))
        if source is not None:
            message = self.forward(find_message(request, source), group_id)
        else:
            words = words_of(self.fields, request)
            if self.fields.get("reply_to_id"):
                words["reply_to_id"] = find_message(request, self.fields["reply_to_id"]).pk
            message = message_send(acting_user=request.user, group_id=group_id, **words).message
        return Response(self.sent(message))

    def forward(self, source: ChatMessage, group_id: UUID) -> ChatMessage:
        """Send a message on. Raises what the conversation says against it."""
        [done] = message_forward(acting_user=self.request.user, message_id=source.pk, group_ids=[group_id])
        if done.message is None:
            raise done.error or NotFound
        return done.message

    def sent(self, message: ChatMessage) -> Json:
        """Return a message of the caller's, under both of the names that clients know ids by."""
        [shown] = messages_json([message_row(message)], self.request, in_old_shape=self.in_old_shape)
        return {"success": True, **shown, "message_id": shown["id"]}


class MessagesView(SendView):
    """``conversations/{id}/messages``: a page; sending."""

    def get(self, request: Request, conversation: str) -> Response:
        """Answer a page, oldest first; one that does not look back is read with that."""
        membership = find_membership(request.user, conversation)
        limit = size_in(
            self.asked.get("limit"), default=chat_settings.PAGE_SIZE, at_most=chat_settings.PAGE_SIZE_MAX, field="limit"
        )
        before, after = self.asked.get("before_id"), self.asked.get("after")
        page = history_read(
            membership,
            limit=limit,
            before=find_seq(membership, before) if before else None,
            after=find_seq(membership, after) if after else None,
        )
        if page.messages and not before and request.method == "GET":
            self.mark_read(membership, page.messages[-1]["seq"])
        shown = messages_json(
            page.messages, request, in_old_shape=self.in_old_shape, read_by_others=read_by_others(membership)
        )
        return Response({"messages": shown, "has_more": page.has_newer if after else page.has_older})

    def mark_read(self, membership: ChatGroupUser, seq: int) -> None:
        """Move the caller's read position to a message, unless it is there already."""
        if seq > min(membership.read_seq, membership.unread_from_seq):
            read_advance(acting_user=self.request.user, group_id=membership.group_id, read_seq=seq)


class MessageView(MessagesView):
    """``messages/{id}``: changing and deleting; for a GET the number is that of a conversation."""

    http_method_names = ["get", "head", "put", "delete"]

    def put(self, request: Request, conversation: str) -> Response:
        """Edit an own message."""
        message_id = id_of(NumberKind.MESSAGE, conversation)
        with only_if_found(lambda: find_message(request, conversation)):
            text = required(self.fields, "content")
            message = message_edit(acting_user=request.user, message_id=message_id, message_text=text)
        return Response(self.sent(message))

    def delete(self, request: Request, conversation: str) -> Response:
        """Delete a message for the caller alone, or for everyone."""
        message_id = id_of(NumberKind.MESSAGE, conversation)
        for_everyone = self.said_as("for_everyone")
        with only_if_found(lambda: find_message(request, conversation)):
            if for_everyone is not None and flag_in(for_everyone, field="for_everyone"):
                message_delete(acting_user=request.user, message_id=message_id)
            else:
                message_hide(acting_user=request.user, message_id=message_id)
        return Response({"success": True, "message": "Message deleted successfully"})


class PinView(AstegniView):
    """``messages/{id}/pin``: pinning for everyone."""

    def post(self, request: Request, message: str) -> Response:
        """Pin it."""
        message_pin(acting_user=request.user, message_id=id_of(NumberKind.MESSAGE, message))
        return Response({"success": True, "message": "Message pinned successfully"})

    def delete(self, request: Request, message: str) -> Response:
        """Take it off the pinned ones."""
        message_unpin(acting_user=request.user, message_id=id_of(NumberKind.MESSAGE, message))
        return Response({"success": True, "message": "Message unpinned successfully"})


class ForwardView(AstegniView):
    """``messages/{id}/forward``: sending it on."""

    def post(self, request: Request, message: str) -> Response:
        """Send the message to other conversations; each that refuses is named with its reason."""
        source = find_message(request, message)
        wanted = required(self.fields, "conversation_ids", "conversation_id")
        numbers = wanted if isinstance(wanted, list) else [wanted]
        groups = {id_of(NumberKind.CONVERSATION, number): number for number in numbers}
        if not groups:
            raise InvalidInput(_("conversation_ids is required."), field="conversation_ids")
        done = message_forward(acting_user=request.user, message_id=source.pk, group_ids=list(groups))
        rows = [message_row(one.message) for one in done if one.message is not None]
        refused = [
            {"conversation_id": number_in(groups[one.group_id]), "reason": str(one.error.detail)}
            for one in done
            if one.error is not None
        ]
        return Response({"success": bool(rows), "messages": self.shown(rows), "rejected": refused})

    def shown(self, rows: Sequence[dict[str, Any]]) -> list[Json]:
        """Return the new messages."""
        return messages_json(rows, self.request, in_old_shape=self.in_old_shape)
