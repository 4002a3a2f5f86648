"""How a request stands: its status and who takes care of it, kept from when on."""

from chat import events
from chat.adapter import UserId
from chat.models import StatusChange
from chat.services.writing import GroupWrite


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
