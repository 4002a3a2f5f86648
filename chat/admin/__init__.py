"""Django admin: staff with permission find and read conversations; only services write them."""

from chat.admin.audit import AuditEntryAdmin
from chat.admin.calls import CallAdmin
from chat.admin.group import ChatGroupAdmin
from chat.admin.joining import InvitationAdmin, JoinRequestAdmin
from chat.admin.membership import ChatGroupUserAdmin
from chat.admin.message import ChatMessageAdmin

__all__ = [
    "AuditEntryAdmin",
    "CallAdmin",
    "ChatGroupAdmin",
    "ChatGroupUserAdmin",
    "ChatMessageAdmin",
    "InvitationAdmin",
    "JoinRequestAdmin",
]
