"""What the caller makes of a conversation for themselves: mute, archive, pin, read, clear."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from chat.compat.astegni.base import AstegniView
from chat.compat.astegni.finding import find_membership, find_seq
from chat.compat.astegni.parsing import flag_in
from chat.serializers import Json
from chat.services.reads import read_advance
from chat.services.states import history_clear, state_set

FOREVER = datetime(9000, 1, 1, tzinfo=UTC)


class StateView(AstegniView):
    """A setting of one conversation: on, unless the request says otherwise."""

    names: ClassVar[tuple[str, ...]]
    """What clients call it; the first is what the answer does."""

    def put(self, request: Request, conversation: str) -> Response:
        """Switch it on or off: a bare value, or a named one in body or query."""
        said = self.said_as(*self.names)
        on = True if said is None else flag_in(said, field=self.names[0])
        group_id = find_membership(request.user, conversation).group_id
        state_set(acting_user=request.user, group_id=group_id, **self.change(on=on))
        return Response(self.answer(on=on))

    def change(self, *, on: bool) -> Mapping[str, Any]:
        """Return what ``state_set`` takes."""
        return {self.names[0]: on}

    def answer(self, *, on: bool) -> Json:
        """Return what the client is told."""
        return {"success": True, self.names[0]: on, self.names[1]: on}


class MuteView(StateView):
    """``conversations/{id}/mute``."""

    names = ("muted", "is_muted")

    def change(self, *, on: bool) -> Mapping[str, Any]:
        """Mute for good, or end muting."""
        return {"muted_until": FOREVER if on else None}


class ArchiveView(StateView):
    """``conversations/{id}/archive``."""

    names = ("archived", "is_archived")


class PinConversationView(StateView):
    """``conversations/{id}/pin``."""

    names = ("pinned", "is_pinned")


class HistoryView(AstegniView):
    """``conversations/{id}/history``: clearing it."""

    def delete(self, request: Request, conversation: str) -> Response:
        """Hide everything written so far from the caller alone."""
        group_id = find_membership(request.user, conversation).group_id
        history_clear(acting_user=request.user, group_id=group_id)
        return Response({"success": True, "message": "Chat history deleted for your account only"})


class ReadView(AstegniView):
    """``conversations/{id}/read``: marking read."""

    def post(self, request: Request, conversation: str) -> Response:
        """Mark everything read, or everything up to ``message_id``."""
        membership = find_membership(request.user, conversation)
        message = self.fields.get("message_id") or self.fields.get("last_read_message_id")
        seq = find_seq(membership, message) if message else membership.group.last_seq
        read_advance(acting_user=request.user, group_id=membership.group_id, read_seq=seq)
        return Response({"success": True, "message": "Messages marked as read"})
