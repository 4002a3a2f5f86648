"""Rows of invitations, requests to join and calls that the database refuses."""

from collections.abc import Callable
from typing import Any

from django.db.models.functions import Now

from chat.models import Call, CallParticipant, Invitation, JoinRequest
from chat.services.calls import call_start
from chat.services.people.invitations import invitation_create, invitation_join
from tests.services.worlds import make_person, small_group

Bad = Callable[[], object]


def _invitation(**values: Any) -> Bad:
    return lambda: Invitation.objects.create(group=small_group()[0].group, created_at=Now(), **values)


def _join(**values: Any) -> Bad:
    """Change a request that waits, or (without values) add another one."""

    def write() -> None:
        world, owner, _ = small_group()
        asking = invitation_create(acting_user=owner, group_id=world.id, needs_approval=True)
        asked = invitation_join(acting_user=make_person(), token=asking.token).request
        assert asked is not None
        if values:
            JoinRequest.objects.update(**values)
            return
        JoinRequest.objects.create(group=world.group, invitation=asking, user_id=asked.user_id, created_at=Now())

    return write


def _call(**values: Any) -> Bad:
    """Change a call that goes on, or (without values) add another one."""

    def write() -> None:
        world, owner, _ = small_group()
        call_start(acting_user=owner, group_id=world.id, call_type="voice")
        if values:
            Call.objects.update(**values)
            return
        message = world.say(owner)
        Call.objects.create(group=world.group, message=message, call_type="voice", started_at=Now())

    return write


def _part(**values: Any) -> Bad:
    """Change the parts in a call, or (without values) add one of somebody who has one."""

    def write() -> None:
        world, owner, _ = small_group()
        call = call_start(acting_user=owner, group_id=world.id, call_type="voice").call
        if values:
            CallParticipant.objects.update(**values)
            return
        CallParticipant.objects.create(call=call, group=world.group, user=owner)

    return write


JOINING_ROWS: dict[str, list[Bad]] = {
    "chat_invitation_use_limit": [_invitation(use_limit=0), _invitation(use_limit=1, use_count=2)],
    "chat_join_one_waiting": [_join()],
    "chat_join_state": [_join(state="perhaps"), _join(state="")],
    "chat_call_one_live": [_call()],
    "chat_call_type": [_call(call_type="smoke")],
    "chat_call_state": [_call(state="connected", ended_at=Now())],
    "chat_call_over_iff_ended": [_call(state="ended"), _call(ended_at=Now())],
    "chat_call_person_once": [_part()],
    "chat_call_person_state": [_part(state="away")],
}
