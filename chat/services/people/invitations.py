"""Invitations: links with which people join a group by themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat import policy
from chat.adapter import User, get_adapter
from chat.exceptions import Conflict, NotFound
from chat.models import ChatGroup, ChatGroupUser, Invitation, JoinRequest
from chat.roles import Action, Role, SystemKind
from chat.services.cleaning import clean_future, clean_number
from chat.services.members import member_let_in
from chat.services.people.join_requests import join_ask
from chat.services.safety.standing import require_not_banned, require_not_suspended
from chat.services.writing import GroupWrite, group_write

USE_LIMIT_MAX = 100_000
LIFETIME_MAX = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a link shows before it is used."""

    invitation: Invitation
    group: ChatGroup
    member_count: int
    is_member: bool
    request: JoinRequest | None
    """What the person asked for, and nobody answered yet."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The outcome of using a link: the membership, or else the request that waits for an answer.

    ``created`` is False where the person was a member, or was waiting, already.
    """

    membership: ChatGroupUser | None
    request: JoinRequest | None
    created: bool


def invitation_create(
    *,
    acting_user: User,
    group_id: UUID,
    needs_approval: bool = False,
    use_limit: int | None = None,
    expires_at: datetime | None = None,
) -> Invitation:
    """Make a link into a group. It is good until it expires, is used up or revoked, or its maker may not invite.

    Who may: see the permission table. Raises InvalidInput (``use_limit``, ``expires_at``), NotFound, NotAllowed. Locks
    the group.
    """
    if use_limit is not None:
        clean_number(use_limit, field="use_limit", at_least=1, at_most=USE_LIMIT_MAX)
    with group_write(group_id) as write:
        policy.require(policy.may(write.membership_of(acting_user.pk), Action.MEMBER_INVITE))
        if expires_at is not None:
            clean_future(expires_at, field="expires_at", now=write.now, at_most=LIFETIME_MAX)
        return Invitation.objects.create(
            group=write.group,
            created_by=acting_user,
            needs_approval=needs_approval,
            use_limit=use_limit,
            expires_at=expires_at,
            created_at=write.now,
        )


def invitation_revoke(*, acting_user: User, group_id: UUID, invitation_id: UUID) -> Invitation:
    """Let a link lead nowhere from now on; who joined by it stays. Revoking again changes nothing.

    Who may: see the permission table, whoever made it. Raises NotFound, NotAllowed. Locks the group.
    """
    with group_write(group_id) as write:
        policy.require(policy.may(write.membership_of(acting_user.pk), Action.MEMBER_INVITE))
        invitation = write.group.invitations.filter(pk=invitation_id).first()
        if invitation is None:
            raise NotFound
        if invitation.revoked_at is None:
            invitation.revoked_at = write.now
            invitation.save(update_fields=["revoked_at"])
    return invitation


def invitation_preview(*, acting_user: User, token: str, now: datetime) -> Preview:
    """Return what a link shows. Reads only.

    Who may: whoever has the link, in the group's tenant. Raises what ``invitation_join`` raises of the link itself.
    """
    invitation = _invitation_of(acting_user, token)
    group = invitation.group
    live = group.memberships.live()
    is_member = live.filter(user=acting_user).exists()
    if not is_member:
        require_not_banned(group, acting_user.pk)
        _require_open(invitation, now)
    request = JoinRequest.objects.of(acting_user).waiting().filter(group=group).first()
    return Preview(invitation, group, live.count(), is_member, request)


def invitation_join(*, acting_user: User, token: str, text: str = "") -> Joined:
    """Join by a link as a member; where it needs approval, ask to, saying ``text``. Who is a member uses nothing up.

    Who may: whoever has the link, in the group's tenant, unless they are banned. Blocks and settings do not matter, as
    nobody adds them. Raises InvalidInput (``text``), NotFound (this site signed no such link), NotAllowed (``banned``,
    ``suspended``), Conflict (``invitation_expired``, ``invitation_used_up``, ``invitation_revoked``, ``group_full``,
    ``rejected_lately``). Locks the group, then the invitation. Publishes ``member.added`` or ``join.requested``.
    """
    invitation = _invitation_of(acting_user, token)
    with group_write(invitation.group_id) as write:
        present = write.group.memberships.live().filter(user=acting_user).first()
        if present is not None:
            return Joined(present, None, created=False)
        require_not_suspended(acting_user.pk)
        require_not_banned(write.group, acting_user.pk)
        invitation = Invitation.objects.select_for_update(no_key=True, of=("self",)).get(pk=invitation.pk)
        _require_open(invitation, write.now)
        if invitation.needs_approval:
            request, created = join_ask(write, invitation, acting_user.pk, text)
            return Joined(None, request, created=created)
        return Joined(_join(write, invitation, acting_user), None, created=True)


def _join(write: GroupWrite, invitation: Invitation, user: User) -> ChatGroupUser:
    invitation.use_count += 1
    invitation.save(update_fields=["use_count"])
    kind = SystemKind.MEMBER_JOINED
    return member_let_in(write, user_id=user.pk, role=Role.MEMBER, actor_id=user.pk, kind=kind)


def _invitation_of(user: User, token: str) -> Invitation:
    """Return the invitation with its group. Raises NotFound: forged, of another tenant, or the group is gone."""
    rows = Invitation.objects.of_token(token).in_scope(get_adapter().scope_of(user))
    invitation = rows.select_related("group").first()
    if invitation is None:
        raise NotFound
    return invitation


def _require_open(invitation: Invitation, now: datetime) -> None:
    if invitation.revoked_at is not None:
        raise Conflict(_("This invitation was revoked."), code="invitation_revoked")
    if invitation.expires_at is not None and invitation.expires_at <= now:
        raise Conflict(_("This invitation has expired."), code="invitation_expired")
    if invitation.is_used_up:
        raise Conflict(_("This invitation was used as often as it may be."), code="invitation_used_up")
