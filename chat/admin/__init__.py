"""Django admin: staff with permission find and read conversations; only services write them."""

from chat.admin.audit import AuditEntryAdmin
from chat.admin.group import ChatGroupAdmin
from chat.admin.membership import ChatGroupUserAdmin
from chat.admin.message import ChatMessageAdmin

__all__ = ["AuditEntryAdmin", "ChatGroupAdmin", "ChatGroupUserAdmin", "ChatMessageAdmin"]
