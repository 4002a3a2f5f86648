"""Legal holds: what may not be erased or removed, whatever was asked."""

from django.db.models.functions import Now

from chat.adapter import User, UserId
from chat.choices import AuditAction
from chat.exceptions import NotFound
from chat.models import ChatGroup, Erasure, LegalHold
from chat.services.cleaning import clean_text
from chat.services.safety.audit import audit_add
from chat.services.writing import atomic

REASON_MAX_LENGTH = 500


def hold_place(
    *, acting_user: User, reason: str, user_id: UserId | None = None, group: ChatGroup | None = None
) -> LegalHold:
    """Hold what a person sent, wherever, or all that a group has, with the desk of a request.

    Nothing of it is removed from then on: no purge, no lifetime, no retention, no erasure. What was deleted or is over
    stays stored and is shown to nobody, as before. A batch that is just being removed still goes where a person is
    held; where a group is, this waits for it.

    Who may: whom the site trusts with it (the admin asks for ``chat.add_legalhold``). Raises InvalidInput (``reason``).
    Locks the group. Written into the book of privileged acts. Publishes nothing.
    """
    reason = clean_text(reason, field="reason", max_length=REASON_MAX_LENGTH)
    with atomic():
        if group is not None:
            ChatGroup.objects.lock(group.pk)
        hold = LegalHold.objects.create(
            user_id=user_id, group=group, reason=reason, created_by=acting_user, created_at=Now()
        )
        details = {"user": None if user_id is None else str(user_id)}
        audit_add(acting_user=acting_user, action=AuditAction.HOLD_PLACED, target=hold, details=details)
    return hold


def hold_lift(*, acting_user: User, hold: LegalHold) -> bool:
    """Lift a hold; return False where somebody has already. What waited for that goes on: erasures, and the purge.

    Who may: whom the site trusts with it (the admin asks for ``chat.change_legalhold``). Raises NotFound where there is
    no such hold any more. Locks the hold. Written into the book of privileged acts. Publishes nothing.
    """
    with atomic():
        rows = LegalHold.objects.filter(pk=hold.pk)
        lifted = bool(rows.in_force().update(lifted_at=Now()))
        if not lifted and not rows.exists():
            raise NotFound
        if lifted:
            Erasure.objects.open().filter(retry_at__isnull=False).update(retry_at=None)
            details = {"user": None if hold.user_id is None else str(hold.user_id)}
            audit_add(acting_user=acting_user, action=AuditAction.HOLD_LIFTED, target=hold, details=details)
    return lifted
