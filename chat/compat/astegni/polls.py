"""Polls: messages here, with numbers of their own."""

from typing import Any

from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from chat.choices import NumberKind
from chat.compat.astegni.base import AstegniView
from chat.compat.astegni.finding import find_membership, find_message, message_row, only_if_found
from chat.compat.astegni.parsing import Fields, flag_in, id_of, number_in, required
from chat.compat.astegni.persons import people_read
from chat.exceptions import Conflict, InvalidInput, NotFound
from chat.models import ChatMessage, extras_of
from chat.models.message import MESSAGE_FIELDS
from chat.models.prepared import Row
from chat.roles import MessageType
from chat.serializers import Json, wire_time
from chat.services.messages import message_send
from chat.services.numbers import numbers_give
from chat.services.polls import poll_close, vote_set
from chat.services.tombstones import message_delete

LISTED_AT_MOST = 50


class PollBase(AstegniView):
    """What the views of polls share."""

    def shown(self, rows: list[Row]) -> list[Json]:
        """Return polls from their MESSAGE_FIELDS. At most four statements."""
        votes = extras_of(rows, self.request.user.pk).my_votes
        numbers = numbers_give(
            {NumberKind.POLL: [row["id"] for row in rows], NumberKind.CONVERSATION: {row["group_id"] for row in rows}}
        )
        people = people_read(self.request.user.pk, {row["sender_id"] for row in rows}, in_old_shape=self.in_old_shape)
        return [
            _poll_json(row, votes.get(row["id"], set()))
            | {
                "id": numbers[NumberKind.POLL][row["id"]],
                "conversation_id": numbers[NumberKind.CONVERSATION][row["group_id"]],
                "created_by": people.shown(row["sender_id"]),
            }
            for row in rows
        ]

    def answer(self, message: ChatMessage) -> Response:
        """Answer one poll."""
        [poll] = self.shown([message_row(message)])
        return Response({"success": True, "poll": poll})


class ConversationPollsView(PollBase):
    """``polls/conversation/{id}``: those of a conversation."""

    def get(self, request: Request, conversation: str) -> Response:
        """Answer the newest polls, newest first."""
        seen = ChatMessage.objects.seen_by(find_membership(request.user, conversation)).showing(Now())
        rows: Any = seen.filter(message_type=MessageType.POLL).order_by("-seq").values(*MESSAGE_FIELDS)
        return Response({"polls": self.shown(list(rows[:LISTED_AT_MOST]))})


class PollsView(PollBase):
    """``polls``: asking."""

    def post(self, request: Request) -> Response:
        """Ask a conversation a question."""
        fields = self.fields
        number = required(fields, "conversation_id")
        group_id = id_of(NumberKind.CONVERSATION, number)
        with only_if_found(lambda: find_membership(request.user, number)):
            question = required(fields, "question")
            poll = {
                "options": _options(required(fields, "options")),
                "multiple": _flag(fields, "multiple_choice"),
                "anonymous": _flag(fields, "anonymous"),
            }
            sent = message_send(acting_user=request.user, group_id=group_id, message_text=question, poll=poll)
        return self.answer(sent.message)


class PollView(PollBase):
    """``polls/{id}``: one poll."""

    def get(self, request: Request, poll: str) -> Response:
        """Answer it."""
        rows = ChatMessage.objects.visible_to(request.user).showing(Now()).filter(message_type=MessageType.POLL)
        message = rows.filter(pk=id_of(NumberKind.POLL, poll)).first()
        if message is None:
            raise NotFound
        return self.answer(message)

    def delete(self, request: Request, poll: str) -> Response:
        """Delete it for everyone."""
        message_delete(acting_user=request.user, message_id=id_of(NumberKind.POLL, poll))
        return Response({"success": True})


class VoteView(PollBase):
    """``polls/{id}/vote``: voting."""

    def post(self, request: Request, poll: str) -> Response:
        """Choose these options instead of those chosen before; the first has the number 1, or the index 0."""
        message_id = id_of(NumberKind.POLL, poll)
        with only_if_found(lambda: find_message(request, poll, NumberKind.POLL)):
            voted = vote_set(acting_user=request.user, message_id=message_id, option_ids=_chosen(self.fields))
        return self.answer(voted)


class ClosePollView(PollBase):
    """``polls/{id}/close``: ending the vote."""

    def post(self, request: Request, poll: str) -> Response:
        """Close it."""
        return self.answer(poll_close(acting_user=request.user, message_id=id_of(NumberKind.POLL, poll)))


def _poll_json(row: Row, mine: set[int]) -> Json:
    poll = (row["metadata"] or {}).get("poll")
    if poll is None:
        raise Conflict(_("This poll was deleted."))
    total = sum(option["votes"] for option in poll["options"])
    return {
        "question": row["message_text"],
        "options": [
            {
                "id": option["id"],
                "text": option["text"],
                "votes": option["votes"],
                "percentage": round(100 * option["votes"] / total, 1) if total else 0,
            }
            for option in poll["options"]
        ],
        "multiple_choice": poll["multiple"],
        "anonymous": poll["anonymous"],
        "total_votes": total,
        "status": "active" if poll["closed_at"] is None else "ended",
        "user_votes": sorted(mine),
        "created_at": wire_time(row["created_at"]),
    }


def _options(options: object) -> list[object]:
    if not isinstance(options, list):
        raise InvalidInput(_("options must be a list."), field="options")
    return [option.get("text") if isinstance(option, dict) else option for option in options]


def _flag(fields: Fields, name: str) -> bool:
    value = fields.get(name)
    return value is not None and flag_in(value, field=name)


def _chosen(fields: Fields) -> list[int]:
    """Return the numbers of options: one, several, or what the index of one comes to. Raises InvalidInput."""
    if fields.get("option_index") is not None:
        raw: object = [_successor(fields["option_index"])]
    else:
        raw = required(fields, "option_ids", "option_id")
    numbers = [number_in(each) for each in (raw if isinstance(raw, list) else [raw])]
    if None in numbers:
        raise InvalidInput(_("The poll has no such option."), field="option_ids")
    return [number for number in numbers if number is not None]


def _successor(index: object) -> object:
    return index + 1 if isinstance(index, int) and not isinstance(index, bool) else None
