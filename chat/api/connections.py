"""Who is in contact with whom."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from chat.adapter import get_adapter
from chat.api import examples
from chat.api.base import ChatViewSet
from chat.api.inputs.people import ConnectionNew, ConnectionsQuery, ContactsQuery
from chat.api.pagination import KeysetPagination
from chat.api.schema import CONNECTION_ID, operation
from chat.api.shapes import ProfileShape
from chat.api.shapes.people import CONNECTION, ConnectionShape
from chat.choices import ConnectionState
from chat.models import Connection
from chat.serializers import profile_json
from chat.serializers.people import connections_json
from chat.services.people.connections import (
    connection_accept,
    connection_reject,
    connection_request,
    connection_withdraw,
)
from chat.services.people.profiles import profiles_shown
from chat.services.people.relations import contacts_of


class ConnectionViewSet(ChatViewSet):
    """Requests to be in contact, by the caller and to them."""

    inputs = {"create": ConnectionNew}
    queryset = Connection.objects.none()
    pagination_class = KeysetPagination
    keyset = ("-requested_at", "-pk")

    @property
    def connection_id(self) -> UUID:
        """The connection in the address: an id to hand to a service."""
        return self.path_uuid("connection_id")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the caller's connections; in one state if it is named."""
        rows = Connection.objects.visible_to(self.request.user)
        state = self.read_query(ConnectionsQuery).get("state")
        return rows.filter(state=state) if state else rows

    def answer(self, connection: Connection, code: int = status.HTTP_200_OK) -> Response:
        """Answer a connection as the caller sees it."""
        return Response(connections_json([connection], self.request.user)[0], status=code)

    @operation(
        "List my requests to be in contact and those to me, newest first",
        parameters=(ConnectionsQuery,),
        answers={200: (ConnectionShape(many=True), CONNECTION)},
        errors=(400,),
    )
    def list(self, request: Request) -> Response:
        """Answer a page of connections."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(connections_json(rows, request.user))

    @operation(
        "Ask a person to be in contact",
        request=ConnectionNew,
        body={"user_id": "2"},
        answers={201: (ConnectionShape, CONNECTION), 200: (ConnectionShape, CONNECTION)},
        errors=(403, 409),
    )
    def create(self, request: Request) -> Response:
        """Ask; 200 if that was asked before, or both have asked now."""
        asked = connection_request(acting_user=request.user, **self.read_input())
        return self.answer(asked.connection, status.HTTP_201_CREATED if asked.created else status.HTTP_200_OK)

    @operation(
        "Agree to be in contact",
        parameters=(CONNECTION_ID,),
        answers={200: (ConnectionShape, CONNECTION | {"state": ConnectionState.ACCEPTED, "asked_by_me": False})},
        errors=(403, 404, 409),
    )
    def accept(self, request: Request, connection_id: str) -> Response:
        """Accept the request."""
        return self.answer(connection_accept(acting_user=request.user, connection_id=self.connection_id))

    @operation(
        "Refuse to be in contact",
        parameters=(CONNECTION_ID,),
        answers={200: (ConnectionShape, CONNECTION | {"state": ConnectionState.REJECTED, "asked_by_me": False})},
        errors=(403, 404, 409),
    )
    def reject(self, request: Request, connection_id: str) -> Response:
        """Reject the request."""
        return self.answer(connection_reject(acting_user=request.user, connection_id=self.connection_id))

    @operation(
        "Take my request back, or end a connection",
        parameters=(CONNECTION_ID,),
        answers={204: (None, None)},
        errors=(403, 404, 409),
    )
    def destroy(self, request: Request, connection_id: str) -> Response:
        """Withdraw it."""
        connection_withdraw(acting_user=request.user, connection_id=self.connection_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ContactViewSet(ChatViewSet):
    """People who are in contact with the caller."""

    scopes = {"list": "search"}
    pagination_class = KeysetPagination
    keyset = ("pk",)

    def get_queryset(self) -> QuerySet[Any]:
        """Return the caller's contacts; by name if one is given."""
        contacts, text = contacts_of(self.request.user), self.read_query(ContactsQuery).get("q")
        return get_adapter().search(contacts, text) if text else contacts

    @operation(
        "List my contacts",
        parameters=(ContactsQuery,),
        answers={200: (ProfileShape(many=True), examples.PROFILE)},
        errors=(400,),
    )
    def list(self, request: Request) -> Response:
        """Answer a page of contacts."""
        people = {person.pk: person for person in self.paginate_queryset(self.get_queryset()) or []}
        profiles = {key: get_adapter().profile(person) for key, person in people.items()}
        return self.get_paginated_response(
            [profile_json(profile) for profile in profiles_shown(request.user.pk, profiles).values()]
        )
