"""Django admin: staff with permission find and read conversations; only services write them."""

from chat.admin.audit import AuditEntryAdmin
from chat.admin.calls import CallAdmin
from chat.admin.duty import DataExportAdmin, ErasureAdmin, LegalHoldAdmin
from chat.admin.group import ChatGroupAdmin
from chat.admin.held import HeldMessageAdmin
from chat.admin.joining import InvitationAdmin, JoinRequestAdmin
from chat.admin.legacy import LegacyNumberAdmin, LegacyRowAdmin
from chat.admin.membership import ChatGroupUserAdmin
from chat.admin.message import ChatMessageAdmin
from chat.admin.people import BlockAdmin, ChatSettingsAdmin, ConnectionAdmin
from chat.admin.report import ReportAdmin
from chat.admin.support import BusinessHoursAdmin, CannedReplyAdmin, SupportRequestAdmin, SupportTagAdmin
from chat.admin.suspension import SuspensionAdmin

__all__ = [
    "AuditEntryAdmin",
    "BlockAdmin",
    "BusinessHoursAdmin",
    "CallAdmin",
    "CannedReplyAdmin",
    "ChatGroupAdmin",
    "ChatGroupUserAdmin",
    "ChatMessageAdmin",
    "ChatSettingsAdmin",
    "ConnectionAdmin",
    "DataExportAdmin",
    "ErasureAdmin",
    "HeldMessageAdmin",
    "InvitationAdmin",
    "JoinRequestAdmin",
    "LegacyNumberAdmin",
    "LegacyRowAdmin",
    "LegalHoldAdmin",
    "ReportAdmin",
    "SupportRequestAdmin",
    "SupportTagAdmin",
    "SuspensionAdmin",
]
