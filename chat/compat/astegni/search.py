"""Search over the caller's messages."""

from rest_framework.request import Request
from rest_framework.response import Response

from chat.compat.astegni.base import AstegniView
from chat.compat.astegni.finding import find_membership
from chat.compat.astegni.listing import conversations_json, conversations_rows
from chat.compat.astegni.message_shapes import messages_json
from chat.compat.astegni.parsing import required, size_in
from chat.conf import chat_settings
from chat.models import ChatGroupUser, Search, messages_search
from chat.models.search_groups import named
from chat.services.cleaning import clean_text

GROUPS_AT_MOST = 10
TEXT_MAX_LENGTH = 200


class SearchView(AstegniView):
    """``search``: what the caller sees and nothing else."""

    def get(self, request: Request) -> Response:
        """Answer messages with all words, newest first, and conversations by name."""
        text = clean_text(required(self.asked, "q"), field="q", max_length=TEXT_MAX_LENGTH)
        conversation = self.asked.get("conversation_id")
        group_id = find_membership(request.user, conversation).group_id if conversation else None
        limit = size_in(
            self.asked.get("limit"), default=chat_settings.PAGE_SIZE, at_most=chat_settings.PAGE_SIZE_MAX, field="limit"
        )
        search = Search(user=request.user, text=text, group_id=group_id)
        found = messages_search(search, limit=limit)
        shown = messages_json(found.messages, request, in_old_shape=self.in_old_shape)
        return Response(
            {
                "messages": shown,
                "conversations": [] if group_id else self._conversations(text),
                "has_more": found.next is not None,
            }
        )

    def _conversations(self, text: str) -> list[object]:
        rows = conversations_rows(named(ChatGroupUser.objects.conversations_of(self.request.user), text))
        found = conversations_json(list(rows[:GROUPS_AT_MOST]), self.request, in_old_shape=self.in_old_shape)
        return list(found)
