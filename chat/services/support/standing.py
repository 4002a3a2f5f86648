"""How a request stands: its status and who takes care of it, kept from when on."""

from django.utils.translation import gettext_lazy as _

from chat import events
from chat.adapter import User, UserId, get_adapter
from chat.exceptions import NotAllowed
from chat.models import ChatGroupUser, StatusChange
from chat.roles import Role
from chat.services.writing import GroupWrite


def membership_at_desk(write: GroupWrite, acting_user: User) -> ChatGroupUser:
    """Return the locked membership of who acts in a request; of staff, only while they are support staff.

    For services only. Raises NotFound, NotAllowed (``suspended``, ``not_support_staff``).
    """
    membership = write.membership_of(acting_user.pk)
    if membership.role == Role.STAFF and not get_adapter().is_support_staff(acting_user):
        raise NotAllowed(_("This is for support staff."), code="not_support_staff")
    return membership


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
