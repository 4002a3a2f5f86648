"""Calls as records: who called whom, and what became of it. What carries sound and picture is no part of this."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import events, policy
from chat.adapter import User, UserId
from chat.choices import CallState, CallType
from chat.conf import chat_settings
from chat.exceptions import Conflict
from chat.models import Call, CallParticipant, ChatGroupUser
from chat.roles import Action, MessageType
from chat.services.call_parts import CallWrite, call_event_publish, call_metadata
from chat.services.cleaning import clean_choice
from chat.services.guards import require_free_to_send
from chat.services.message_writing import message_add, message_event_publish
from chat.services.people.relations import allowed_by, blocked_among, privacy_error, settings_of_many
from chat.services.sending import require_open
from chat.services.writing import GroupWrite, group_id_of, group_write


@dataclass(frozen=True, slots=True)
class Called:
    """The outcome of calling: the call, and whether it is new (False: one was going on here)."""

    call: Call
    created: bool


def call_start(*, acting_user: User, group_id: UUID, call_type: str) -> Called:
    """Call everybody in the conversation whom the caller may call; it is shown in the history.

    There is one call at a time: whoever calls during another, or at the same moment, gets that one, and has a part in
    it. Members whose settings do not allow it, or between whom and the caller there is a block, are not called.

    Who may: see the permission table, as far as they may send now. Raises InvalidInput (``call_type``), NotFound,
    NotAllowed (``privacy``, and what sending raises), Conflict (``group_closed``, ``nobody_to_call``,
    ``too_many_to_call``). Locks the group, then the membership. Publishes ``message.created`` and ``call.started``.
    """
    clean_choice(call_type, CallType.values, field="call_type")
    with group_write(group_id) as write:
        membership = write.membership_of(acting_user.pk)
        require_open(membership)
        policy.require(policy.may(membership, Action.CALL_START))
        require_free_to_send(membership)
        live = _live_call(write)
        if live is not None:
            CallParticipant.objects.get_or_create(call=live, user=acting_user, defaults={"group": write.group})
            return Called(live, created=False)
        return Called(_start(write, membership, call_type), created=True)


def call_set_state(*, acting_user: User, call_id: UUID, state: str) -> Call:
    """Say what the acting person does with a call.

    Who may: people with a part in it, as far as they are members. Who is called sets ringing, then answered or
    declined; who calls, until somebody has answered, cancelled or no_answer; who is in it, ended. It is answered with
    the first who answers, declined with the last who declines, and ended when one is left. Missed and failed are set by
    the server alone.

    Raises InvalidInput (``state``), NotFound, NotAllowed (``suspended``: nobody answers who is), Conflict
    (``call_state``: anything else). Locks the group, the membership, the call. Publishes ``call.changed``.
    """
    clean_choice(state, CallState.values, field="state")
    with group_write(group_id_of(Call.objects.visible_to(acting_user), call_id)) as write:
        if state == CallState.ANSWERED:
            write.membership_of(acting_user.pk)
        else:
            write.member(acting_user.pk)  # a suspended one, too, may decline and hang up
        call = _locked(write, call_id)
        if call.is_overdue_at(write.now):
            raise Conflict(_("This call is over."), code="call_state")
        change = CallWrite(write, call)
        change.step(acting_user.pk, state)
        change.save(acting_user.pk)
    return call


def call_leave(write: GroupWrite, user_id: UserId) -> None:
    """Let somebody who ceases to be a member of a locked group have no part in its call any more. For services only.

    Publishes ``call.changed``, if there is one.
    """
    live = write.group.calls.live().first()
    if live is not None:
        change = CallWrite(write, live)
        if change.drop(user_id):
            change.save(user_id)


def calls_expire() -> Iterator[UUID]:
    """End every call that rang too long as missed, and what nobody ended for too long as failed; yield their ids.

    Who may: the site's operator (management command). Locks one group at a time. Publishes ``call.changed``.
    """
    for call in list(Call.objects.overdue(timezone.now())):
        _, ended = _expire(call)
        if ended:
            yield call.pk


def calls_now(calls: Collection[Call]) -> list[Call]:
    """Return ``calls`` as they are now: what is over by the clock is ended, whether the worker came by or not."""
    now = timezone.now()
    return [_expire(call)[0] if call.is_overdue_at(now) else call for call in calls]


def _start(write: GroupWrite, membership: ChatGroupUser, call_type: str) -> Call:
    caller_id = membership.user_id
    called = _whom_to_call(membership)
    call = Call(group=write.group, caller_id=caller_id, call_type=call_type, started_at=write.now)
    metadata = call_metadata(call)
    call.message = message_add(write, message_type=MessageType.SYSTEM, counts=False, metadata=metadata)
    call.save()
    CallParticipant.objects.bulk_create(
        CallParticipant(call=call, group=write.group, user_id=user_id) for user_id in (caller_id, *called)
    )
    message_event_publish(events.MessageCreated, call.message, caller_id)
    call_event_publish(events.CallStarted, call, call.message, caller_id)
    return call


def _whom_to_call(membership: ChatGroupUser) -> list[UserId]:
    """Return those whom the member calls. Raises Conflict where there are none or too many, else NotAllowed."""
    caller_id, at_most = membership.user_id, chat_settings.CALL_MAX_PEOPLE
    live = membership.group.memberships.live().exclude(user=caller_id).oldest_first()
    others = list(live.values_list("user_id", flat=True)[:at_most])
    if not others:
        raise Conflict(_("There is nobody to call."), code="nobody_to_call")
    if len(others) == at_most:
        raise Conflict(_("These are too many people for a call."), code="too_many_to_call")
    allowed = allowed_by("allow_calls_from", settings_of_many(others), caller_id) - blocked_among(caller_id, others)
    if not allowed:
        raise privacy_error()
    return [user_id for user_id in others if user_id in allowed]


def _live_call(write: GroupWrite) -> Call | None:
    """Return the call that goes on in a locked group; one that is over by the clock is ended first."""
    live = write.group.calls.live().first()
    if live is None or not live.is_overdue_at(write.now):
        return live
    _settle(write, live)
    return None


def _expire(call: Call) -> tuple[Call, bool]:
    """Return the call as it is now, and whether it was this that ended it."""
    with group_write(call.group_id, even_deleted=True) as write:
        fresh = _locked(write, call.pk)
        due = fresh.is_overdue_at(write.now)
        if due:
            _settle(write, fresh)
    return fresh, due


def _settle(write: GroupWrite, call: Call) -> None:
    change = CallWrite(write, call)
    change.finish(CallState.FAILED if call.state == CallState.ANSWERED else CallState.MISSED)
    change.save(None)


def _locked(write: GroupWrite, call_id: UUID) -> Call:
    return write.group.calls.select_for_update(no_key=True, of=("self",)).get(pk=call_id)
