"""Who is in a group, and as what."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat import events, policy
from chat.adapter import User, UserId, get_adapter
from chat.choices import JoinState
from chat.conf import chat_settings
from chat.exceptions import Conflict, InvalidInput, NotFound
from chat.models import ChatGroup, ChatGroupUser, HeldMessage, Invitation, JoinRequest, ScheduledMessage
from chat.roles import HEIRS, Action, GroupType, HistoryVisibility, Role, SystemKind
from chat.services.calls import call_leave
from chat.services.people.adding import adds_refused
from chat.services.people.finding import person_find
from chat.services.people.relations import privacy_error
from chat.services.safety.standing import require_not_banned
from chat.services.support.standing import standing_note
from chat.services.system_messages import system_message_add
from chat.services.writing import GroupWrite, desk_of, group_write


@dataclass(frozen=True, slots=True)
class Added:
    """The outcome of adding: the membership, and whether it is new (False: the person was a member)."""

    membership: ChatGroupUser
    created: bool


def member_add(*, acting_user: User, group_id: UUID, user_id: UserId, role: str) -> Added:
    """Add a person, or add them again after they left: their row revives.

    Who may: see the permission table; the person must be findable for the acting person, and for the role staff be
    support staff. Somebody who is a member already keeps their role, and nothing changes.

    Raises InvalidInput, NotFound, NotAllowed (``privacy``: a block or their settings), Conflict (``group_full``). Locks
    the group, then the wishes of both. Publishes ``member.added``.
    """
    _require_role(role)
    with group_write(group_id) as write:
        membership = write.membership_of(acting_user.pk)
        policy.require(policy.may_manage(membership, Action.MEMBER_ADD, role))
        require_candidate(acting_user, write.group, user_id, role)
        present = write.group.memberships.live().filter(user_id=user_id).first()
        if present is not None:
            return Added(present, created=False)
        _require_wanted(write.group, acting_user.pk, user_id)
        added = member_let_in(write, user_id=user_id, role=role, actor_id=acting_user.pk)
    return Added(added, created=True)


def member_remove(*, acting_user: User, group_id: UUID, user_id: UserId) -> None:
    """Remove a person from a group; they see nothing of it from now on.

    Who may: see the permission table. Raises NotFound, NotAllowed. Locks the group. Publishes ``member.removed``, and
    ``member.role_changed`` where somebody inherits.
    """
    with group_write(group_id) as write:
        membership = write.membership_of(acting_user.pk)
        policy.require(policy.may(membership, Action.MEMBER_REMOVE))
        removed = other_member(write, user_id)
        policy.require(policy.may_manage(membership, Action.MEMBER_REMOVE, removed.role))
        membership_end(write, removed, actor_id=acting_user.pk)


def member_leave(*, acting_user: User, group_id: UUID) -> None:
    """Leave a group. The last owner's group goes to the oldest admin, else to the oldest member.

    Who may: see the permission table. Raises NotFound, NotAllowed. Locks the group. Publishes ``member.removed``, and
    ``member.role_changed`` where somebody inherits.
    """
    with group_write(group_id) as write:
        membership = write.membership_of(acting_user.pk)
        policy.require(policy.may(membership, Action.GROUP_LEAVE))
        membership_end(write, membership, actor_id=acting_user.pk)


def member_set_role(*, acting_user: User, group_id: UUID, user_id: UserId, role: str) -> ChatGroupUser:
    """Give a member another role. The last owner keeps theirs: hand ownership over instead.

    Who may: see the permission table. Raises InvalidInput, NotFound, NotAllowed, Conflict (``last_owner``). Locks the
    group. Publishes ``member.role_changed``.
    """
    _require_role(role)
    with group_write(group_id) as write:
        membership = write.membership_of(acting_user.pk)
        policy.require(policy.may(membership, Action.MEMBER_SET_ROLE))
        changed = other_member(write, user_id)
        policy.require(policy.may_manage(membership, Action.MEMBER_SET_ROLE, changed.role, role))
        if changed.role == Role.OWNER and role != Role.OWNER and _owner_count(write.group) == 1:
            raise Conflict(_("A group needs an owner: hand ownership over first."), code="last_owner")
        if _give_role(write, changed, role, actor_id=acting_user.pk):
            kind = SystemKind.ROLE_CHANGED
            system_message_add(write, kind=kind, actor_id=acting_user.pk, user_id=user_id, value=str(role))
    return changed


def ownership_transfer(*, acting_user: User, group_id: UUID, user_id: UserId) -> ChatGroupUser:
    """Make another member the owner and become an admin.

    Who may: see the permission table. Raises NotFound, NotAllowed, Conflict (``already_owner``: to oneself). Locks the
    group. Publishes ``member.role_changed`` for both.
    """
    with group_write(group_id) as write:
        membership = write.membership_of(acting_user.pk)
        policy.require(policy.may(membership, Action.GROUP_TRANSFER))
        if user_id == membership.user_id:
            raise Conflict(_("You own this group already."), code="already_owner")
        heir = other_member(write, user_id)
        _give_role(write, heir, Role.OWNER, actor_id=acting_user.pk)
        _give_role(write, membership, Role.ADMIN, actor_id=acting_user.pk)
        kind = SystemKind.OWNERSHIP_TRANSFERRED
        system_message_add(write, kind=kind, actor_id=acting_user.pk, user_id=heir.user_id)
    return heir


def member_let_in(
    write: GroupWrite, *, user_id: UserId, role: str, actor_id: UserId, kind: SystemKind = SystemKind.MEMBER_ADDED
) -> ChatGroupUser:
    """Begin the membership of somebody who is none, tell everybody, and have the system say it as ``kind``.

    What they asked for by an invitation is accepted with that.

    For services only: permissions are the caller's business. Raises Conflict (``group_full``). Publishes
    ``member.added``.
    """
    require_room(write.group)
    asked = JoinRequest.objects.waiting().filter(group=write.group, user=user_id)
    asked.update(state=JoinState.ACCEPTED, answered_at=write.now)
    added = membership_begin(write, user_id=user_id, role=role)
    member_event_publish(events.MemberAdded, added, actor_id)
    system_message_add(write, kind=kind, actor_id=actor_id, user_id=user_id)
    return added


def membership_begin(write: GroupWrite, *, user_id: UserId, role: str) -> ChatGroupUser:
    """Make or revive a membership in a locked group. For services only: permissions are the caller's business.

    What was there before is visible as the group says, and counts as read or unread for nobody: the count of unread
    begins now, receipts are not touched. Staff of a request are also at its desk, if it has one, which this locks.
    Raises NotAllowed (``banned``): this is every way into a group.
    """
    group = write.group
    membership = group.memberships.select_for_update(no_key=True, of=("self",)).filter(user_id=user_id).first()
    if membership is None:
        membership = ChatGroupUser(group=group, user_id=user_id, created_at=write.now)
    else:  # nobody is banned who was never here
        require_not_banned(group, user_id)
    from_start = group.history_visibility == HistoryVisibility.START
    membership.role = role
    membership.left_at = None
    membership.is_guarded = True  # whatever came into force meanwhile
    membership.visible_from_seq = 1 if from_start else group.last_seq + 1
    membership.unread_from_seq = group.last_seq
    membership.version = membership.floor_version = write.next_version()
    membership.state_version += 1
    membership.changed_at = write.now
    membership.save()
    if role == Role.STAFF and (desk := desk_of(write)) is not None:
        member_event_publish(events.MemberAdded, membership_begin(desk, user_id=user_id, role=role), None)
        desk.save()
    return membership


def membership_end(
    write: GroupWrite, membership: ChatGroupUser, *, actor_id: UserId | None, kind: SystemKind | None = None
) -> None:
    """End a membership in a locked group, with what it scheduled and its invitations; see that a group keeps an owner.

    Staff of a request leave its desk as well, which this locks, and what was assigned to them is nobody's. The system
    says it as ``kind``, or as follows from who acts. For services only.
    """
    _end(write, membership, actor_id)
    kind = kind or _kind_of_end(membership, actor_id)
    system_message_add(write, kind=kind, actor_id=actor_id, user_id=membership.user_id)
    if membership.role == Role.STAFF:
        _end_service(write, membership, actor_id)
    if write.group.group_type == GroupType.GROUP and _owner_count(write.group) == 0:
        _inherit(write)


def _end(write: GroupWrite, membership: ChatGroupUser, actor_id: UserId | None) -> None:
    membership.left_at = write.now
    membership_stamp(write, membership, "left_at")
    ScheduledMessage.objects.of(membership).delete()
    HeldMessage.objects.of(membership).delete()
    Invitation.objects.made_by(membership).update(revoked_at=write.now)
    call_leave(write, membership.user_id)
    member_event_publish(events.MemberRemoved, membership, actor_id)


def _end_service(write: GroupWrite, membership: ChatGroupUser, actor_id: UserId | None) -> None:
    if write.group.assignee_id == membership.user_id:
        write.set(assignee_id=None)
        standing_note(write, actor_id=actor_id)
    if (desk := desk_of(write)) is not None:
        _end(desk, desk.member(membership.user_id), actor_id)
        desk.save()


def _kind_of_end(membership: ChatGroupUser, actor_id: UserId | None) -> SystemKind:
    if actor_id is None:
        return SystemKind.MEMBER_GONE
    return SystemKind.MEMBER_LEFT if actor_id == membership.user_id else SystemKind.MEMBER_REMOVED


def _inherit(write: GroupWrite) -> None:
    for role in HEIRS:
        heir = write.group.memberships.live().filter(role=role).oldest_first().first()
        if heir is not None:
            _give_role(write, heir, Role.OWNER, actor_id=None)
            kind = SystemKind.OWNERSHIP_INHERITED
            system_message_add(write, kind=kind, actor_id=None, user_id=heir.user_id)
            return


def _give_role(write: GroupWrite, membership: ChatGroupUser, role: str, *, actor_id: UserId | None) -> bool:
    """Return whether that changed anything."""
    if membership.role == role:
        return False
    membership.role = role
    membership_stamp(write, membership, "role")
    if not policy.allows(write.group.group_type, role, Action.MEMBER_INVITE):
        Invitation.objects.made_by(membership).update(revoked_at=write.now)
    member_event_publish(events.MemberRoleChanged, membership, actor_id)
    return True


def membership_stamp(write: GroupWrite, membership: ChatGroupUser, *fields: str) -> None:
    """Write these fields of a locked membership, with the group's next version. For services only."""
    membership.version = write.next_version()
    membership.changed_at = write.now
    membership.save(update_fields=[*fields, "version", "changed_at"])


