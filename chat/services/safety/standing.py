"""Whether a person may write at all, or come into a group: below every service that asks."""

from django.utils import formats
from django.utils.translation import gettext_lazy as _

from chat.adapter import UserId
from chat.exceptions import NotAllowed
from chat.models import Ban, ChatGroup, Suspension


def require_not_suspended(user_id: UserId) -> None:
    """Raise NotAllowed (``suspended``) where the person is suspended from chat now.

    Whatever somebody begins without being a member (starts, uploads, requests, calls) asks this; what they do as a
    member goes through ``GroupWrite.membership_of``, which does.
    """
    suspension = Suspension.objects.in_force().filter(user=user_id).first()
    if suspension is None:
        return
    if suspension.until is None:
        raise NotAllowed(_("You are suspended: you can read, but write nothing."), code="suspended")
    until = formats.date_format(suspension.until, "DATETIME_FORMAT")
    text = _("You are suspended until %(until)s: you can read, but write nothing.") % {"until": until}
    raise NotAllowed(text, code="suspended")


def require_not_banned(group: ChatGroup, user_id: UserId) -> None:
    """Raise NotAllowed (``banned``) where the person may not come back to the locked group."""
    if Ban.objects.filter(group=group, user=user_id).exists():
        raise NotAllowed(_("This person may not come back to this group."), code="banned")
