"""Blocking people."""

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from chat.compat.astegni.base import AstegniView
from chat.compat.astegni.identity import find_named
from chat.compat.astegni.parsing import text_in
from chat.compat.astegni.participants import person_at
from chat.compat.astegni.persons import people_read
from chat.exceptions import InvalidInput, NotFound
from chat.models import Block
from chat.serializers import wire_time
from chat.services.people.blocks import block_add, block_remove

LISTED_AT_MOST = 500


class BlockView(AstegniView):
    """``block``: blocking somebody."""

    def post(self, request: Request) -> Response:
        """Block the person."""
        user_id, reason = find_named(self.fields, "blocked_"), text_in(self.fields, "reason")
        try:
            block_add(acting_user=request.user, user_id=user_id, reason=reason)
        except InvalidInput as error:
            if error.code == "unknown_user":
                raise NotFound(_("There is no such person.")) from None
            raise
        return Response({"success": True, "message": "User blocked successfully"})


class UnblockView(AstegniView):
    """``block/{user}``, or with a profile's number and type: ending it."""

    def delete(self, request: Request, person: str, profile_type: str = "") -> Response:
        """Block the person no more."""
        block_remove(acting_user=request.user, user_id=person_at(person, profile_type))
        return Response({"success": True, "message": "User unblocked successfully"})


class BlockedView(AstegniView):
    """``blocked``: whom the caller blocks."""

    def get(self, request: Request) -> Response:
        """Answer the list, under the names of both front ends, newest first."""
        # Index: chat_block_listed.
        rows = list(Block.objects.visible_to(request.user).order_by("-created_at", "-pk")[:LISTED_AT_MOST])
        ids = {row.blocked_id for row in rows}
        people = people_read(request.user.pk, ids, in_old_shape=self.in_old_shape)
        shown = [
            people.shown(row.blocked_id) | {"reason": row.reason, "blocked_at": wire_time(row.created_at)}
            for row in rows
        ]
        return Response({"blocked_contacts": shown, "blocked": shown})
