"""How staff know people and groups."""

from datetime import UTC, datetime, timedelta

from django.db.models import Prefetch, Q
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat.adapter import User, UserId, get_adapter
from chat.models import ChatGroup, ChatGroupUser
from chat.roles import GroupType, Role


def person_name(user: User | None, user_id: UserId) -> str:
    """Return what a person signs in with; who is gone is known by their id."""
    if user is not None:
        return str(user.get_username())
    gone = get_adapter().deleted_account(user_id)
    return f"{gone.name} ({gone.id})" if gone.id else gone.name


def shown_name(user: User | None, user_id: UserId) -> str:
    """Return what others call a person: of a guest, what they call themselves; who is gone is known by their id."""
    return person_name(None, user_id) if user is None else get_adapter().display_name(user)


def duration(seconds: int) -> str:
    """Return a time in words, by its two largest units."""
    if seconds < 60:  # noqa: PLR2004 (a minute)
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    begin = datetime(2000, 1, 1, tzinfo=UTC)
    return timesince(begin, begin + timedelta(seconds=seconds))


def peers_prefetch(path: str) -> Prefetch:  # type: ignore[type-arg]
    """Return what ``group_name`` needs to know: the two people of each peer group and who asks, in one query."""
    named_after = Q(group__group_type=GroupType.PEER) | Q(role=Role.CLIENT)
    peers = ChatGroupUser.objects.filter(named_after).select_related("user")
    return Prefetch(path, queryset=peers.oldest_first(), to_attr="peers")


def group_name(group: ChatGroup) -> str:
    """Return the name of a group, or of the people in a conversation of two; a desk is named after its request.

    Needs ``peers_prefetch`` and, where desks are among the rows, ``desk_of__client_user``.
    """
    if (request := group.desk_of) is not None:
        name = request_name(request.name, request.client_user, request.client_user_id)
        return _("Desk of %(request)s") % {"request": name}
    peers: list[ChatGroupUser] = group.peers  # type: ignore[attr-defined]
    if group.group_type == GroupType.SUPPORT and peers:
        return request_name(group.name, peers[0].user, peers[0].user_id)
    return group.name or ", ".join(person_name(peer.user, peer.user_id) for peer in peers) or str(group)


def request_name(name: str | None, client: User | None, client_id: UserId) -> str:
    """Return what a request is called: those of visitors have no name of their own."""
    return name or _("Request of %(name)s") % {"name": shown_name(client, client_id)}
