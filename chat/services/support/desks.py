"""The desk of a request: a room in which its staff talk among themselves, and which no client ever meets."""

from typing import Unpack
from uuid import UUID

from chat import events, policy
from chat.adapter import User
from chat.models import ChatGroup
from chat.roles import Action, GroupType, Role
from chat.services.members import membership_begin
from chat.services.messages import Words, outgoing_of
from chat.services.sending import Sent, outgoing_send
from chat.services.support.standing import membership_at_desk
from chat.services.writing import GroupWrite, desk_of, group_write


def note_send(*, acting_user: User, group_id: UUID, **words: Unpack[Words]) -> Sent:
    """Send a message at the desk of the request ``group_id``, which is made for its first note.

    Who may: see the permission table. What is raised beside NotFound, NotAllowed and Conflict (``take_first``), locked
    and published: as for ``message_send``, to the desk; and, where the desk is new, ``group.created``.
    """
    outgoing = outgoing_of(acting_user, **words)
    with group_write(group_id) as write:
        membership = membership_at_desk(write, acting_user)
        policy.require(policy.may(membership, Action.SUPPORT_NOTE))
        desk = desk_open(write)
        return outgoing_send(acting_user=acting_user, group_id=desk.pk, outgoing=outgoing)


def desk_open(write: GroupWrite) -> ChatGroup:
    """Return the desk of a locked request, made with the staff of now unless it is there. For services only.

    It is locked. Publishes ``group.created`` where it is new.
    """
    known = desk_of(write)
    if known is not None:
        return known.group
    request, now = write.group, write.now
    desk = ChatGroup(group_type=GroupType.SUPPORT, desk_of=request, scope=request.scope, created_at=now, changed_at=now)
    desk.save(force_insert=True)
    made = GroupWrite(group=desk, now=now)
    for staff in request.memberships.live().filter(role=Role.STAFF).oldest_first():
        membership_begin(made, user_id=staff.user_id, role=Role.STAFF)
    made.save()
    events.publish(events.GroupCreated(group_id=desk.pk, version=desk.version, actor_id=None))
    return desk
