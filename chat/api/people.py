"""People whom the caller can write to."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from chat.adapter import get_adapter
from chat.api import examples
from chat.api.base import ChatViewSet
from chat.api.inputs import PeopleQuery
from chat.api.pagination import KeysetPagination
from chat.api.schema import operation
from chat.api.shapes import ProfileShape
from chat.serializers import profile_json
from chat.services.people.profiles import profiles_shown


class PeopleViewSet(ChatViewSet):
    """People."""

    scopes = {"list": "search"}
    pagination_class = KeysetPagination
    keyset = ("pk",)

    def get_queryset(self) -> QuerySet[Any]:
        """Return the people whom the caller may find and whose name matches."""
        adapter = get_adapter()
        return adapter.search(adapter.findable_by(self.request.user), self.read_query(PeopleQuery)["q"])

    @operation(
        "Find people by name",
        parameters=(PeopleQuery,),
        answers={200: (ProfileShape(many=True), examples.PROFILE)},
        errors=(400,),
    )
    def list(self, request: Request) -> Response:
        """Answer a page of people."""
        adapter, people = get_adapter(), self.paginate_queryset(self.get_queryset()) or []
        profiles = profiles_shown(request.user.pk, {person.pk: adapter.profile(person) for person in people})
        return self.get_paginated_response([profile_json(profile) for profile in profiles.values()])
