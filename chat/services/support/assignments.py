"""Who takes care of a request: taken from the queue, assigned, handed over."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat import policy
from chat.adapter import User, UserId
from chat.exceptions import Conflict, NotFound
from chat.models import ChatGroup
from chat.models.support.queue import requests_for
from chat.roles import Action, Role, SystemKind
from chat.services.members import member_let_in, require_candidate
from chat.services.messages import message_send
from chat.services.safety.standing import require_not_suspended
from chat.services.support.desks import desk_open
from chat.services.support.standing import membership_at_desk, standing_note
from chat.services.system_messages import system_message_add
from chat.services.writing import GroupWrite, group_write


def request_take(*, acting_user: User, group_id: UUID) -> ChatGroup:
    """Take a request that nobody takes care of, and become staff in it. Of two at once, one gets it.

    Who may: support staff of its tenant, but its client. Raises NotFound, NotAllowed (``suspended``), Conflict
    (``already_taken``, ``group_full``). Locks the group. Publishes ``request.changed``, and ``member.added`` where the
    person was no member.
    """
    if not requests_for(acting_user).filter(pk=group_id).exists():
        raise NotFound
    with group_write(group_id) as write:
        require_not_suspended(acting_user.pk)
        if write.group.assignee_id not in (None, acting_user.pk):
            raise Conflict(_("Somebody else takes care of this request."), code="already_taken")
        _assign(write, acting_user.pk, actor_id=acting_user.pk)
    return write.group


def request_assign(*, acting_user: User, group_id: UUID, user_id: UserId | None, note: str | None = None) -> ChatGroup:
    """Have another member of staff take care of a request, or nobody: then it waits in the queue again.

    They become staff in it if they are not. ``note`` is left for them at the desk, and mentions them.

    Who may: see the permission table; the person must be support staff whom the acting person may find. Raises
    InvalidInput (``user_id``, ``message_text``), NotFound, NotAllowed, Conflict (``group_full``,
    ``client_of_request``, ``take_first``). Locks the group, then its desk. Publishes ``request.changed``
    if anything differs, ``member.added``, and what ``note_send`` does.
    """
    with group_write(group_id) as write:
        membership = membership_at_desk(write, acting_user)
        policy.require(policy.may(membership, Action.SUPPORT_ASSIGN))
        if user_id is not None:
            require_candidate(acting_user, write.group, user_id, Role.STAFF)
        _assign(write, user_id, actor_id=acting_user.pk)
        if note is not None:
            desk = desk_open(write)
            mentioned = [] if user_id is None else [user_id]
            message_send(acting_user=acting_user, group_id=desk.pk, message_text=note, mention_ids=mentioned)
    return write.group


def _assign(write: GroupWrite, user_id: UserId | None, *, actor_id: UserId) -> None:
    if write.group.assignee_id == user_id:
        return
    write.set(assignee_id=user_id)
    if user_id is not None:
        _serve(write, user_id, actor_id)
    standing_note(write, actor_id=actor_id)


def _serve(write: GroupWrite, user_id: UserId, actor_id: UserId) -> None:
    """See that the person is staff in a locked request, and say that they take care of it."""
    if user_id == write.group.client_user_id:
        raise Conflict(_("Nobody serves their own request."), code="client_of_request")
    kind = SystemKind.REQUEST_ASSIGNED
    if write.group.memberships.live().filter(user_id=user_id).exists():
        system_message_add(write, kind=kind, actor_id=actor_id, user_id=user_id)
    else:
        member_let_in(write, user_id=user_id, role=Role.STAFF, actor_id=actor_id, kind=kind)
