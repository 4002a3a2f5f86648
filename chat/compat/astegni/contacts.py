"""Contacts, and requests to be one."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from chat.adapter import User, UserId, get_adapter
from chat.choices import ConnectionState, NumberKind
from chat.compat.astegni.base import AstegniView
from chat.compat.astegni.identity import find_named
from chat.compat.astegni.parsing import id_of, required, size_in
from chat.compat.astegni.persons import People, people_read
from chat.conf import chat_settings
from chat.exceptions import InvalidInput, NotFound
from chat.models import ChatGroup, Connection
from chat.peers import peer_key
from chat.serializers import Json, wire_time
from chat.services.numbers import numbers_give
from chat.services.people.connections import connection_accept, connection_reject, connection_request
from chat.services.people.relations import contacts_of

LISTED_AT_MOST = 100
_ANSWERS = {
    "accept": (connection_accept, "accepted"),
    "accepted": (connection_accept, "accepted"),
    "reject": (connection_reject, "rejected"),
    "rejected": (connection_reject, "rejected"),
}


class ContactsView(AstegniView):
    """``contacts``: with whom the caller is in contact."""

    def get(self, request: Request) -> Response:
        """Answer them, those that ``search`` finds if it is given, with their conversation if there is one."""
        people = contacts_of(request.user)
        if self.asked.get("search"):
            people = get_adapter().search(people, self.asked["search"].replace("\x00", ""))
        limit = size_in(
            self.asked.get("limit"), default=chat_settings.PAGE_SIZE, at_most=chat_settings.PAGE_SIZE_MAX, field="limit"
        )
        ids = list(people.order_by("pk").values_list("pk", flat=True)[:limit])
        shown = people_read(request.user.pk, ids, in_old_shape=self.in_old_shape)
        numbers = conversations_with(request.user, ids)
        contacts = [
            shown.shown(user_id)
            | shown.pair(user_id, "contact_")
            | {"email": shown.profiles[user_id].email, "conversation_id": numbers.get(user_id)}
            for user_id in ids
        ]
        return Response({"contacts": contacts, "total": len(contacts)})


class ConnectionRequestsView(AstegniView):
    """``connection-requests``: those that wait; asking."""

    def get(self, request: Request) -> Response:
        """Answer who asked the caller and whom they asked, under the names of both front ends, newest first."""
        # Indexes: chat_connection_from, chat_connection_to.
        waiting = Connection.objects.visible_to(request.user).filter(state=ConnectionState.PENDING)
        rows = list(waiting.order_by("-requested_at", "-pk")[:LISTED_AT_MOST])
        me = request.user.pk
        people = people_read(me, {row.other_id(me) for row in rows}, in_old_shape=self.in_old_shape)
        numbers = numbers_give({NumberKind.CONNECTION: [row.pk for row in rows]})[NumberKind.CONNECTION]
        incoming = [_request_json(row, people, numbers, "requester") for row in rows if row.recipient_id == me]
        outgoing = [_request_json(row, people, numbers, "recipient") for row in rows if row.requester_id == me]
        return Response(
            {
                "incoming": incoming,
                "outgoing": outgoing,
                "received_requests": incoming,
                "sent_requests": outgoing,
                "received_count": len(incoming),
                "sent_count": len(outgoing),
            }
        )

    def post(self, request: Request) -> Response:
        """Ask somebody, by ``recipient_user_id`` or by their profile."""
        try:
            asked = connection_request(acting_user=request.user, user_id=find_named(self.fields, "recipient_"))
        except InvalidInput as error:
            if error.code == "unknown_user":
                raise NotFound(_("There is no such person.")) from None
            raise
        row = asked.connection
        number = numbers_give({NumberKind.CONNECTION: [row.pk]})[NumberKind.CONNECTION][row.pk]
        return Response({"success": True, "connection_id": number, "status": row.state})


class RespondView(AstegniView):
    """``connection-requests/{id}/respond``: answering."""

    def post(self, request: Request, connection: str) -> Response:
        """Accept or reject, as ``action`` says in query or body."""
        action = str(required({"action": self.said_as("action")}, "action"))
        if action not in _ANSWERS:
            raise InvalidInput(_("action must be accept or reject."), field="action")
        answer, status = _ANSWERS[action]
        answer(acting_user=request.user, connection_id=id_of(NumberKind.CONNECTION, connection))
        told = {"connection_id": int(connection), "status": status, "message": f"Connection request {status}"}
        return Response({"success": True} | told)


def conversations_with(user: User, user_ids: Collection[UserId]) -> dict[UserId, int]:
    """Return the numbers of the conversations that ``user`` has with each of these people. Two statements."""
    # Index: chat_group_one_per_pair.
    scope = get_adapter().scope_of(user)
    keys = {peer_key(scope, (user.pk, user_id)): user_id for user_id in user_ids}
    rows = ChatGroup.objects.visible_to(user).filter(scope=scope, peer_key__in=list(keys))
    groups = {group_id: keys[str(key)] for group_id, key in rows.values_list("pk", "peer_key")}
    numbers = numbers_give({NumberKind.CONVERSATION: groups})[NumberKind.CONVERSATION]
    return {user_id: numbers[group_id] for group_id, user_id in groups.items()}


def _request_json(row: Connection, people: People, numbers: Mapping[UUID, int], who: str) -> Json:
    user_id = row.requester_id if who == "requester" else row.recipient_id
    person = people.shown(user_id)
    return person | {
        "id": numbers[row.pk],
        "connection_id": numbers[row.pk],
        f"{who}_user_id": person["user_id"],
        f"{who}_name": person["name"],
        f"{who}_avatar": person["avatar"],
        **people.pair(user_id, f"{who}_"),
        "status": row.state,
        "created_at": wire_time(row.requested_at),
    }
