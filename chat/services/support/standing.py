"""How a request stands: its status and who takes care of it, kept from when on."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat import events
from chat.adapter import User, UserId, get_adapter
from chat.exceptions import Conflict, NotAllowed, NotFound
from chat.models import ChatGroupUser, StatusChange
from chat.models.support.queue import queue_visible_to
from chat.roles import Role
from chat.services.writing import GroupWrite


def membership_at_desk(write: GroupWrite, acting_user: User) -> ChatGroupUser:
    """Return the locked membership of who acts in a request; of staff, only while they are support staff.

    For services only. Raises NotFound, NotAllowed (``suspended``, ``not_support_staff``), Conflict (``take_first``).
    """
    try:
        membership = write.membership_of(acting_user.pk)
    except NotFound:
        require_no_queue(acting_user, write.group.pk)
        raise
    if membership.role == Role.STAFF and not get_adapter().is_support_staff(acting_user):
        raise NotAllowed(_("This is for support staff."), code="not_support_staff")
    return membership


def require_no_queue(acting_user: User, group_id: UUID) -> None:
    """Raise Conflict (``take_first``) where the person finds the request in the queue, and does not serve it.

    To them it exists, so "not found" would be a riddle. For services, and for views that look before they call one.
    """
    if queue_visible_to(acting_user).filter(pk=group_id).exists():
        raise Conflict(_("Take this request first."), code="take_first")


def standing_note(write: GroupWrite, *, actor_id: UserId | None) -> None:
    """Keep that a locked request has, from now on, the status and assignee that ``write`` has given it.

    For services only. Publishes ``request.changed``.
    """
    version = write.next_version()
    StatusChange.objects.create(
        group=write.group,
        version=version,
        status=str(write.group.support_status),
        assignee_id=write.group.assignee_id,
        actor_id=actor_id,
        at=write.now,
    )
    events.publish(events.RequestChanged(group_id=write.group.pk, version=version, actor_id=actor_id))
