"""What follows at the desk from a message in a request: it is open again, had its first answer, or nobody is there."""

from chat.choices import SupportStatus
from chat.models import BusinessHours, ChatGroupUser, ChatMessage
from chat.roles import Role, SystemKind
from chat.services.support.statuses import request_of, status_apply
from chat.services.support.times import seconds_between
from chat.services.system_messages import system_message_add
from chat.services.writing import GroupWrite


def request_heard(write: GroupWrite, membership: ChatGroupUser, message: ChatMessage) -> None:
    """Do at the desk what a new ``message`` of a member in a locked group asks for; outside requests, nothing.

    For services only. Members for whom it may do something do not send on the fast path: see ``desk_rule``.
    """
    if write.group.support_status is None:
        return
    if membership.role == Role.STAFF:
        _answered(write, message)
        return
    if write.group.support_status != SupportStatus.OPEN:
        status_apply(write, status=SupportStatus.OPEN, actor_id=membership.user_id)
    _tell_if_away(write)


def _answered(write: GroupWrite, message: ChatMessage) -> None:
    request = request_of(write)
    if request.first_response_at is not None:
        return
    # Index: chat_message_seq.
    asked = ChatMessage.objects.filter(group=write.group, sender=write.group.client_user_id, seq__lt=message.seq)
    first = asked.order_by("seq").first()
    if first is None:  # staff began the conversation: nobody waits yet
        return
    request.first_response_at, request.first_response_by_id = message.created_at, message.sender_id
    request.first_response_seconds = seconds_between(write.group.scope, (first.created_at, message.created_at))
    request.save(update_fields=["first_response_at", "first_response_by", "first_response_seconds"])


def _tell_if_away(write: GroupWrite) -> None:
    """Say once in each absence that nobody is at the desk; a new one begins when the desk was open in between."""
    hours = BusinessHours.objects.of_scope(write.group.scope).exclude(away_message="").first()
    if hours is None or (opening := hours.opening()).is_open_at(write.now):
        return
    request = request_of(write)
    told = request.away_told_at
    if told is not None and next(opening.spans(told, write.now), None) is None:
        return
    request.away_told_at = write.now
    request.save(update_fields=["away_told_at"])
    system_message_add(write, kind=SystemKind.DESK_AWAY, actor_id=None, value=hours.away_message)
