"""Who else of the staff looks at a request, or writes in it, at this moment."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Now

from chat.adapter import User
from chat.exceptions import NotFound
from chat.models import Attendance
from chat.models.support.queue import queue_visible_to

PRESENT = timedelta(minutes=1)
"""For how long after a sign of life somebody is taken to be there; clients give one every 20 seconds or so."""


def attendance_note(*, acting_user: User, group_id: UUID, is_writing: bool = False) -> list[Attendance]:
    """Note that the acting person looks at a request, or writes in it, and return the others who are there now.

    Who may: support staff who see the request. Raises NotFound. Locks and publishes nothing.
    """
    if not queue_visible_to(acting_user).filter(pk=group_id).exists():
        raise NotFound
    wrote = {"wrote_at": Now()} if is_writing else {}
    Attendance.objects.bulk_create(
        [Attendance(group_id=group_id, user_id=acting_user.pk, looked_at=Now(), **wrote)],
        update_conflicts=True,
        unique_fields=["group", "user"],
        update_fields=["looked_at", *wrote],
    )
    there = Attendance.objects.filter(group=group_id, looked_at__gt=Now() - PRESENT).exclude(user=acting_user.pk)
    return list(there.order_by(F("wrote_at").desc(nulls_last=True), "pk"))


def attendance_forget() -> Iterator[int]:
    """Remove who looked at requests a day ago or earlier, and yield how many that were.

    Who may: the site's operator (management command).
    """
    yield Attendance.objects.filter(looked_at__lt=Now() - timedelta(days=1)).delete()[0]
