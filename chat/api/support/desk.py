"""The desk of a request: conversation and notes side by side, writing a note, and who else is there."""

from django.http import HttpResponse
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from chat.adapter import User
from chat.api.conditional import conditional
from chat.api.inputs import MessageNew
from chat.api.inputs.support import DeskQuery, Presence
from chat.api.messages import REPLAY_HEADER
from chat.api.schema import GROUP, operation
from chat.api.shapes import MessageShape
from chat.api.shapes.support import ATTENDANCE, DESK, NOTE, DeskShape, OthersShape
from chat.api.support.base import DeskViewSet
from chat.models import ChatGroup, ChatGroupUser, history_read
from chat.roles import Role
from chat.serializers import Json, message_json, messages_json
from chat.serializers.support import attendances_json
from chat.services.support.attendance import attendance_note
from chat.services.support.desks import note_send


class RequestDeskViewSet(DeskViewSet):
    """What staff see and say of a request."""

    inputs = {"create": MessageNew, "attend": Presence}
    scopes = {"create": "send", "attend": "mark"}

    @operation(
        "Read a request: its conversation, and the notes of its staff",
        parameters=(GROUP, DeskQuery),
        answers={200: (DeskShape, DESK)},
        errors=(400, 404),
        conditional=True,
    )
    def streams(self, request: Request, group_id: str) -> HttpResponse:
        """Answer a part of each; who has not taken the request reads as whoever takes it will."""
        query, group = self.read_query(DeskQuery), self.requested
        desk = getattr(group, "desk", None)
        seats = [None if one is None else _seat(one, request.user) for one in (group, desk)]
        versions = [(seat.group.version, seat.state_version) for seat in seats if seat is not None]
        parts = [{name: query.get(f"{prefix}{name}") for name in ("before", "after")} for prefix in ("", "notes_")]

        def render() -> Json:
            read = [
                seat and _history_json(seat, limit=query["limit"], **part)
                for seat, part in zip(seats, parts, strict=True)
            ]
            return {"conversation": read[0], "notes": read[1]}

        return conditional(request, versions, render)

    @operation(
        "Write a note, which the request's staff see and its client never meets",
        parameters=(GROUP,),
        request=MessageNew,
        body={"message_text": "They were charged twice.", "mention_ids": ["2"]},
        answers={201: (MessageShape, NOTE), 200: (MessageShape, NOTE)},
        errors=(403, 404, 409, 422),
    )
    def create(self, request: Request, group_id: str) -> Response:
        """Send it at the desk; 200 with the header ``Idempotent-Replay`` if this client_id was sent before."""
        sent = note_send(acting_user=request.user, group_id=self.group_id, **self.read_input())
        body = message_json(vars(sent.message), request.user.pk)
        if sent.created:
            return Response(body, status=status.HTTP_201_CREATED)
        return Response(body, headers={REPLAY_HEADER: "true"})

    @operation(
        "Say that I look at a request or write in it, and read who else does",
        parameters=(GROUP,),
        request=Presence,
        body={"is_writing": True},
        answers={200: (OthersShape, {"others": [ATTENDANCE]})},
        errors=(404,),
    )
    def attend(self, request: Request, group_id: str) -> Response:
        """Note it, and answer the others; to be repeated every 20 seconds or so."""
        rows = attendance_note(acting_user=request.user, group_id=self.group_id, **self.read_input())
        return Response({"others": attendances_json(rows, request.user.pk)})


def _seat(group: ChatGroup, user: User) -> ChatGroupUser:
    """Return the membership of who serves the request, or one that is not kept, as of somebody who just joined."""
    # Read before the rows: what comes meanwhile is then above the version that is answered.
    seat = ChatGroupUser.objects.of(user).filter(group=group, role=Role.STAFF).select_related("group").first()
    return seat or ChatGroupUser(group=group, user=user, role=Role.STAFF)


def _history_json(seat: ChatGroupUser, *, limit: int, before: int | None, after: int | None) -> Json:
    page = history_read(seat, limit=limit, before=before, after=after)
    return {
        "messages": messages_json(page.messages, seat.user_id),
        "has_older": page.has_older,
        "has_newer": page.has_newer,
        "version": seat.group.version,
        "state_version": seat.state_version,
    }
