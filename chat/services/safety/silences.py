"""Telling a member to be silent for a time."""

from datetime import datetime, timedelta
from uuid import UUID

from chat import events, policy
from chat.adapter import User, UserId
from chat.models import ChatGroupUser
from chat.roles import Action, SystemKind
from chat.services.cleaning import clean_future
from chat.services.members import member_event_publish, membership_stamp, other_member
from chat.services.system_messages import system_message_add
from chat.services.writing import group_write

LONGEST = timedelta(days=366)


def member_silence(*, acting_user: User, group_id: UUID, user_id: UserId, until: datetime | None) -> ChatGroupUser:
    """Let a member read, but send, edit, react, vote and pin nothing before ``until``; None lets them again.

    It stays when they leave and come back. Deleting their own messages they may.

    Who may: see the permission table, and whom they manage. Raises InvalidInput (``until``), NotFound, NotAllowed.
    Locks the group, then both memberships. Publishes ``member.silenced``, and ``message.created`` for what the system
    says, unless that is how it was.
    """
    with group_write(group_id) as write:
        membership = write.membership_of(acting_user.pk)
        policy.require(policy.may(membership, Action.MEMBER_SILENCE))
        if until is not None:
            clean_future(until, field="until", now=write.now, at_most=LONGEST)
        silenced = other_member(write, user_id)
        policy.require(policy.may_manage(membership, Action.MEMBER_SILENCE, silenced.role))
        if silenced.silenced_until != until:
            silenced.silenced_until = until
            membership_stamp(write, silenced, "silenced_until")
            member_event_publish(events.MemberSilenced, silenced, acting_user.pk)
            kind = SystemKind.MEMBER_UNSILENCED if until is None else SystemKind.MEMBER_SILENCED
            system_message_add(write, kind=kind, actor_id=acting_user.pk, user_id=user_id)
    return silenced
