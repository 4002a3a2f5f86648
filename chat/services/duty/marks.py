"""Reactions and votes of one person, with the counts that everybody sees of them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model

from chat import events
from chat.adapter import UserId
from chat.models import ChatMessage, LegalHold, MessageReaction, PollVote
from chat.services.message_writing import message_event_publish, message_stamp
from chat.services.polls import poll_counted
from chat.services.writing import GroupWrite, group_write


@dataclass(frozen=True, slots=True)
class Marks:
    """A kind of mark: its rows, what each is of, and what is left of the message's metadata without some."""

    model: type[Model]
    value: str
    without: Callable[[dict[str, Any], Collection[Any]], dict[str, Any]]
    event: type[events.MessageEvent]


def marks_erase(marks: Marks, group_id: UUID, message_ids: Sequence[UUID], user_id: UserId) -> int:
    """Take one person's marks off these messages of a group; return how many. For services only."""
    with group_write(group_id, even_deleted=True) as write:
        free = ChatMessage.objects.filter(pk__in=message_ids).filter(~LegalHold.objects.over_messages())
        messages = list(free.select_for_update(no_key=True, of=("self",)).order_by("seq"))
        mine = marks.model._default_manager.filter(message__in=messages, user=user_id)
        values: dict[UUID, set[Any]] = {}
        for message_id, value in mine.values_list("message_id", marks.value):
            values.setdefault(message_id, set()).add(value)
        mine.delete()
        for message in messages:
            if message.pk in values:
                _recount(write, marks, message, values[message.pk])
    return sum(map(len, values.values()))


def _recount(write: GroupWrite, marks: Marks, message: ChatMessage, values: Collection[Any]) -> None:
    message.metadata = marks.without(message.metadata or {}, values)
    message_stamp(write, message, "metadata")
    message_event_publish(marks.event, message, None)


def _without_reactions(metadata: dict[str, Any], emojis: Collection[str]) -> dict[str, Any]:
    counts = [[emoji, count - (emoji in emojis)] for emoji, count in metadata.get("reactions", ())]
    return metadata | {"reactions": [[emoji, count] for emoji, count in counts if count > 0]}


def _without_votes(metadata: dict[str, Any], options: Collection[int]) -> dict[str, Any]:
    return metadata | {"poll": poll_counted(metadata["poll"], options, ())}


REACTIONS = Marks(MessageReaction, "emoji", _without_reactions, events.MessageReacted)
VOTES = Marks(PollVote, "option", _without_votes, events.PollVoted)
