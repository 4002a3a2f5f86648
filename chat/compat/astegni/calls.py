"""Calls over REST: starting, answering and ending them, and the log that the front end keeps of them."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from chat.choices import CallState, CallType, NumberKind
from chat.compat.astegni.base import AstegniView
from chat.compat.astegni.finding import find_call, find_membership, only_if_found
from chat.compat.astegni.parsing import id_of, required, size_in
from chat.compat.astegni.persons import People, people_read, wire_key
from chat.conf import chat_settings
from chat.exceptions import Conflict
from chat.models import Call
from chat.models.calls import LIVE
from chat.serializers import Json, wire_time
from chat.services.calls import call_set_state, call_start, calls_now
from chat.services.numbers import Numbers, numbers_give

_TYPES = {"audio": CallType.VOICE}
_STATES = {"connected": CallState.ANSWERED}
"""What clients also call them."""
_BEGINNING = (CallState.INITIATED, CallState.RINGING)
_LOGGED_ONLY = frozenset({CallState.MISSED, CallState.FAILED, *_BEGINNING})
"""What a client may log, and the server alone decides."""


class CallBase(AstegniView):
    """What the views of calls share."""

    def shown(self, calls: Sequence[Call]) -> list[Json]:
        """Return calls with everybody's part in them. At most four statements."""
        parts = {call.pk: list(call.participants.all()) for call in calls}
        ids = {call.caller_id for call in calls} | {part.user_id for each in parts.values() for part in each}
        people = people_read(self.request.user.pk, ids, in_old_shape=self.in_old_shape)
        numbers = numbers_give(
            {NumberKind.CALL: [call.pk for call in calls], NumberKind.CONVERSATION: {call.group_id for call in calls}}
        )
        viewer_id = self.request.user.pk
        return [
            _call_json(call, people, numbers)
            | {
                "is_caller": call.caller_id == viewer_id,
                "participants": [
                    people.shown(part.user_id)
                    | {"status": part.state, "joined_at": wire_time(part.joined_at), "left_at": wire_time(part.left_at)}
                    for part in parts[call.pk]
                ],
            }
            for call in calls
        ]

    def listed(self, conversation: object) -> list[Json]:
        """Return the caller's calls, newest first, of one conversation if it is named."""
        # Indexes: chat_call_person, chat_call_listed.
        rows = Call.objects.visible_to(self.request.user).filter(group__desk_of__isnull=True)
        rows = rows.prefetch_related("participants").order_by("-pk")
        if conversation:
            rows = rows.filter(group_id=find_membership(self.request.user, conversation).group_id)
        limit = size_in(
            self.asked.get("limit"), default=chat_settings.PAGE_SIZE, at_most=chat_settings.PAGE_SIZE_MAX, field="limit"
        )
        return self.shown(calls_now(rows[:limit]))

    def start(self) -> tuple[Call, bool]:
        """Call the conversation that the request names; return the call, and whether it was going on."""
        user, number = self.request.user, required(self.fields, "conversation_id")
        group_id = id_of(NumberKind.CONVERSATION, number)
        with only_if_found(lambda: find_membership(user, number)):
            call_type = str(required(self.fields, "call_type"))
            called = call_start(acting_user=user, group_id=group_id, call_type=_TYPES.get(call_type, call_type))
        return called.call, not called.created

    def set_state(self, call: str) -> Call:
        """Take the step that the request names."""
        state = str(_required_state(self.said_as("status")))
        call_id = id_of(NumberKind.CALL, call)
        with only_if_found(lambda: find_call(self.request, call)):
            return call_set_state(acting_user=self.request.user, call_id=call_id, state=state)


class CallsView(CallBase):
    """``calls``: the list; calling."""

    def get(self, request: Request) -> Response:
        """Answer the caller's calls."""
        return Response({"calls": self.listed(self.asked.get("conversation_id"))})

    def post(self, request: Request) -> Response:
        """Call everybody in the conversation; during a call, join that one."""
        call, existing = self.start()
        [shown] = self.shown([call])
        return Response({"success": True, "call_id": shown["id"], "existing": existing, "call": shown})


class CallView(CallBase):
    """``calls/{id}``: what the caller does with one."""

    def put(self, request: Request, call: str) -> Response:
        """Set its status: a bare word, or a named one."""
        [shown] = self.shown([self.set_state(call)])
        return Response({"success": True, "call": shown})


class CallLogsView(CallBase):
    """``call-logs``: both sides of a call log it, and both mean the one call."""

    def get(self, request: Request) -> Response:
        """Answer the caller's calls."""
        return Response({"success": True, "call_logs": self.listed(self.asked.get("conversation_id"))})

    def post(self, request: Request) -> Response:
        """Begin a call, or find the one that is meant and let it become what is said of it."""
        state = _state(self.fields.get("status") or CallState.INITIATED)
        call = self.start()[0] if state in _BEGINNING else self._become(self._newest(), state)
        number = numbers_give({NumberKind.CALL: [call.pk]})[NumberKind.CALL][call.pk]
        return Response({"success": True, "call_log_id": number, "message": "Call log created"})

    def _newest(self) -> Call:
        membership = find_membership(self.request.user, required(self.fields, "conversation_id"))
        call = Call.objects.visible_to(self.request.user).filter(group=membership.group_id).order_by("-pk").first()
        if call is None:
            raise Conflict(_("There was no call in this conversation."))
        return call

    def _become(self, call: Call, state: str) -> Call:
        """Let a call that goes on become ``state``; what both sides log comes twice, or is the server's to decide."""
        if call.state not in LIVE or state in (call.state, *_LOGGED_ONLY):
            return call
        return call_set_state(acting_user=self.request.user, call_id=call.pk, state=state)


class CallLogView(CallLogsView):
    """``call-logs/{id}``: a GET names a conversation, a PUT a call."""

    def get(self, request: Request, number: str) -> Response:  # type: ignore[override]  # this address has a number
        """Answer the calls of a conversation."""
        return Response({"success": True, "call_logs": self.listed(number)})

    def put(self, request: Request, number: str) -> Response:
        """Let the call become what is said of it; times and length are the server's."""
        call = find_call(request, number)
        if self.said_as("status") is not None:
            self._become(call, _required_state(self.said_as("status")))
        return Response({"success": True, "message": "Call log updated"})


def _required_state(said: object) -> str:
    return _state(required({"status": said}, "status"))


def _state(said: object) -> str:
    return str(_STATES.get(str(said), said))


def _call_json(call: Call, people: People, numbers: Numbers) -> Json:
    return {
        "id": numbers[NumberKind.CALL][call.pk],
        "conversation_id": numbers[NumberKind.CONVERSATION][call.group_id],
        "caller_user_id": wire_key(call.caller_id),
        "caller_name": people.name(call.caller_id),
        "caller_avatar": people.profiles[call.caller_id].avatar_url,
        **people.pair(call.caller_id, "caller_"),
        "call_type": call.call_type,
        "status": call.state,
        "started_at": wire_time(call.started_at),
        "answered_at": wire_time(call.answered_at),
        "ended_at": wire_time(call.ended_at),
        "duration_seconds": _seconds(call),
        "created_at": wire_time(call.started_at),
    }


def _seconds(call: Call) -> int | None:
    if call.answered_at is None or call.ended_at is None:
        return None
    return round((call.ended_at - call.answered_at).total_seconds())