def _owner_count(group: ChatGroup) -> int:
    return group.memberships.live().filter(role=Role.OWNER).count()


def other_member(write: GroupWrite, user_id: UserId) -> ChatGroupUser:
    """Return the locked membership of whom something is done to. Raises NotFound (``member_not_found``)."""
    try:
        return write.member(user_id)
    except NotFound:
        raise NotFound(_("This person is not in the conversation."), code="member_not_found") from None


def _require_role(role: object) -> None:
    if role not in Role.values:
        raise InvalidInput(_("This is not a role."), code="invalid_choice", field="role")


def require_candidate(acting_user: User, group: ChatGroup, user_id: UserId, role: str) -> None:
    """Raise InvalidInput (``user_id``) unless ``acting_user`` may find the person, and they may hold the role there."""
    candidate = person_find(acting_user, user_id, field="user_id")
    if get_adapter().scope_of(candidate) != group.scope:
        raise InvalidInput(_("There is no such person."), code="unknown_user", field="user_id")
    require_staff_where_needed(candidate, role, field="user_id")


def _require_wanted(group: ChatGroup, acting_id: UserId, user_id: UserId) -> None:
    """Raise NotAllowed where a person does not want to be added. Staff of a request serve it, whatever they want."""
    if group.group_type == GroupType.GROUP and adds_refused(acting_id, [user_id], posting=group.posting):
        raise privacy_error()


def require_staff_where_needed(person: User, role: str, *, field: str) -> None:
    """Raise InvalidInput naming ``field`` unless ``person`` may hold ``role``."""
    if role == Role.STAFF and not get_adapter().is_support_staff(person):
        raise InvalidInput(_("This person is not support staff."), code="not_support_staff", field=field)


def require_room(group: ChatGroup) -> None:
    """Raise Conflict (``group_full``) where one more member would be too many."""
    if group.memberships.live().count() >= chat_settings.GROUP_MAX_MEMBERS:
        raise Conflict(_("This group is full."), code="group_full")


def member_event_publish(kind: type[events.MemberEvent], membership: ChatGroupUser, actor_id: UserId | None) -> None:
    """Publish what happened to a member, whose membership has its version already. For services only."""
    events.publish(
        kind(
            group_id=membership.group_id,
            version=membership.version,
            actor_id=actor_id,
            user_id=membership.user_id,
        )
    )
