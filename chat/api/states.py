"""What a member makes of a group for themselves: read positions, mute, pin, archive, draft, cleared history."""

from rest_framework.request import Request
from rest_framework.response import Response

from chat.api import examples
from chat.api.base import ChatViewSet
from chat.api.inputs import Draft, ReadPosition, StateChange
from chat.api.schema import GROUP, operation
from chat.api.shapes import StateShape
from chat.models import ChatGroupUser
from chat.serializers import state_json
from chat.services.drafts import draft_set
from chat.services.reads import read_advance
from chat.services.states import history_clear, state_set


class StateViewSet(ChatViewSet):
    """The caller's own state of a group."""

    for_visitors = frozenset({"read", "retrieve", "partial_update"})
    inputs = {"read": ReadPosition, "partial_update": StateChange, "draft": Draft}
    scopes = {"read": "mark"}

    def form_of(self, membership: ChatGroupUser) -> object:
        """Return the state as it is."""
        pinned, archived = membership.pinned_at is not None, membership.archived_at is not None
        return vars(membership) | {"pinned": pinned, "archived": archived}

    @operation(
        "Move my read and received positions forward",
        parameters=(GROUP,),
        request=ReadPosition,
        body={"read_seq": 41},
        answers={200: (StateShape, examples.STATE | {"read_seq": 41, "unread_from_seq": 41})},
        errors=(404,),
    )
    def read(self, request: Request, group_id: str) -> Response:
        """Mark read up to a message."""
        return Response(
            state_json(vars(read_advance(acting_user=request.user, group_id=self.group_id, **self.read_input())))
        )

    @operation(
        "Read my state of the group",
        parameters=(GROUP,),
        answers={200: (StateShape, examples.STATE)},
        errors=(404,),
    )
    def retrieve(self, request: Request, group_id: str) -> Response:
        """Answer the caller's state."""
        return Response(state_json(vars(self.membership)))

    @operation(
        "Mute, pin, archive, or mark unread",
        parameters=(GROUP,),
        request=StateChange,
        body={"muted_until": "2026-03-02T18:00:00.000000Z", "pinned": True},
        answers={200: (StateShape, examples.STATE | {"muted_until": "2026-03-02T18:00:00.000000Z"})},
        errors=(404,),
    )
    def partial_update(self, request: Request, group_id: str) -> Response:
        """Change what is named."""
        return Response(
            state_json(vars(state_set(acting_user=request.user, group_id=self.group_id, **self.read_input())))
        )

    @operation(
        "Clear the history for me; others keep it",
        parameters=(GROUP,),
        answers={200: (StateShape, examples.STATE | {"visible_from_seq": 42})},
        errors=(404,),
    )
    def clear(self, request: Request, group_id: str) -> Response:
        """Hide everything written so far from the caller."""
        membership = history_clear(acting_user=request.user, group_id=self.group_id)
        return Response(state_json(vars(membership)))

    @operation(
        "Keep what I began to write, for my other devices",
        parameters=(GROUP,),
        request=Draft,
        body={"message_text": "And bring", "reply_to_id": examples.MESSAGE_ID},
        answers={200: (StateShape, examples.STATE)},
        errors=(404,),
    )
    def draft(self, request: Request, group_id: str) -> Response:
        """Keep the draft."""
        return Response(
            state_json(vars(draft_set(acting_user=request.user, group_id=self.group_id, **self.read_input())))
        )

    @operation(
        "Throw away what I began to write",
        parameters=(GROUP,),
        answers={200: (StateShape, examples.STATE | {"draft": None})},
        errors=(404,),
    )
    def drop_draft(self, request: Request, group_id: str) -> Response:
        """Remove the draft."""
        return Response(state_json(vars(draft_set(acting_user=request.user, group_id=self.group_id))))
