"""Polls: what they ask, voting, and closing them."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat import events, policy
from chat.adapter import User
from chat.conf import chat_settings
from chat.exceptions import Conflict, InvalidInput, NotAllowed
from chat.models import ChatMessage, PollVote
from chat.roles import MessageType
from chat.services.cleaning import clean_text
from chat.services.message_writing import MessageWrite, message_event_publish, message_stamp, message_write
from chat.services.people.rules import require_unblocked
from chat.services.reactions import require_may_react

OPTIONS_MIN = 2


def poll_clean(poll: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a message keeps of a new poll; the question is its text.

    ``options`` are texts, each another; ``multiple`` lets a person choose several; ``anonymous`` tells nobody who chose
    what, for good. Raises InvalidInput naming ``poll``.
    """
    options = poll["options"]
    if not OPTIONS_MIN <= len(options) <= chat_settings.POLL_OPTIONS_MAX:
        raise InvalidInput(_("These are too few or too many options."), code="wrong_number", field="poll")
    texts = [clean_text(text, field="poll", max_length=chat_settings.POLL_OPTION_MAX_LENGTH) for text in options]
    if len({text.strip() for text in texts}) != len(texts):
        raise InvalidInput(_("Two options are the same."), code="not_unique", field="poll")
    return {
        "options": [{"id": number, "text": text, "votes": 0} for number, text in enumerate(texts, start=1)],
        "multiple": bool(poll.get("multiple")),
        "anonymous": bool(poll.get("anonymous")),
        "closed_at": None,
        "voters": 0,
    }


def vote_set(*, acting_user: User, message_id: UUID, option_ids: Collection[int]) -> ChatMessage:
    """Choose these options of a poll instead of those chosen before; none at all withdraws the vote.

    Who may: who may react. Choosing the same again changes nothing.

    Raises InvalidInput (``unknown_option``, ``too_many``), NotFound, NotAllowed, Conflict (``not_a_poll``,
    ``poll_closed``, ``group_closed``, ``message_gone``). Locks the group, the membership, the message. Publishes
    ``poll.voted``, by nobody where the poll is anonymous.
    """
    with message_write(acting_user, message_id) as change:
        require_may_react(change)
        poll = _open_poll(change.message)
        chosen = _choice(poll, option_ids)
        mine = PollVote.objects.filter(message=change.message, user=acting_user)
        before = set(mine.values_list("option", flat=True))
        if chosen != before:
            mine.filter(option__in=before - chosen).delete()
            _add(change, chosen - before)
            _keep(change, poll_counted(poll, before, chosen))
            actor_id = None if poll["anonymous"] else acting_user.pk
            message_event_publish(events.PollVoted, change.message, actor_id)
    return change.message


def poll_close(*, acting_user: User, message_id: UUID) -> ChatMessage:
    """Close a poll: its votes stay as they are. Closing again changes nothing.

    Who may: whoever may delete it. Raises NotFound, NotAllowed (``privacy``: a block), Conflict (``not_a_poll``,
    ``message_gone``). Locks the group, the membership, the message. Publishes ``poll.closed``.
    """
    with message_write(acting_user, message_id) as change:
        policy.require(policy.may_delete(change.membership, change.message))
        require_unblocked(change.membership)
        change.require_shown()
        poll = _poll(change.message)
        if poll["closed_at"] is None:
            _keep(change, poll | {"closed_at": change.write.now.isoformat()})
            message_event_publish(events.PollClosed, change.message, acting_user.pk)
    return change.message


def require_named_votes(message: ChatMessage) -> None:
    """Raise NotAllowed (``anonymous_poll``) where nobody may know who chose what, whoever they are."""
    poll = (message.metadata or {}).get("poll") or {}
    if poll.get("anonymous"):
        raise NotAllowed(_("This poll is anonymous."), code="anonymous_poll")


def poll_counted(poll: dict[str, Any], before: Collection[int], chosen: Collection[int]) -> dict[str, Any]:
    """Return the poll after one person chose ``chosen`` instead of ``before``. For services only."""
    options = [
        option | {"votes": option["votes"] + (option["id"] in chosen) - (option["id"] in before)}
        for option in poll["options"]
    ]
    return poll | {"options": options, "voters": poll["voters"] + bool(chosen) - bool(before)}


def _poll(message: ChatMessage) -> dict[str, Any]:
    if message.message_type != MessageType.POLL:
        raise Conflict(_("This is not a poll."), code="not_a_poll")
    poll: dict[str, Any] = (message.metadata or {})["poll"]
    return poll


def _open_poll(message: ChatMessage) -> dict[str, Any]:
    poll = _poll(message)
    if poll["closed_at"] is not None:
        raise Conflict(_("This poll is closed."), code="poll_closed")
    return poll


def _choice(poll: dict[str, Any], option_ids: Collection[int]) -> set[int]:
    """Return the options chosen. Raises InvalidInput: not of this poll, or several where one may be chosen."""
    chosen = set(option_ids)
    if not chosen <= {option["id"] for option in poll["options"]}:
        raise InvalidInput(_("The poll has no such option."), code="unknown_option", field="option_ids")
    if len(chosen) > 1 and not poll["multiple"]:
        raise InvalidInput(_("Only one option can be chosen."), code="too_many", field="option_ids")
    return chosen


def _add(change: MessageWrite, chosen: Collection[int]) -> None:
    PollVote.objects.bulk_create(
        PollVote(
            group_id=change.message.group_id,
            message=change.message,
            user_id=change.membership.user_id,
            option=option,
            created_at=change.write.now,
        )
        for option in sorted(chosen)
    )


def _keep(change: MessageWrite, poll: dict[str, Any]) -> None:
    change.message.metadata = (change.message.metadata or {}) | {"poll": poll}
    message_stamp(change.write, change.message, "metadata")
