"""Which sends the desk must hear of: those that open a request again, answer it first, or find nobody there."""

from chat.choices import SupportStatus
from chat.models import BusinessHours, ChatGroupUser, SupportRequest
from chat.roles import Role


def desk_rule(membership: ChatGroupUser) -> bool:
    """Forbid nothing; want to be asked again, so that sends of this member go the way on which the desk hears of them.

    A guard rule (see ``chat.services.guards``): of a client while the request is not open or the tenant's desk has
    hours, of staff until the request had its first answer. At most one statement, none outside requests.
    """
    group = membership.group
    if group.support_status is None:
        return False
    if membership.role == Role.CLIENT:
        is_open = group.support_status == SupportStatus.OPEN
        return not is_open or BusinessHours.objects.filter(scope=group.scope).exclude(away_message="").exists()
    return not SupportRequest.objects.filter(pk=group.pk, first_response_at__isnull=False).exists()
