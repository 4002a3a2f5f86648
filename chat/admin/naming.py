"""How staff know people and groups."""

from datetime import UTC, datetime, timedelta

from django.db.models import Prefetch
from django.utils.timesince import timesince
from django.utils.translation import ngettext

from chat.adapter import User, UserId, get_adapter
from chat.models import ChatGroup, ChatGroupUser
from chat.roles import GroupType


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
    """Return what ``group_name`` needs to know: the two people of each peer group, in one query."""
    peers = ChatGroupUser.objects.filter(group__group_type=GroupType.PEER).select_related("user")
    return Prefetch(path, queryset=peers.oldest_first(), to_attr="peers")


def group_name(group: ChatGroup) -> str:
    """Return the name of a group, or of the people in a conversation of two. Needs ``peers_prefetch``."""
    peers: list[ChatGroupUser] = group.peers  # type: ignore[attr-defined]
    return group.name or ", ".join(person_name(peer.user, peer.user_id) for peer in peers) or str(group)
