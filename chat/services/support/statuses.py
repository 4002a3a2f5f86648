"""Status of a request: open, waiting for its client, snoozed, resolved."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from chat import policy
from chat.adapter import User, UserId
from chat.choices import SupportStatus
from chat.conf import chat_settings
from chat.exceptions import InvalidInput, NotFound
from chat.models import ChatGroup, SupportRequest
from chat.roles import Role, SystemKind
from chat.services.cleaning import clean_choice, clean_future
from chat.services.guards import guard
from chat.services.support.standing import membership_at_desk, standing_note
from chat.services.support.times import resolution_seconds
from chat.services.system_messages import system_message_add
from chat.services.writing import GroupWrite, group_write


def request_set_status(
    *, acting_user: User, group_id: UUID, status: str, snoozed_until: datetime | None = None
) -> ChatGroup:
    """Give a request another status. A snoozed one, and only that, has a time at which it is open again.

    Resolving and reopening are told in the conversation. Whatever the status is, the client's next message opens it.

    Who may: see the permission table; the client may say that it is resolved. Raises InvalidInput (``status``,
    ``snoozed_until``), NotFound, NotAllowed, Conflict (``take_first``). Locks the group. Publishes
    ``request.changed`` if anything differs.
    """
    wanted = clean_choice(status, SupportStatus.values, field="status")
    with group_write(group_id) as write:
        membership = membership_at_desk(write, acting_user)
        policy.require(policy.may_set_status(membership, wanted))
        until = _until(wanted, snoozed_until, write.now)
        status_apply(write, status=wanted, actor_id=acting_user.pk, snoozed_until=until)
    return write.group


def requests_wake() -> Iterator[UUID]:
    """Open every snoozed request whose time has come, and yield its id.

    Who may: the site's operator (management command). Locks one group at a time. Publishes ``request.changed``.
    """
    for group_id in list(SupportRequest.objects.due(Now()).values_list("pk", flat=True)):
        with suppress(NotFound), group_write(group_id) as write:
            if SupportRequest.objects.due(write.now).filter(pk=group_id).exists():
                status_apply(write, status=SupportStatus.OPEN, actor_id=None)
        yield group_id


def status_apply(
    write: GroupWrite, *, status: str, actor_id: UserId | None, snoozed_until: datetime | None = None
) -> None:
    """Give a locked request another status, with what follows from it. For services only."""
    request = request_of(write)
    before = write.group.support_status
    if (before, request.snoozed_until) == (status, snoozed_until):
        return
    request.snoozed_until = snoozed_until
    if before != status:
        write.set(support_status=status)
        _follow(write, request, before, actor_id)
    request.save()
    standing_note(write, actor_id=actor_id)


def request_of(write: GroupWrite) -> SupportRequest:
    """Return what the desk knows of a locked request. For services only."""
    return SupportRequest.objects.get_or_create(group=write.group)[0]


def _follow(write: GroupWrite, request: SupportRequest, before: str | None, actor_id: UserId | None) -> None:
    status = write.group.support_status
    if status == SupportStatus.RESOLVED:
        request.resolved_at, request.resolved_by_id = write.now, actor_id
        request.resolution_seconds = resolution_seconds(write.group, write.now)
        system_message_add(write, kind=SystemKind.REQUEST_RESOLVED, actor_id=actor_id)
    elif before == SupportStatus.RESOLVED:
        request.resolved_at = request.resolved_by = request.resolution_seconds = None
        request.reopened_count += 1
        system_message_add(write, kind=SystemKind.REQUEST_REOPENED, actor_id=actor_id)
    if status != SupportStatus.OPEN:  # or the client's next message would not open it
        guard(write.group.memberships.live().filter(role=Role.CLIENT))


def _until(status: str, snoozed_until: datetime | None, now: datetime) -> datetime | None:
    if status != SupportStatus.SNOOZED:
        if snoozed_until is not None:
            raise InvalidInput(_("Only a snoozed request wakes up."), code="not_snoozed", field="snoozed_until")
        return None
    if snoozed_until is None:
        raise InvalidInput(_("Say until when."), code="required", field="snoozed_until")
    return clean_future(
        snoozed_until, field="snoozed_until", now=now, at_most=timedelta(days=chat_settings.SCHEDULE_MAX_DAYS)
    )
