"""Which requests support staff see, beside those whose members they are."""

from django.db.models import Exists, OuterRef, Q

from chat.adapter import User, get_adapter
from chat.models.group import ChatGroup, ChatGroupQuerySet
from chat.models.membership import ChatGroupUser
from chat.roles import Role


def requests_for(user: User) -> ChatGroupQuerySet:
    """Return every request that ``user`` could serve: of their tenant, not their own. For others than staff, none.

    Not for reading: what is assigned to others is theirs to read. See ``queue_visible_to``.
    """
    return _of_tenant(user) if get_adapter().is_support_staff(user) else ChatGroup.objects.none()


def queue_visible_to(user: User) -> ChatGroupQuerySet:
    """Return the requests that ``user`` may read as staff: those they serve, and untaken ones.

    For others than support staff, none: nor for people who serve requests still and are staff no more.
    """
    serving = Q(Exists(ChatGroupUser.objects.live().filter(group=OuterRef("pk"), user=user, role=Role.STAFF)))
    return requests_for(user).filter(Q(assignee__isnull=True) | serving)


def _of_tenant(user: User) -> ChatGroupQuerySet:
    # Index: chat_group_queue.
    requests = ChatGroup.objects.alive().filter(scope=get_adapter().scope_of(user), support_status__isnull=False)
    return requests.exclude(client_user=user)
