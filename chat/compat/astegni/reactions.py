"""Reactions: six have words on this surface, all others are the emoji itself."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from rest_framework.request import Request
from rest_framework.response import Response

from chat.adapter import UserId
from chat.choices import EMOJI_OF_WORDS, NumberKind
from chat.compat.astegni.base import AstegniView
from chat.compat.astegni.finding import find_message, only_if_found
from chat.compat.astegni.parsing import id_of, required
from chat.models import MessageReaction
from chat.services.reactions import reaction_add, reaction_remove

WORDS = {emoji: word for word, emoji in EMOJI_OF_WORDS.items()}
NAMED_AT_MOST = 100
"""How many people are named for one emoji on one message; all of them count."""


class ReactionsView(AstegniView):
    """``messages/{id}/reactions``: reacting."""

    def post(self, request: Request, message: str) -> Response:
        """React with a word or an emoji."""
        message_id = id_of(NumberKind.MESSAGE, message)
        with only_if_found(lambda: find_message(request, message)):
            emoji = _emoji(required(self.fields, "reaction"))
            reaction_add(acting_user=request.user, message_id=message_id, emoji=emoji)
        return Response({"success": True, "message": "Reaction added successfully"})


class ReactionView(AstegniView):
    """``messages/{id}/reactions/{reaction}``: taking one back."""

    def delete(self, request: Request, message: str, reaction: str) -> Response:
        """Take the caller's own reaction back."""
        message_id = id_of(NumberKind.MESSAGE, message)
        with only_if_found(lambda: find_message(request, message)):
            reaction_remove(acting_user=request.user, message_id=message_id, emoji=_emoji(reaction))
        return Response({"success": True, "message": "Reaction removed successfully"})


def reactors_read(message_ids: Collection[UUID]) -> dict[tuple[UUID, str], list[UserId]]:
    """Return who reacted to these messages, by message and emoji, first reaction first. At most one statement."""
    # Index: chat_reaction_listed.
    rows: Any = MessageReaction.objects.filter(message__in=message_ids).annotate(
        place=Window(RowNumber(), partition_by=[F("message"), F("emoji")], order_by=["created_at", "id"])
    )
    found: dict[tuple[UUID, str], list[UserId]] = {}
    named = rows.filter(place__lte=NAMED_AT_MOST).order_by("place") if message_ids else ()
    for row in named:
        found.setdefault((row.message_id, row.emoji), []).append(row.user_id)
    return found


def _emoji(reaction: object) -> str:
    return EMOJI_OF_WORDS.get(reaction, reaction) if isinstance(reaction, str) else str(reaction)
