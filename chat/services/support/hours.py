"""What follows from changed business hours."""

from chat.models import BusinessHours, ChatGroupUser
from chat.roles import Role
from chat.services.guards import guard


def hours_changed(hours: BusinessHours) -> None:
    """Let every client's next send look at these hours, which were just saved: there may be an away message now.

    Who may: the admin. Locks the clients' memberships.
    """
    requests = {"group__scope": hours.scope, "group__support_status__isnull": False, "group__deleted_at__isnull": True}
    guard(ChatGroupUser.objects.live().filter(role=Role.CLIENT, **requests))
