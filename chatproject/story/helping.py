"""How the staff of the demo serve requests: take, note, tag; how clients end them; and when all that happened."""

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from chat.choices import SupportStatus
from chat.models import ChatGroup, ChatMessage, StatusChange, SupportRequest
from chat.roles import Role
from chat.services.support.assignments import request_take
from chat.services.support.desks import note_send
from chat.services.support.ratings import request_rate
from chat.services.support.statuses import request_set_status
from chat.services.support.tags import request_set_tags
from chat.services.support.times import resolution_seconds, seconds_between

if TYPE_CHECKING:
    from chatproject.story.script import Step
    from chatproject.story.stage import Stage


def takes(stage: "Stage", step: "Step") -> None:
    """Take the request from the queue, which the system then tells."""
    group = stage.groups[step.conversation]
    request_take(acting_user=stage.people[step.who], group_id=group.pk)
    _told(stage, step, group)


def notes(stage: "Stage", step: "Step") -> None:
    """Write a note at the request's desk."""
    group_id, person = stage.groups[step.conversation].pk, stage.people[step.who]
    note = note_send(acting_user=person, group_id=group_id, message_text=step.text).message
    stage.diary.started.setdefault(note.group_id, step.at)
    stage.diary.sent[note.group_id, note.seq] = step.at
    stage.diary.read[note.group_id, person.pk, note.seq] = step.at


def tags(stage: "Stage", step: "Step") -> None:
    """Say what the request is about."""
    group_id, names = stage.groups[step.conversation].pk, step.text.split()
    request_set_tags(acting_user=stage.people[step.who], group_id=group_id, names=names)


def resolves(stage: "Stage", step: "Step") -> None:
    """Say that the request is resolved, which the system then tells."""
    group = stage.groups[step.conversation]
    request_set_status(acting_user=stage.people[step.who], group_id=group.pk, status=SupportStatus.RESOLVED)
    _told(stage, step, group)


def rates(stage: "Stage", step: "Step") -> None:
    """Rate how the request was served: ``5 Thank you!``."""
    rating, _, words = step.text.partition(" ")
    group_id = stage.groups[step.conversation].pk
    request_rate(acting_user=stage.people[step.who], group_id=group_id, rating=int(rating), rating_text=words)


def requests_date(group_ids: Collection[UUID]) -> None:
    """Move what the desk knows of these requests to the times that their messages were moved to."""
    for change in StatusChange.objects.filter(group__in=group_ids):
        # What the system said of a change has the version before it.
        change.at = ChatMessage.objects.get(group=change.group_id, version=change.version - 1).created_at
        change.save()
    for request in SupportRequest.objects.filter(group__in=group_ids).select_related("group"):
        _date(request, request.group)


def _date(request: SupportRequest, group: ChatGroup) -> None:
    asked = group.messages.filter(sender=group.client_user_id).order_by("seq").first()
    staff = group.memberships.filter(role=Role.STAFF).values("user")
    answer = group.messages.filter(sender__in=staff, seq__gt=asked.seq if asked else 0).order_by("seq").first()
    if asked is not None and answer is not None:
        request.first_response_at = answer.created_at
        request.first_response_seconds = seconds_between(group.scope, (asked.created_at, answer.created_at))
    if group.support_status == SupportStatus.RESOLVED:
        last = StatusChange.objects.filter(group=group).latest("version")
        request.resolved_at, request.rated_at = last.at, request.rated_at and last.at
        request.resolution_seconds = resolution_seconds(group, last.at)
    request.save()


def _told(stage: "Stage", step: "Step", group: ChatGroup) -> None:
    group.refresh_from_db(fields=["last_seq"])
    stage.diary.sent[group.pk, group.last_seq] = step.at
