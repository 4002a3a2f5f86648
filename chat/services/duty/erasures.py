"""Erasure: what one person left in chat becomes tombstones without content, or goes."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.adapter import User, UserId
from chat.choices import AuditAction, JobState
from chat.conf import chat_settings
from chat.exceptions import Conflict, NotFound
from chat.models import Erasure, LegalHold
from chat.services.duty.belongings import belongings_remove, words_erase
from chat.services.duty.erasing import Eraser
from chat.services.duty.jobs import jobs_announce, jobs_run
from chat.services.safety.audit import audit_add
from chat.services.writing import atomic

REST = timedelta(hours=1)
"""After which an erasure looks again at what was held."""


def erasure_request(*, acting_user: User, user_id: UserId) -> Erasure:
    """Ask for a person to be erased from chat; asking again while that is open changes nothing.

    What they sent becomes tombstones, wherever; what is theirs alone goes (see docs/duty.md). A worker does it, and
    nobody can undo it. The person may be gone from the site already; one who stays begins as a newcomer.

    One's own begins after the setting ERASURE_DELAY, see ``erasure_withdraw``; one that somebody else asks for begins
    at once, also where the person has asked and still waits.

    Who may: the person; for others whom the site trusts with it (the admin asks for ``chat.add_erasure``). Raises
    Conflict (``legal_hold``). Locks nothing. Written into the book of privileged acts. Publishes nothing yet.
    """
    if LegalHold.objects.in_force().filter(user=user_id).exists():
        raise Conflict(_("This person's data must be kept for now."), code="legal_hold")
    with atomic():
        now = timezone.now()
        begins_at = now + timedelta(seconds=chat_settings.ERASURE_DELAY) if acting_user.pk == user_id else None
        new = Erasure(user_id=user_id, requested_by=acting_user, created_at=now, begins_at=begins_at)
        Erasure.objects.bulk_create([new], ignore_conflicts=True)
        hurried = begins_at is None and Erasure.objects.revocable().filter(user=user_id).update(begins_at=None)
        erasure = Erasure.objects.open().get(user=user_id)
        if erasure.pk == new.pk or hurried:
            details = {"user": str(user_id)}
            audit_add(acting_user=acting_user, action=AuditAction.ERASURE_REQUESTED, target=erasure, details=details)
        jobs_announce()
    return erasure


def erasure_withdraw(*, acting_user: User, erasure_id: UUID) -> None:
    """Take back that one asked to be erased, before it begins.

    Who may: the person. Raises NotFound, Conflict (``erasure_begun``). Locks nothing. Written into the book of
    privileged acts. Publishes nothing.
    """
    mine = Erasure.objects.visible_to(acting_user).filter(pk=erasure_id)
    with atomic():
        if mine.revocable().delete()[0]:
            erasure, details = Erasure(pk=erasure_id), {"user": str(acting_user.pk)}
            audit_add(acting_user=acting_user, action=AuditAction.ERASURE_WITHDRAWN, target=erasure, details=details)
        elif mine.exists():
            raise Conflict(_("This has begun, and nobody can undo it."), code="erasure_begun")
        else:
            raise NotFound


def erasures_run(*, batch_size: int = 500) -> Iterator[int]:
    """Erase the people who are to be erased, in batches; yield how many messages, reactions and votes after each.

    Each batch is a transaction of its own, so that it can be stopped at any time and goes on later. What a legal hold
    covers stays, and keeps the erasure open: it is looked at again when a hold is lifted, and every hour.

    Who may: the worker and the site's operator (management command). Locks one group at a time. Publishes
    ``message.erased``, ``message.reacted``, ``poll.voted``, ``state.changed``, ``group.updated``.
    """
    yield from jobs_run(Erasure.objects.all(), lambda erasure: _erase(erasure, batch_size))


def _erase(erasure: Erasure, batch_size: int) -> Iterator[int]:
    eraser = Eraser(erasure.user_id, batch_size)
    total = erasure.done_count + eraser.count()
    Erasure.objects.filter(pk=erasure.pk).update(total_count=total)
    yield from eraser.batches()
    with atomic():
        belongings_remove(erasure.user_id)
        words_erase(erasure.user_id)
    if eraser.is_held():
        Erasure.objects.release(erasure, rest=REST)
    else:
        done = {"state": JobState.DONE, "finished_at": Now(), "retry_at": None}
        Erasure.objects.open().filter(pk=erasure.pk).update(**done)
