"""What clients say of how they were served."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat import events, policy
from chat.adapter import User
from chat.choices import SupportStatus
from chat.exceptions import Conflict
from chat.models import SupportRequest
from chat.roles import Action
from chat.services.cleaning import clean_number, clean_text
from chat.services.support.statuses import request_of
from chat.services.writing import group_write

RATING_MAX = 5
TEXT_MAX_LENGTH = 1000


def request_rate(*, acting_user: User, group_id: UUID, rating: int, rating_text: str = "") -> SupportRequest:
    """Rate, from 1 to 5, how the own request was served; again, and the last word stands.

    Who may: see the permission table. Raises InvalidInput (``rating``, ``rating_text``), NotFound, NotAllowed, Conflict
    (``not_resolved``). Locks the group. Publishes ``group.updated``.
    """
    number = clean_number(rating, field="rating", at_least=1, at_most=RATING_MAX)
    text = clean_text(rating_text, field="rating_text", max_length=TEXT_MAX_LENGTH, allow_blank=True)
    with group_write(group_id) as write:
        policy.require(policy.may(write.membership_of(acting_user.pk), Action.SUPPORT_RATE))
        if write.group.support_status != SupportStatus.RESOLVED:
            raise Conflict(_("A request can be rated once it is resolved."), code="not_resolved")
        request = request_of(write)
        request.rating, request.rating_text, request.rated_at = number, text, write.now
        request.save(update_fields=["rating", "rating_text", "rated_at"])
        version = write.next_version()
        events.publish(events.GroupUpdated(group_id=group_id, version=version, actor_id=acting_user.pk))
    return request
