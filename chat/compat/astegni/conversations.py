"""Conversations: the caller's list, starting, reading and changing one."""

from typing import Any
from uuid import UUID

from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from chat.adapter import get_adapter
from chat.compat.astegni.base import AstegniView
from chat.compat.astegni.finding import find_membership
from chat.compat.astegni.identity import Named, require_own
from chat.compat.astegni.listing import conversation_listed, conversations_json, conversations_listed
from chat.compat.astegni.message_shapes import messages_json
from chat.compat.astegni.parsing import required, size_in, text_in
from chat.compat.astegni.participants import participants_add, participants_json, people_asked
from chat.conf import chat_settings
from chat.exceptions import InvalidInput, NotFound
from chat.models import ChatGroupUser, ChatMessage
from chat.models.message import MESSAGE_FIELDS
from chat.roles import Posting
from chat.serializers import Json
from chat.services.groups import group_start, group_update, peer_start

OFFSET_MAX = 100_000
PINNED_AT_MOST = 50


class ConversationView(AstegniView):
    """``conversations/{id}``: one conversation."""

    def get(self, request: Request, conversation: str) -> Response:
        """Answer it, with who is in it and what is pinned."""
        return Response(self.shown(find_membership(request.user, conversation)))

    def put(self, request: Request, conversation: str) -> Response:
        """Rename it, or describe it anew; what is not named stays."""
        group_id = find_membership(request.user, conversation).group_id
        changes = {name: self.fields[name] for name in ("name", "description") if name in self.fields}
        group_update(acting_user=request.user, group_id=group_id, **changes)
        return Response({"success": True} | self.shown(find_membership(request.user, conversation)))

    def shown(self, membership: ChatGroupUser) -> Json:
        """Return the conversation as the caller sees it."""
        [listed] = conversations_json([conversation_listed(membership)], self.request, in_old_shape=self.in_old_shape)
        # Index: chat_message_pinned.
        pinned = ChatMessage.objects.seen_by(membership).showing(Now()).filter(pinned_at__isnull=False)
        rows: Any = pinned.order_by("-pinned_at", "-seq").values(*MESSAGE_FIELDS)[:PINNED_AT_MOST]
        return listed | {
            "participants": participants_json(membership, in_old_shape=self.in_old_shape),
            "pinned_messages": messages_json(list(rows), self.request, in_old_shape=self.in_old_shape),
        }

    def shown_by_id(self, group_id: UUID) -> Json:
        """Return a conversation that the caller has just started or found."""
        rows = ChatGroupUser.objects.of(self.request.user).filter(group_id=group_id).select_related("group")
        return self.shown(rows.get())


class ConversationsView(ConversationView):
    """``conversations``: the list; starting one."""

    checks_claims = False

    def get(self, request: Request) -> Response:  # type: ignore[override]  # this address has no number
        """Answer a part of the list: bare for who asks as a user, else in an object."""
        rows = conversations_listed(request.user, self.asked.get("filter_type") or "all")
        limit = size_in(
            self.asked.get("limit"), default=chat_settings.PAGE_SIZE, at_most=chat_settings.PAGE_SIZE_MAX, field="limit"
        )
        offset = size_in(self.asked.get("offset"), default=0, at_most=OFFSET_MAX, field="offset", at_least=0)
        part = list(rows[offset : offset + limit])
        found = conversations_json(part, request, in_old_shape=self.in_old_shape, claimed=self.claimed)
        return Response({"conversations": found} if self.in_old_shape else found)

    def post(self, request: Request) -> Response:
        """Start a conversation, or answer the one that the two people have."""
        require_own(request.user, self.claimed, get_adapter().identities(pairs=self.claimed) if self.claimed else ())
        people = people_asked(self.fields)
        if text_in(self.fields, "type", default="direct") == "direct":
            return Response(self.start_direct(people))
        return Response(self.start_group(people))

    def start_direct(self, people: list[Named]) -> Json:
        """Start a conversation with the one other person, or notes to oneself."""
        others = [person for person in people if person.user_id is None or person.user_id != self.request.user.pk]
        if len({person.user_id for person in others}) > 1 or not people:
            raise InvalidInput(_("A direct conversation has exactly one other person."))
        user_id = others[0].user_id if others else self.request.user.pk
        if user_id is None:
            raise NotFound(_("There is no such person."))
        try:
            started = peer_start(acting_user=self.request.user, user_id=user_id)
        except InvalidInput:
            raise NotFound(_("There is no such person.")) from None
        return self._started(started.group.pk, existing=not started.created, added=others, rejected=[])

    def start_group(self, people: list[Named]) -> Json:
        """Start a group or a channel, and add each of the people who lets the caller."""
        kind = text_in(self.fields, "type", default="group")
        if kind not in ("group", "channel"):
            raise InvalidInput(_("type must be direct, group or channel."), field="type")
        started = group_start(
            acting_user=self.request.user,
            name=required(self.fields, "name"),
            description=text_in(self.fields, "description"),
            posting=Posting.ADMINS if kind == "channel" else Posting.EVERYONE,
        )
        others = [person for person in people if person.user_id != self.request.user.pk]
        added, rejected = participants_add(self.request.user, started.group, others)
        return self._started(started.group.pk, existing=False, added=added, rejected=rejected)

    def _started(self, group_id: UUID, *, existing: bool, added: list[Named], rejected: list[Json]) -> Json:
        shown = self.shown_by_id(group_id)
        return shown | {
            "success": True,
            "conversation_id": shown["id"],
            "existing": existing,
            "added_participants": [person.said for person in added],
            "rejected_participants": rejected,
        }


class GroupsView(ConversationsView):
    """``groups``: starting a group."""

    http_method_names = ["post"]

    def start_direct(self, people: list[Named]) -> Json:
        """Start a group: here that is what an unnamed type means."""
        return self.start_group(people)
