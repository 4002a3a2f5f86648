"""Which requests support staff see, beside those whose members they are."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from chat.adapter import User, get_adapter
from chat.models.group import ChatGroup
from chat.models.membership import ChatGroupUser
from chat.roles import Role


def requests_for(user: User) -> QuerySet[ChatGroup]:
    """Return every request that ``user`` could serve: of their tenant, and not their own. For others than staff, none.

    Not for reading: what is assigned to others is theirs to read. See ``queue_visible_to``.
    """
    adapter = get_adapter()
    if not adapter.is_support_staff(user):
        return ChatGroup.objects.none()
    # Index: chat_group_queue.
    requests = ChatGroup.objects.alive().filter(scope=adapter.scope_of(user), support_status__isnull=False)
    return requests.exclude(client_user=user)


def queue_visible_to(user: User) -> QuerySet[ChatGroup]:
    """Return the requests that ``user`` may read as support staff: those that nobody has taken, and those they serve."""
    serving = ChatGroupUser.objects.live().filter(group=OuterRef("pk"), user=user, role=Role.STAFF)
    return requests_for(user).filter(Q(assignee__isnull=True) | Exists(serving))
