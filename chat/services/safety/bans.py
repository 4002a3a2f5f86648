"""Banning people from a group: they go, and do not come back before that is lifted."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat import policy
from chat.adapter import User, UserId
from chat.exceptions import NotFound
from chat.models import Ban, ChatGroupUser
from chat.roles import Action, Role
from chat.services.cleaning import clean_text
from chat.services.members import membership_end
from chat.services.writing import GroupWrite, group_write

REASON_MAX_LENGTH = 500


def member_ban(*, acting_user: User, group_id: UUID, user_id: UserId, reason: str = "") -> Ban:
    """Remove a member, or somebody who was one, for good: nobody can add them, and no invitation lets them in.

    Who is banned already stays so, for the first reason.

    Who may: see the permission table, and whom they manage; somebody who left counts as a member without office.
    Raises InvalidInput (``reason``), NotFound, NotAllowed. Locks the group, then both memberships. Publishes what
    removing does.
    """
    reason = clean_text(reason, field="reason", max_length=REASON_MAX_LENGTH, allow_blank=True)
    with group_write(group_id) as write:
        membership = write.membership_of(acting_user.pk)
        policy.require(policy.may(membership, Action.MEMBER_BAN))
        banned = _present_or_former(write, user_id)
        role = banned.role if banned.left_at is None else Role.MEMBER
        policy.require(policy.may_manage(membership, Action.MEMBER_BAN, role))
        if banned.left_at is None:
            membership_end(write, banned, actor_id=acting_user.pk)
        ban, _created = Ban.objects.get_or_create(
            group=write.group,
            user_id=user_id,
            defaults={"reason": reason, "created_by": acting_user, "created_at": write.now},
        )
    return ban


def ban_lift(*, acting_user: User, group_id: UUID, user_id: UserId) -> None:
    """Let a banned person be added, or join, again. They are not a member by that.

    Who may: who may ban members. Raises NotFound, NotAllowed. Locks the group, then the own
    membership. Publishes nothing: nothing that members see is different.
    """
    with group_write(group_id) as write:
        membership = write.membership_of(acting_user.pk)
        policy.require(policy.may_manage(membership, Action.MEMBER_BAN, Role.MEMBER))
        if not Ban.objects.filter(group=write.group, user=user_id).delete()[0]:
            raise NotFound(_("This person is not banned here."))


def _present_or_former(write: GroupWrite, user_id: UserId) -> ChatGroupUser:
    rows = write.group.memberships.select_for_update(no_key=True, of=("self",))
    membership = rows.filter(user_id=user_id).first()
    if membership is None:
        raise NotFound(_("This person is not in the conversation."), code="member_not_found")
    membership.group = write.group
    return membership
