"""Asking the host what it says of a message, before anything is locked."""

import logging
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat.adapter import ChatAdapter, Review, Reviewed, User, get_adapter
from chat.choices import Verdict
from chat.exceptions import NotAllowed, NotFound
from chat.models import ChatGroup

logger = logging.getLogger(__name__)


def is_reviewing() -> bool:
    """Return whether the host has a review at all."""
    return type(get_adapter()).review_message is not ChatAdapter.review_message


def review_ask(user: User, group_id: UUID, message: Reviewed) -> Review:
    """Return what the host says of a message to a group that ``user`` sees. Raises NotFound.

    A hook that fails, or says what nobody knows, refuses. Notes at a desk of support are not reviewed. For services
    only, before they lock anything.
    """
    if not is_reviewing():
        return Review()
    group = ChatGroup.objects.visible_to(user).filter(pk=group_id).first()
    if group is None:
        raise NotFound
    return Review() if group.desk_of_id is not None else _answer(user, group, message)


def review_refusal(review: Review) -> NotAllowed:
    """Return the refusal with the host's reason."""
    return NotAllowed(review.reason or _("This message may not be sent here."), code="review_refused")


def _answer(user: User, group: ChatGroup, message: Reviewed) -> Review:
    try:
        review = get_adapter().review_message(user, group, message)
        return Review(Verdict(review.verdict), str(review.reason))
    except Exception:
        logger.exception("The review of messages failed; a message was refused.")
        return Review(Verdict.REFUSE)
