"""How people of the demo call each other, and invite."""

from datetime import timedelta
from typing import TYPE_CHECKING

from chat.choices import CallState
from chat.models import Call
from chat.services.calls import call_set_state, call_start, calls_expire
from chat.services.people.invitations import invitation_create

if TYPE_CHECKING:
    from chatproject.story.script import Step
    from chatproject.story.stage import Stage

TALK = timedelta(minutes=4)
"""How long people talk."""


def calls(stage: "Stage", step: "Step") -> None:
    """Call the other person, who misses it, or answers and talks: ``voice missed``, ``video ended``."""
    call_type, _, outcome = step.text.partition(" ")
    group, caller = stage.groups[step.conversation], stage.people[step.who]
    call = call_start(acting_user=caller, group_id=group.pk, call_type=call_type).call
    stage.diary.sent[group.pk, call.message.seq] = step.at
    if outcome == CallState.ENDED:
        other = next(stage.people[name] for name in step.conversation.people if name != step.who)
        call_set_state(acting_user=other, call_id=call.pk, state=CallState.ANSWERED)
        call_set_state(acting_user=caller, call_id=call.pk, state=CallState.ENDED)
    else:
        Call.objects.filter(pk=call.pk).update(started_at=step.at)
        list(calls_expire())
    stage.diary.called[call.pk] = (step.at, step.at + TALK)


def invites(stage: "Stage", step: "Step") -> None:
    """Make a link into the group, for so many people."""
    group_id = stage.groups[step.conversation].pk
    invitation_create(acting_user=stage.people[step.who], group_id=group_id, use_limit=int(step.text))
