"""Votes in polls."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.inputs.reactions import Vote, VotesQuery
from chat.api.one_message import OneMessageViewSet
from chat.api.schema import MESSAGE, operation
from chat.api.shapes import MessageShape
from chat.api.shapes.reactions import CLOSED_POLL, POLL, VOTER, VoterShape
from chat.models import PollVote
from chat.serializers.reactions import voters_json
from chat.services.polls import poll_close, require_named_votes, vote_set


class PollViewSet(OneMessageViewSet):
    """A poll."""

    inputs = {"vote": Vote}
    queryset = PollVote.objects.none()
    keyset = ("option", "created_at", "pk")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the votes in the poll in the address; for one option if it is named. Raises NotAllowed."""
        require_named_votes(self.shown)
        rows = PollVote.objects.filter(message=self.shown)
        option = self.read_query(VotesQuery).get("option")
        # Index: chat_vote_listed.
        return rows if option is None else rows.filter(option=option)

    @operation(
        "List who chose what in a poll, option by option",
        parameters=(MESSAGE, VotesQuery),
        answers={200: (VoterShape(many=True), VOTER)},
        errors=(400, 403, 404, 409),
    )
    def list(self, request: Request, message_id: str) -> Response:
        """Answer a page of votes; 403 ``anonymous_poll`` where nobody may know."""
        return self.get_paginated_response(
            voters_json(self.paginate_queryset(self.get_queryset()) or [], request.user.pk)
        )

    @operation(
        "Vote in a poll, or change one's vote",
        parameters=(MESSAGE,),
        request=Vote,
        body={"option_ids": [1]},
        answers={200: (MessageShape, POLL)},
        errors=(403, 404, 409),
    )
    def vote(self, request: Request, message_id: str) -> Response:
        """Choose these options instead of those chosen before, and answer the message."""
        return self.answer(vote_set(acting_user=request.user, message_id=self.message_id, **self.read_input()))

    @operation(
        "Withdraw one's vote",
        parameters=(MESSAGE,),
        answers={200: (MessageShape, POLL)},
        errors=(403, 404, 409),
    )
    def withdraw(self, request: Request, message_id: str) -> Response:
        """Choose nothing, and answer the message."""
        return self.answer(vote_set(acting_user=request.user, message_id=self.message_id, option_ids=()))

    @operation(
        "Close a poll",
        parameters=(MESSAGE,),
        answers={200: (MessageShape, CLOSED_POLL)},
        errors=(403, 404, 409),
    )
    def close(self, request: Request, message_id: str) -> Response:
        """End the voting, and answer the message."""
        return self.answer(poll_close(acting_user=request.user, message_id=self.message_id))
