"""May this person do this here? Asked by every transport, answered from the table in ``chat.roles``.

Unknown pairs of type and role, and unknown actions, are refused.
"""

from datetime import datetime
from functools import cache

from django.utils.translation import gettext_lazy as _

from chat.choices import SupportStatus
from chat.exceptions import Conflict, NotAllowed
from chat.models import ChatGroupUser, ChatMessage
from chat.roles import CLOSED_FOR, MANAGEABLE, NOT_AT_A_DESK, PERMISSIONS, Action, Posting


def allows(group_type: str, role: str, action: Action) -> bool:
    """Return whether the table allows ``action`` to ``role`` in groups of ``group_type``."""
    return action in PERMISSIONS.get((group_type, role), frozenset())


def may(membership: ChatGroupUser, action: Action) -> bool:
    """Return whether the person may do ``action`` in ``membership.group``, the group's own settings considered."""
    return action in allowed_actions(membership)


def may_manage(membership: ChatGroupUser, action: Action, *roles: str) -> bool:
    """Return whether the person may do ``action`` to people who hold, or are to hold, each of ``roles``."""
    manageable = MANAGEABLE.get((membership.group.group_type, membership.role), frozenset())
    return may(membership, action) and all(role in manageable for role in roles)


def may_delete(membership: ChatGroupUser, message: ChatMessage) -> bool:
    """Return whether the person may delete ``message`` for everyone."""
    own = _is_own(membership, message)
    return may(membership, Action.MESSAGE_DELETE_OWN if own else Action.MESSAGE_DELETE_ANY)


def may_edit(membership: ChatGroupUser, message: ChatMessage) -> bool:
    """Return whether the person may edit ``message``, if its time and kind allow it."""
    return _is_own(membership, message) and may(membership, Action.MESSAGE_EDIT_OWN)


def may_set_status(membership: ChatGroupUser, status: str) -> bool:
    """Return whether the person may give the request this status."""
    return may(membership, Action.SUPPORT_RESOLVE if status == SupportStatus.RESOLVED else Action.SUPPORT_STATUS)


def may_read_revisions(membership: ChatGroupUser, message: ChatMessage) -> bool:
    """Return whether the person may read what ``message`` said before it was edited."""
    return _is_own(membership, message) or may(membership, Action.MESSAGE_DELETE_ANY)


def _is_own(membership: ChatGroupUser, message: ChatMessage) -> bool:
    return message.sender_id is not None and message.sender_id == membership.user_id


def require_shown(message: ChatMessage, now: datetime) -> None:
    """Raise Conflict (``message_gone``) unless ``message`` has its content still at ``now``."""
    if message.is_gone_at(now):
        raise Conflict(_("This message was deleted, or its time is over."), code="message_gone")


def require(allowed: bool) -> None:
    """Raise NotAllowed unless ``allowed``."""
    if not allowed:
        raise NotAllowed


def allowed_actions(membership: ChatGroupUser) -> list[Action]:
    """Return what the person may do in the group, in the table's order, for clients that show or hide buttons."""
    if membership.left_at is not None:
        return []
    group = membership.group
    closed, at_desk = group.closed_at is not None, group.desk_of_id is not None
    return list(actions_of(group.group_type, membership.role, group.posting, closed=closed, at_desk=at_desk))


@cache
def actions_of(group_type: str, role: str, posting: str, *, closed: bool, at_desk: bool = False) -> tuple[Action, ...]:
    """Return what ``role`` may do in a group of this type, with this setting of who posts, open or closed."""
    refused = (CLOSED_FOR if closed else frozenset()) | (NOT_AT_A_DESK if at_desk else frozenset())
    if (group_type, role) not in sending_roles(posting):
        refused |= {Action.MESSAGE_SEND, Action.MESSAGE_EDIT_OWN, Action.CALL_START}
    return tuple(action for action in Action if allows(group_type, role, action) and action not in refused)


def sending_roles(posting: str) -> frozenset[tuple[str, str]]:
    """Return the pairs of group type and role that may send where ``posting`` holds."""
    action = Action.MESSAGE_SEND if posting == Posting.EVERYONE else Action.MESSAGE_SEND_CHANNEL
    return frozenset(pair for pair, actions in PERMISSIONS.items() if action in actions)


def is_role_of(group_type: str, role: str) -> bool:
    """Return whether ``role`` exists in groups of ``group_type``."""
    return (group_type, role) in PERMISSIONS
