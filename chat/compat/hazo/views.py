"""The requests of the client: parse, call, render."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from chat.adapter import user_key
from chat.compat.hazo import parsing, people, shapes
from chat.compat.hazo.base import HazoView
from chat.compat.hazo.errors import HazoError, bad_request, forbidden, message_not_found
from chat.compat.hazo.files import files_of, split_references
from chat.compat.hazo.older import GROUPS, MESSAGES, find_by_id
from chat.compat.hazo.reading import find_viewer, own_read_time, read_page, read_time
from chat.compat.hazo.unread import unread_counts
from chat.exceptions import ChatError, InvalidInput, NotFound
from chat.models import ChatGroup, ChatMessage
from chat.sentences import people_named
from chat.services.messages import message_send
from chat.services.reads import read_advance
from chat.services.tombstones import message_delete


class MessagesView(HazoView):
    """``messages``: a page of a conversation; sending."""

    def get(self, request: Request) -> Response:
        """Answer a page of messages."""
        asked = self.read_query(request)
        group_id = parsing.chat_group_id(asked.get("chat_group_id"))
        try:
            query = parsing.page_query(asked)
        except (HazoError, ChatError):
            self.find_group(request, group_id)
            raise
        viewer = find_by_id(GROUPS, group_id, lambda found_id: find_viewer(request.user, found_id, query))
        if viewer is None:
            raise forbidden()
        page = read_page(request.user, viewer, query)
        return Response({"success": True, "current_user_id": str(request.user.pk)} | page)

    def post(self, request: Request) -> Response:
        """Send a message."""
        body = self.read_body(request)
        group_id = self.find_group(request, parsing.chat_group_id(body.get("chat_group_id")))
        attachment_ids, references = split_references(request, body.get("reference_list"))
        files: dict[str, Any] = {"attachment_ids": attachment_ids, "reference_list": references}
        try:
            fields = parsing.message_fields(body, text_optional=bool(attachment_ids))
            message = message_send(acting_user=request.user, group_id=group_id, **fields, **files).message
        except NotFound:
            raise forbidden() from None
        return Response({"success": True, "message": sent_json(message, None)})

    def find_group(self, request: Request, raw_id: str) -> UUID:
        """Return the id of a group of the person's.

        Raises the answer to strangers: it comes before what is wrong with the rest of the request.
        """
        groups = ChatGroup.objects.visible_to(request.user).filter(desk_of__isnull=True).values_list("pk", flat=True)
        group_id = find_by_id(GROUPS, raw_id, lambda found_id: groups.filter(pk=found_id).first())
        if group_id is None:
            raise forbidden()
        return group_id


class ReadView(HazoView):
    """``messages/{id}/read``: reading a message, and with it those before."""

    def patch(self, request: Request, message_id: str) -> Response:
        """Move the read position up to the message."""
        message = visible_message(request, message_id)
        if message.sender_id == request.user.pk:
            raise bad_request("OWN_MESSAGE", _("Cannot mark your own messages as read"))
        read_at = read_time(request.user, message)
        if read_at is None:
            read_advance(acting_user=request.user, group_id=message.group_id, read_seq=message.seq)
            read_at = read_time(request.user, message)
        return Response({"success": True, "message": sent_json(message, read_at)})


class MessageView(HazoView):
    """``messages/{id}``: deleting."""

    def delete(self, request: Request, message_id: str) -> Response:
        """Delete an own message for everyone."""
        message = visible_message(request, message_id)
        if message.sender_id != request.user.pk:
            raise HazoError(403, "UNAUTHORIZED", _("Unauthorized - only the sender can delete their messages"))
        message = message_delete(acting_user=request.user, message_id=message.pk)
        row = shapes.message_row(message)
        return Response({"success": True, "message": shapes.message_json(row, own_read_time(request.user, message))})


class UnreadCountView(HazoView):
    """``unread_count``: how many unread messages each group has."""

    def get(self, request: Request) -> Response:
        """Answer the counts of the signed-in person, optionally of some groups only."""
        asked = self.read_query(request)
        user_id = asked.get("user_id")
        if not user_id:
            raise bad_request("MISSING_USER", _("user_id is required"))
        if not is_own_id(request, user_id):
            raise HazoError(403, "FORBIDDEN", _("These are somebody else's counts"))
        group_ids = asked.get("chat_group_ids")
        counts = unread_counts(request.user, group_ids.split(",") if group_ids else None)
        total = sum(int(count["count"]) for count in counts)
        answer = {"success": True, "user_id": user_id, "unread_counts": counts}
        return Response(answer | {"total_groups": len(counts), "total_unread": total})

    def error_body(self, code: str, text: str) -> dict[str, Any]:  # noqa: ARG002 (this address sends no code)
        """Return the envelope that this address has for itself."""
        return {"success": False, "error": text, "unread_counts": []}


class MeView(HazoView):
    """``hazo_auth/me``: who is signed in."""

    def get(self, request: Request) -> Response:
        """Answer the signed-in person."""
        return Response(shapes.me_json(request.user))


class ProfilesView(HazoView):
    """``hazo_auth/profiles``: names and pictures of people in one's conversations."""

    throttle_scopes = {"": "hazo_read"}

    def post(self, request: Request) -> Response:
        """Answer the profiles of those asked for whom the person meets."""
        found = people.profiles(request.user, self.read_body(request).get("user_ids"))
        return Response({"success": True, "profiles": found})


class UnknownView(HazoView):
    """Whatever else is asked for below ``hazo_chat/``."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Answer that it is not there."""
        super().initial(request, *args, **kwargs)
        raise HazoError(404, "NOT_FOUND", _("Not found"))


def visible_message(request: Request, raw_id: str) -> ChatMessage:
    """Return a message that the signed-in person sees; others do not exist for them."""
    seen = ChatMessage.objects.visible_to(request.user).filter(group__desk_of__isnull=True)
    message = find_by_id(MESSAGES, raw_id, lambda found_id: seen.filter(pk=found_id).first())
    if message is None:
        raise message_not_found()
    return message


def sent_json(message: ChatMessage, read_at: datetime | None) -> dict[str, Any]:
    """Return a message with its files, or the names in what the system said. At most one statement."""
    row = shapes.message_row(message)
    return shapes.message_json(row, read_at, files_of([row]).get(message.pk, ()), people_named([row]))


def is_own_id(request: Request, raw_id: str) -> bool:
    """Return whether ``raw_id`` is the signed-in person's."""
    try:
        return bool(user_key(raw_id, field="user_id") == request.user.pk)
    except InvalidInput:
        return False
