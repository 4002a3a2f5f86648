"""Requests to join a group, made by an invitation that needs approval."""

from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat import events, policy
from chat.adapter import User, UserId
from chat.choices import JoinState
from chat.conf import chat_settings
from chat.exceptions import Conflict, NotFound
from chat.models import Invitation, JoinRequest
from chat.roles import Action, Role
from chat.services.cleaning import clean_choice, clean_text
from chat.services.members import member_let_in
from chat.services.safety.standing import require_not_banned
from chat.services.writing import GroupWrite, group_id_of, group_write

TEXT_MAX_LENGTH = 500
ANSWERS = (JoinState.ACCEPTED, JoinState.REJECTED, JoinState.WITHDRAWN)


def join_request_answer(*, acting_user: User, request_id: UUID, state: str) -> JoinRequest:
    """Accept or reject what somebody asked for, or withdraw what one asked for oneself.

    Accepting takes a use of the invitation, which may have expired or been revoked since. The same answer again changes
    nothing.

    Who may: accept and reject, see the permission table; withdraw, who asked. Raises InvalidInput (``state``),
    NotFound, NotAllowed (``banned``: who asked), Conflict (``already_answered``, ``invitation_used_up``,
    ``group_full``). Locks the group, the request, the invitation. Publishes ``join.answered``, and ``member.added``.
    """
    clean_choice(state, ANSWERS, field="state")
    with group_write(group_id_of(JoinRequest.objects.visible_to(acting_user), request_id)) as write:
        request = _locked(acting_user, request_id)
        _require_may_answer(write, acting_user, request, state)
        if request.state == state:
            return request
        if request.state != JoinState.PENDING:
            raise Conflict(_("This request was answered otherwise already."), code="already_answered")
        if state == JoinState.ACCEPTED:
            _let_in(write, request, actor_id=acting_user.pk)
        request.state, request.answered_by, request.answered_at = JoinState(state), acting_user, write.now
        request.save(update_fields=["state", "answered_by", "answered_at"])
        _publish(events.JoinAnswered, request, acting_user.pk)
    return request


def join_ask(write: GroupWrite, invitation: Invitation, user_id: UserId, text: str) -> tuple[JoinRequest, bool]:
    """Return the person's request that waits in a locked group, and whether it is new. For services only.

    Raises InvalidInput (``text``), Conflict (``rejected_lately``). Publishes ``join.requested``.
    """
    text = clean_text(text, field="text", max_length=TEXT_MAX_LENGTH, allow_blank=True)
    known = JoinRequest.objects.waiting().filter(group=write.group, user=user_id).first()
    if known is not None:
        return known, False
    since = write.now - timedelta(seconds=chat_settings.JOIN_RETRY_DELAY)
    if JoinRequest.objects.rejected_since(write.group, user_id, since).exists():
        raise Conflict(_("You were rejected a short while ago; ask again later."), code="rejected_lately")
    request = JoinRequest.objects.create(
        group=write.group, invitation=invitation, user_id=user_id, text=text, created_at=write.now
    )
    _publish(events.JoinRequested, request, user_id)
    return request, True


def _locked(user: User, request_id: UUID) -> JoinRequest:
    """Return the locked request. Raises NotFound: the person may not answer any more."""
    rows = JoinRequest.objects.visible_to(user).filter(pk=request_id)
    request = rows.select_for_update(no_key=True, of=("self",)).first()
    if request is None:
        raise NotFound
    return request


def _require_may_answer(write: GroupWrite, user: User, request: JoinRequest, state: str) -> None:
    own = request.user_id == user.pk
    if state == JoinState.WITHDRAWN or own:
        policy.require(own and state == JoinState.WITHDRAWN)
    else:
        policy.require(policy.may(write.membership_of(user.pk), Action.MEMBER_INVITE))


def _let_in(write: GroupWrite, request: JoinRequest, *, actor_id: UserId) -> None:
    require_not_banned(write.group, request.user_id)
    invitation = Invitation.objects.select_for_update(no_key=True, of=("self",)).get(pk=request.invitation_id)
    if invitation.is_used_up:
        raise Conflict(_("This invitation was used as often as it may be."), code="invitation_used_up")
    invitation.use_count += 1
    invitation.save(update_fields=["use_count"])
    member_let_in(write, user_id=request.user_id, role=Role.MEMBER, actor_id=actor_id)


def _publish(kind: type[events.JoinEvent], request: JoinRequest, actor_id: UserId) -> None:
    events.publish(kind(group_id=request.group_id, actor_id=actor_id, request_id=request.pk, user_id=request.user_id))
