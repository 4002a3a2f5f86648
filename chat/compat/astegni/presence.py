"""Who is there, who is writing, and how far people have read: as far as they let each other know."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from chat.choices import NumberKind
from chat.compat.astegni.base import AstegniView
from chat.compat.astegni.finding import find_membership
from chat.compat.astegni.identity import named
from chat.compat.astegni.listing import type_of
from chat.compat.astegni.parsing import flag_in
from chat.compat.astegni.participants import person_at
from chat.compat.astegni.persons import people_read, wire_key
from chat.exceptions import InvalidInput, NotFound
from chat.models import ChatGroupUser, ChatMessage
from chat.serializers import Json, wire_time
from chat.services.numbers import numbers_give
from chat.services.people.finding import people_known
from chat.services.people.presence import Status, presence_beat, statuses_of
from chat.services.people.relations import sharing
from chat.services.typing import typing_allowed, typing_now, typing_set

ASKED_AT_MOST = 100
"""How many people's presence one request may ask for."""


class StatusView(AstegniView):
    """``users/{user}/status``, or with a profile's number and type."""

    def get(self, request: Request, person: str, profile_type: str = "") -> Response:
        """Answer one person's presence."""
        user_id = person_at(person, profile_type)
        if user_id not in people_known(request.user, [user_id]):
            raise NotFound(_("There is no such person."))
        [status] = statuses_of(request.user, [user_id])
        pair = {"profile_id": int(person), "profile_type": profile_type} if profile_type else {}
        return Response(_status_json(status) | pair)


class StatusesView(AstegniView):
    """``users/online-status``: of several people."""

    def get(self, request: Request) -> Response:
        """Answer the presence of those named in ``user_ids``, or in ``profile_ids`` as ``tutor_1,student_2``."""
        people = named(self._items(), field="user_ids")
        ids = [person.user_id for person in people if person.user_id is not None]
        if not self.asked.get("user_ids"):  # or it would say whose profile it is
            found = people_known(request.user, ids)
            ids = [user_id for user_id in ids if user_id in found]
        known = {status.user_id: status for status in statuses_of(request.user, ids)}
        shown = [person.said | _status_json(known[person.user_id]) for person in people if person.user_id in known]
        return Response({"statuses": shown})

    def _items(self) -> list[object]:
        said = self.asked.get("user_ids") or self.asked.get("profile_ids") or ""
        items = [item.strip() for item in said.split(",") if item.strip()]
        if len(items) > ASKED_AT_MOST:
            text = _("At most %(max)d people at once.") % {"max": ASKED_AT_MOST}
            raise InvalidInput(text, field="user_ids")
        return list(items) if self.asked.get("user_ids") else [_pair(item) for item in items]


class HeartbeatView(AstegniView):
    """``users/status/update``: what makes the caller online."""

    def post(self, request: Request) -> Response:
        """Note that the caller is there; whatever else the request says, nobody else can."""
        presence_beat(acting_user=request.user)
        return Response({"success": True, "last_active": "now"})


class TypingView(AstegniView):
    """``conversations/{id}/typing``: who is writing."""

    def get(self, request: Request, conversation: str) -> Response:
        """Answer who is writing, but for the caller."""
        group_id = find_membership(request.user, conversation).group_id
        ids = typing_now(request.user, group_id)
        people = people_read(request.user.pk, ids, in_old_shape=self.in_old_shape)
        shown = [people.shown(user_id) | {"user_name": people.name(user_id)} for user_id in ids]
        return Response({"typing_users": shown, "is_someone_typing": bool(shown)})

    def post(self, request: Request, conversation: str) -> Response:
        """Note that the caller is writing, or no longer."""
        said = self.said_as("is_typing")
        typing = True if said is None else flag_in(said, field="is_typing")
        group_id = find_membership(request.user, conversation).group_id
        told = typing_set(acting_user=request.user, group_id=group_id, typing=typing)
        return Response({"success": True, "broadcasted": told, "is_typing": typing})


class TypingAllowedView(AstegniView):
    """``conversations/{id}/typing-allowed``: whether the others would see it."""

    def get(self, request: Request, conversation: str) -> Response:
        """Answer under the names of both front ends."""
        allowed = typing_allowed(request.user, find_membership(request.user, conversation).group_id)
        return Response({"allowed": allowed, "can_broadcast_typing": allowed})


class ReadStatusView(AstegniView):
    """``conversations/{id}/read-status``: how far the others have read."""

    def get(self, request: Request, conversation: str) -> Response:
        """Answer a list; for an old client the one other person of a direct conversation, or the readers of a group."""
        membership = find_membership(request.user, conversation)
        readers = self._readers(membership)
        if not self.in_old_shape:
            return Response({"read_status": readers})
        if type_of(membership.group.group_type, membership.group.posting) != "direct":
            return Response({"readers": readers})
        return Response({"read_status": readers[0] if readers else None, "hidden": not readers})

    def _readers(self, membership: ChatGroupUser) -> list[Json]:
        others = ChatGroupUser.objects.live().filter(group_id=membership.group_id).exclude(user=membership.user_id)
        rows: Any = list(others.oldest_first())
        telling = sharing("read_receipts", membership.user_id, [row.user_id for row in rows])
        rows = [row for row in rows if row.user_id in telling]
        people = people_read(membership.user_id, telling, in_old_shape=self.in_old_shape)
        numbers = _numbers_at(membership, {row.read_seq for row in rows})
        return [
            people.shown(row.user_id)
            | {"last_read_at": wire_time(row.read_changed_at), "last_read_message_id": numbers.get(row.read_seq)}
            for row in rows
        ]


def _status_json(status: Status) -> Json:
    return {
        "user_id": wire_key(status.user_id),
        "online": status.online,
        "is_online": status.online,
        "last_seen": wire_time(status.last_seen_at),
    }


def _pair(item: str) -> dict[str, str]:
    profile_type, _underscore, number = item.rpartition("_")
    return {"profile_id": number, "profile_type": profile_type}


def _numbers_at(membership: ChatGroupUser, seqs: set[int]) -> dict[int, int]:
    """Return the numbers of the messages at these places, of those that the member sees. At most two statements."""
    seen = ChatMessage.objects.seen_by(membership).filter(seq__in=seqs)
    ids = dict(seen.values_list("seq", "pk"))
    numbers = numbers_give({NumberKind.MESSAGE: ids.values()})[NumberKind.MESSAGE]
    return {seq: numbers[message_id] for seq, message_id in ids.items()}
