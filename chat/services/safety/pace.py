"""How fast one person may write in one group.

One column of the membership says it (GCRA, the generic cell rate algorithm): ``flood_until`` is when everything that
was sent so far would have been sent at the steady rate. Whoever is further ahead of the clock than the burst waits. So
a limit costs no row and no statement of its own, and holds however many send at once: who sends has the row locked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import ngettext

from chat import policy
from chat.conf import chat_settings
from chat.exceptions import TooFast
from chat.models import ChatGroupUser
from chat.roles import Action


@dataclass(frozen=True, slots=True)
class Pace:
    """A rate: the time from one message to the next in the long run, and how far ahead of that somebody may be."""

    interval: timedelta
    ahead: timedelta


def flood_pace() -> Pace | None:
    """Return the pace of everybody in every group by the settings FLOOD_RATE and FLOOD_BURST; None: no limit."""
    rate = chat_settings.FLOOD_RATE
    if rate is None:
        return None
    interval = timedelta(minutes=1) / rate
    return Pace(interval, ahead=interval * (chat_settings.FLOOD_BURST - 1))


def require_unhurried(membership: ChatGroupUser) -> None:
    """Raise TooFast (``too_fast``, ``slow_mode``) unless the locked member may send another message now."""
    pace = _pace_of(membership)
    if pace is None or membership.flood_until is None:
        return
    wait = membership.flood_until - pace.ahead - membership.locked_at
    if wait <= timedelta(0):
        return
    if _is_slowed(membership):
        seconds = membership.group.slow_mode or 0
        text = ngettext("Slow mode: one message in %(n)d second.", "Slow mode: one message in %(n)d seconds.", seconds)
        raise TooFast(text % {"n": seconds}, code="slow_mode", wait=wait.total_seconds())
    raise TooFast(wait=wait.total_seconds())


def flood_until_after(membership: ChatGroupUser, sent_at: datetime) -> datetime | None:
    """Return what ``flood_until`` is once the member has sent a message at ``sent_at``."""
    pace = _pace_of(membership)
    return None if pace is None else max(membership.flood_until or sent_at, sent_at) + pace.interval


def _pace_of(membership: ChatGroupUser) -> Pace | None:
    if not _is_slowed(membership):
        return flood_pace()
    return Pace(timedelta(seconds=membership.group.slow_mode or 0), ahead=timedelta(0))


def _is_slowed(membership: ChatGroupUser) -> bool:
    """Return whether slow mode holds for this member: who moderates is not slowed down."""
    return membership.group.slow_mode is not None and not policy.may(membership, Action.MESSAGE_DELETE_ANY)
