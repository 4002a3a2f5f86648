"""Forwarding a message to other groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from chat import policy
from chat.adapter import User, UserId, get_adapter, user_key
from chat.conf import chat_settings
from chat.exceptions import ChatError, Conflict, InvalidInput, NotAllowed, NotFound
from chat.models import ChatMessage
from chat.roles import WITH_FILES, MessageType
from chat.services.people.relations import privacy_error, settings_of
from chat.services.sending import Outgoing, outgoing_send

FORWARDABLE = frozenset({MessageType.TEXT, MessageType.LOCATION, MessageType.GIF, *WITH_FILES})
CARRIED = ("location", "gif")
"""What of the metadata goes with the text. Who was mentioned and who reacted stays where it was."""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What became of a message in one group: the message there, or why it was refused."""

    group_id: UUID
    message: ChatMessage | None = None
    error: ChatError | None = None


def message_forward(
    *, acting_user: User, message_id: UUID, group_ids: Sequence[UUID], client_id: UUID | None = None
) -> list[Forwarded]:
    """Send a message that the acting person sees to other groups, with its first author's name.

    Each group answers for itself: one that refuses keeps the others from nothing. The same ``client_id`` again, which
    counts in each group by itself, returns the messages of the first time. Nobody is told where it came from.

    Who may: whoever sees the message and may send there, unless its first author wants nobody to (``privacy``; they may
    themselves). Raises InvalidInput (``too_many``), NotFound, NotAllowed (``internal_note``, ``privacy``), Conflict
    (``message_gone``, ``not_forwardable``). Sends in a transaction of each group, by ascending id; what is locked and
    published there, and what ``error`` says: as for ``outgoing_send``.
    """
    wanted = list(dict.fromkeys(group_ids))
    if len(wanted) > chat_settings.FORWARD_MAX:
        raise InvalidInput(_("These are too many groups."), code="too_many", field="group_ids")
    outgoing = _outgoing(_source(acting_user, message_id), client_id)
    done = {group_id: _forward(acting_user, group_id, outgoing) for group_id in sorted(wanted)}
    return [done[group_id] for group_id in wanted]


def _source(acting_user: User, message_id: UUID) -> ChatMessage:
    rows: Any = ChatMessage.objects.visible_to(acting_user).select_related("group").annotate(db_now=Now())
    message: ChatMessage | None = rows.filter(pk=message_id).first()
    if message is None:
        raise NotFound
    if message.group.desk_of_id is not None:
        raise NotAllowed(_("Notes stay at their desk."), code="internal_note")
    policy.require_shown(message, message.db_now)  # type: ignore[attr-defined]
    if message.message_type not in FORWARDABLE:
        raise Conflict(_("A message of this kind cannot be forwarded."), code="not_forwardable")
    author_id = _author_id(message)
    if author_id != acting_user.pk and settings_of(author_id).disable_forwarding:
        raise privacy_error()
    return message


def _author_id(message: ChatMessage) -> UserId:
    """Return whose words these are: of what was forwarded already, the first author."""
    forwarded = (message.metadata or {}).get("forwarded")
    if forwarded is None:
        return message.sender_id
    first = forwarded.get("user_id")  # empty where they were gone
    return user_key(first, field="message_id") if first else None


def _outgoing(source: ChatMessage, client_id: UUID | None) -> Outgoing:
    metadata = source.metadata or {}
    carried = {key: metadata[key] for key in CARRIED if key in metadata}
    return Outgoing(
        message_type=source.message_type,
        message_text=source.message_text,
        client_id=client_id,
        files_of_id=source.pk if source.message_type in WITH_FILES else None,
        metadata=carried | {"forwarded": metadata.get("forwarded") or _author(source)},
        forwarded_from_id=source.forwarded_from_id or source.pk,
        repeated=str(source.pk),
    )


def _author(source: ChatMessage) -> dict[str, str]:
    profile = get_adapter().profiles({source.sender_id})[source.sender_id]
    return {"user_id": profile.id, "name": profile.name}


def _forward(acting_user: User, group_id: UUID, outgoing: Outgoing) -> Forwarded:
    try:
        sent = outgoing_send(acting_user=acting_user, group_id=group_id, outgoing=outgoing)
    except ChatError as error:
        return Forwarded(group_id, error=error)
    return Forwarded(group_id, sent.message)
