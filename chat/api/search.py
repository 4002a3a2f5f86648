"""Search over the caller's messages and groups."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core import signing
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from chat.api import examples
from chat.api.base import ChatViewSet
from chat.api.inputs.search import SearchQuery
from chat.api.schema import operation
from chat.api.shapes.search import SearchShape
from chat.exceptions import InvalidInput
from chat.models import ChatMessage, Position, Search, messages_search
from chat.models.listing import LISTED_FIELDS, LISTED_ORDER
from chat.models.membership import ChatGroupUser
from chat.models.search_groups import named
from chat.serializers import groups_json
from chat.serializers.search import hits_json

GROUPS_AT_MOST = 10
SALT = "chat.cursor search"


class SearchViewSet(ChatViewSet):
    """Search."""

    scopes = {"search": "search"}
    queryset = ChatMessage.objects.none()

    @operation(
        "Search the messages that I see, newest first, and my groups",
        parameters=(SearchQuery,),
        answers={200: (SearchShape, examples.FOUND)},
        errors=(400,),
    )
    def search(self, request: Request) -> Response:
        """Answer a page of messages; the first has groups as well."""
        query = self.read_query(SearchQuery)
        after = _position(query["cursor"]) if query.get("cursor") else None
        search = _search(request, query)
        found = messages_search(search, limit=query["limit"], after=after)
        url = request.build_absolute_uri()
        return Response(
            {
                "next": found.next and replace_query_param(url, "cursor", _cursor(found.next)),
                "results": hits_json(found, request.user.pk),
                "groups": [] if after else self._groups(search),
                "approximate": found.errors and bool(found.messages or found.next),
            }
        )

    def _groups(self, search: Search) -> list[Any]:
        if search.is_narrowed:
            return []
        rows = named(ChatGroupUser.objects.conversations_of(search.user), search.text).with_listing()
        return groups_json(list(rows.order_by(*LISTED_ORDER).values(*LISTED_FIELDS)[:GROUPS_AT_MOST]), search.user)


def _search(request: Request, query: dict[str, Any]) -> Search:
    return Search(
        user=request.user,
        text=query["q"],
        group_id=query.get("chat_group_id"),
        sender_id=query.get("sender_user_id"),
        message_type=query.get("message_type"),
        since=query.get("since"),
        until=query.get("until"),
        has_file=query.get("has_file"),
        pinned=query.get("pinned"),
    )


def _cursor(position: Position) -> str:
    return signing.dumps([position.created_at.isoformat(), str(position.id), position.errors], salt=SALT)


def _position(cursor: str) -> Position:
    try:
        created_at, message_id, errors = signing.loads(cursor, salt=SALT)
    except signing.BadSignature as error:
        raise InvalidInput(_("This is not a cursor of this list."), code="invalid_cursor", field="cursor") from error
    return Position(datetime.fromisoformat(created_at), UUID(message_id), errors)
