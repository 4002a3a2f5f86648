"""Sending what was scheduled, when its time has come."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from chat.adapter import Review, User, UserId
from chat.choices import Verdict
from chat.exceptions import ChatError, HeldForReview, NotAllowed, NotFound, TooFast
from chat.models import ChatGroupUser, ScheduledMessage
from chat.roles import ScheduleState
from chat.services.safety.review import is_reviewing, review_ask
from chat.services.scheduled import scheduled_outgoing, scheduled_tell
from chat.services.sending import reviewed_send
from chat.services.writing import GroupWrite, group_write

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of a scheduled message: sent, or why not."""

    scheduled_id: UUID
    error_code: str = ""


def scheduled_send_due() -> Iterator[Attempt]:
    """Send every scheduled message whose time has come, and yield what became of each.

    Sending and giving up the scheduled row are one transaction, and its id is the client_id: whatever stops it, and
    however many do this at once, each is sent once. What is refused (not allowed any more, the reply's target gone …)
    is kept as failed with the error's code, for its author to change. What comes too fast is tried the next time; so is
    what fails otherwise, which is logged. What the host's review holds waits for a moderator from then on.

    Who may: the site's operator (management command). Locks the group, the author's membership, the scheduled message:
    groups first, as everywhere, so that this and its author never wait for each other. Publishes what sending does, or
    ``state.changed``.
    """
    stuck: list[UUID] = []
    while row := ScheduledMessage.objects.due(Now()).exclude(pk__in=stuck).first():
        try:
            attempt = _attempt(row)
        except TooFast:  # its group is slow: it comes when it may
            stuck.append(row.pk)
            continue
        except Exception:
            logger.exception("Could not send the scheduled message %s; it will be tried again.", row.pk)
            stuck.append(row.pk)
            continue
        if attempt is not None:
            yield attempt


def _attempt(row: ScheduledMessage) -> Attempt | None:
    """Send one message in a transaction of its own; None where another worker or its author came first."""
    review = _review(row)
    try:
        with group_write(row.group_id) as write:
            membership = write.member(row.user_id)
            rows = ScheduledMessage.objects.due(write.now).filter(pk=row.pk)
            due = rows.select_for_update(no_key=True, of=("self",)).first()
            if due is None or due.content != row.content:
                return None
            return _send(write, membership, due, review)
    except NotFound:  # the group was deleted, or its author is gone: nobody sees this row
        ScheduledMessage.objects.filter(pk=row.pk).delete()
        return None


def _review(row: ScheduledMessage) -> Review:
    """Ask the host while nothing is locked; where that cannot be asked, sending refuses for the same reason."""
    if not is_reviewing():
        return Review()
    try:
        author = author_of(row.user_id)
        return review_ask(author, row.group_id, scheduled_outgoing(row, author).reviewed)
    except ChatError:
        return Review(Verdict.REFUSE)


def _send(write: GroupWrite, membership: ChatGroupUser, row: ScheduledMessage, review: Review) -> Attempt:
    try:
        author = author_of(membership.user_id)
        outgoing = scheduled_outgoing(row, author)
        reviewed_send(acting_user=author, group_id=row.group_id, outgoing=outgoing, review=review)
    except TooFast:
        raise
    except HeldForReview as held:
        attempt = Attempt(row.pk, held.code)
        row.delete()
        return attempt
    except ChatError as error:
        row.state, row.error_code, row.changed_at = ScheduleState.FAILED, error.code, write.now
        row.save(update_fields=["state", "error_code", "changed_at"])
        scheduled_tell(membership)
        return Attempt(row.pk, error.code)
    attempt = Attempt(row.pk)
    row.delete()
    return attempt


def author_of(user_id: UserId) -> User:
    """Return whose words are to be sent. Raises NotAllowed where they may not sign in any more, and so say nothing."""
    author = get_user_model()._base_manager.filter(pk=user_id).first()  # also one whom the host hides
    if author is None or not getattr(author, "is_active", True):
        raise NotAllowed(_("This account is not active."), code="account_inactive")
    return author
