"""How far a call has come, and everybody's part in it: which step leads where."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from django.utils.translation import gettext_lazy as _

from chat import events
from chat.adapter import UserId
from chat.choices import CallState
from chat.exceptions import Conflict
from chat.models import Call, CallParticipant, ChatMessage
from chat.models.calls import LIVE, RINGING
from chat.sentences import call_said
from chat.services.message_writing import message_stamp
from chat.services.writing import GroupWrite


@dataclass
class CallWrite:
    """A change in progress: the locked group and call, with everybody's part. For services only."""

    write: GroupWrite
    call: Call
    parts: dict[UserId, CallParticipant] = field(init=False)

    def __post_init__(self) -> None:
        self.before = self.call.state
        self.parts = {part.user_id: part for part in self.call.participants.all()}

    def step(self, user_id: UserId, state: str) -> None:
        """Let somebody take a step. Raises Conflict (``call_state``) where it is not theirs to take, or not now."""
        part = self.parts.get(user_id)
        if part is None or state not in _STEPS or self.call.state not in LIVE:
            _refuse()
        _STEPS[state](self, part, state)

    def drop(self, user_id: UserId) -> bool:
        """Let somebody have no part any more, however far they were; return whether they had one."""
        part = self.parts.get(user_id)
        if part is None:
            return False
        if part.state == CallState.ANSWERED:
            self._hang_up(part, CallState.ENDED)
        elif part.state in RINGING and self._is_caller(part):
            self.finish(CallState.CANCELLED)
        elif part.state in RINGING:
            part.state = CallState.MISSED
            self._finish_if_nobody_is_left()
        return True

    def finish(self, state: CallState) -> None:
        """End the call, and everybody's part in it."""
        self.call.state, self.call.ended_at = state, self.write.now
        for part in self.parts.values():
            if part.state == CallState.ANSWERED:
                part.state, part.left_at = CallState.ENDED, self.write.now
            elif part.state in RINGING:
                part.state = state if self._is_caller(part) else CallState.MISSED

    def save(self, actor_id: UserId | None) -> None:
        """Write it all; the message that shows the call has it with the group's next version, if anything shows."""
        self.call.save(update_fields=["state", "answered_at", "ended_at"])
        CallParticipant.objects.bulk_update(self.parts.values(), ["state", "joined_at", "left_at"])
        message = ChatMessage.objects.get(pk=self.call.message_id)
        if self.call.state != self.before:
            message.metadata = call_metadata(self.call)
            message_stamp(self.write, message, "metadata")
        call_event_publish(events.CallChanged, self.call, message, actor_id)

    def _is_caller(self, part: CallParticipant) -> bool:
        return part.user_id == self.call.caller_id

    def _ring(self, part: CallParticipant, _state: str) -> None:
        if part.state != CallState.INITIATED or self._is_caller(part):
            _refuse()
        part.state = CallState.RINGING
        if self.call.state == CallState.INITIATED:
            self.call.state = CallState.RINGING

    def _answer(self, part: CallParticipant, _state: str) -> None:
        self._require_called(part)
        joining = [part]
        if self.call.state in RINGING:
            self.call.state, self.call.answered_at = CallState.ANSWERED, self.write.now
            joining.append(self.parts[self.call.caller_id])
        for each in joining:
            each.state, each.joined_at = CallState.ANSWERED, self.write.now

    def _decline(self, part: CallParticipant, _state: str) -> None:
        self._require_called(part)
        part.state = CallState.DECLINED
        self._finish_if_nobody_is_left()

    def _give_up(self, part: CallParticipant, state: str) -> None:
        if self.call.state not in RINGING or not self._is_caller(part):
            _refuse()
        self.finish(CallState(state))

    def _hang_up(self, part: CallParticipant, _state: str) -> None:
        if part.state != CallState.ANSWERED:
            _refuse()
        part.state, part.left_at = CallState.ENDED, self.write.now
        if sum(each.state == CallState.ANSWERED for each in self.parts.values()) == 1:
            self.finish(CallState.ENDED)

    def _require_called(self, part: CallParticipant) -> None:
        if part.state not in RINGING or self._is_caller(part):
            _refuse()

    def _finish_if_nobody_is_left(self) -> None:
        called = {part.state for part in self.parts.values() if not self._is_caller(part)}
        if self.call.state in RINGING and called.isdisjoint(RINGING):
            self.finish(CallState.DECLINED if CallState.DECLINED in called else CallState.MISSED)


_STEPS: Mapping[str, Callable[[CallWrite, CallParticipant, str], None]] = {
    CallState.RINGING: CallWrite._ring,  # noqa: SLF001 (its own)
    CallState.ANSWERED: CallWrite._answer,  # noqa: SLF001
    CallState.DECLINED: CallWrite._decline,  # noqa: SLF001
    CallState.CANCELLED: CallWrite._give_up,  # noqa: SLF001
    CallState.NO_ANSWER: CallWrite._give_up,  # noqa: SLF001
    CallState.ENDED: CallWrite._hang_up,  # noqa: SLF001
}
"""The steps that people take; what is missing here is the server's."""


def call_metadata(call: Call) -> dict[str, Any]:
    """Return what the message that shows a call keeps of it."""
    times = {name: getattr(call, name) for name in ("started_at", "answered_at", "ended_at")}
    return call_said(call_id=call.pk, caller_id=call.caller_id, call_type=call.call_type, state=call.state, times=times)


def call_event_publish(kind: type[events.CallEvent], call: Call, message: ChatMessage, actor_id: UserId | None) -> None:
    """Publish that something happened to a call. For services only."""
    events.publish(
        kind(
            group_id=call.group_id,
            version=message.version,
            actor_id=actor_id,
            message_id=message.pk,
            seq=message.seq,
            call_id=call.pk,
        )
    )


def _refuse() -> NoReturn:
    raise Conflict(_("The call cannot become that now, or not by you."), code="call_state")
