"""What the members of a group shared: images, files, links, references."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api import examples
from chat.api.authentication import MemberJWTAuthentication
from chat.api.base import ChatViewSet
from chat.api.inputs.search import SharedKind, SharedQuery
from chat.api.pagination import KeysetPagination
from chat.api.schema import GROUP, operation
from chat.api.shapes.search import SharedShape
from chat.models import ChatGroupUser, ChatMessage
from chat.models.attachment import MEDIA
from chat.models.shared import shared_files, shared_links, shared_references
from chat.roles import FileKind
from chat.serializers import Json
from chat.serializers.shared import shared_file_json, shared_links_json, shared_references_json

BY_FILE, BY_MESSAGE = ("-seq", "position"), ("-seq",)
Read = Callable[[ChatGroupUser], QuerySet[Any]]

LISTS: dict[str, tuple[Read, Callable[[Any], Json], tuple[str, ...]]] = {
    SharedKind.MEDIA: (partial(shared_files, kinds=MEDIA), shared_file_json, BY_FILE),
    SharedKind.AUDIO: (partial(shared_files, kinds=(FileKind.AUDIO,)), shared_file_json, BY_FILE),
    SharedKind.FILES: (partial(shared_files, kinds=(FileKind.FILE,)), shared_file_json, BY_FILE),
    SharedKind.LINKS: (shared_links, shared_links_json, BY_MESSAGE),
    SharedKind.REFERENCES: (shared_references, shared_references_json, BY_MESSAGE),
}
"""For each kind how it is read, shown and ordered."""


class SharedViewSet(ChatViewSet):
    """What a group shares."""

    jwt = MemberJWTAuthentication
    queryset = ChatMessage.objects.none()
    pagination_class = KeysetPagination

    @property
    def keyset(self) -> tuple[str, ...]:  # type: ignore[override]  # each kind has its own
        """The order of the list that is asked for."""
        return LISTS[self.read_query(SharedQuery)["kind"]][2]

    @operation(
        "List what a group shared, newest first",
        parameters=(GROUP, SharedQuery),
        answers={200: (SharedShape(many=True), examples.SHARED)},
        errors=(400, 404),
    )
    def list(self, request: Request, group_id: str) -> Response:
        """Answer a page of files, or of messages with links or references."""
        membership = self.membership
        read, shaped, _ = LISTS[self.read_query(SharedQuery)["kind"]]
        rows = self.paginate_queryset(read(membership)) or []
        return self.get_paginated_response([shaped(row) for row in rows])
