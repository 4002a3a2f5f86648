"""Suspending a person from chat: they read, and write nothing anywhere."""

from datetime import datetime, timedelta

from django.db import IntegrityError
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.adapter import User
from chat.choices import AuditAction
from chat.exceptions import Conflict
from chat.models import ChatGroupUser, Suspension
from chat.services.cleaning import clean_future, clean_text
from chat.services.guards import guard
from chat.services.safety.audit import audit_add
from chat.services.writing import atomic

LONGEST = timedelta(days=3660)
REASON_MAX_LENGTH = 500


def user_suspend(*, acting_user: User, user: User, reason: str = "", until: datetime | None = None) -> Suspension:
    """Let ``user`` write nothing before ``until``, or before it is lifted; one that stands is replaced.

    What they may still do is theirs alone: read, move their read position, mute, pin, archive, keep drafts.

    Who may: the site's moderators (the admin asks for the permission ``chat.add_suspension``). Raises InvalidInput
    (``reason``, ``until``), Conflict. Locks the person's memberships by id: a write that has
    begun ends first. Written into the book of privileged acts. Publishes nothing.
    """
    reason = clean_text(reason, field="reason", max_length=REASON_MAX_LENGTH, allow_blank=True)
    if until is not None:
        clean_future(until, field="until", now=timezone.now(), at_most=LONGEST)
    try:
        with atomic():
            Suspension.objects.unlifted().filter(user=user.pk).update(lifted_at=Now())
            suspension = Suspension.objects.create(
                user_id=user.pk, reason=reason, until=until, created_by=acting_user, created_at=Now()
            )
            guard(ChatGroupUser.objects.filter(user=user.pk))
            details = {"suspension": str(suspension.pk), "until": until and until.isoformat()}
            audit_add(acting_user=acting_user, action=AuditAction.USER_SUSPENDED, target=user, details=details)
    except IntegrityError:
        raise Conflict(_("Somebody else has just suspended this person.")) from None
    return suspension


def suspension_lift(*, acting_user: User, suspension: Suspension) -> bool:
    """Let a suspended person write again; return False where that was lifted already.

    Who may: the site's moderators (the admin asks for the permission ``chat.change_suspension``). Raises nothing. Locks
    the suspension. Written into the book of privileged acts. Publishes nothing.
    """
    with atomic():
        lifted = Suspension.objects.unlifted().filter(pk=suspension.pk).update(lifted_at=Now())
        if lifted:
            details = {"user": str(suspension.user_id)}
            audit_add(acting_user=acting_user, action=AuditAction.SUSPENSION_LIFTED, target=suspension, details=details)
    return bool(lifted)
