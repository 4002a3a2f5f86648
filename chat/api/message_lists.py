"""What belongs to one message and comes in pages: its revisions, and who read it."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from chat import policy
from chat.api import examples
from chat.api.inputs import PageQuery
from chat.api.one_message import OneMessageViewSet
from chat.api.schema import MESSAGE, operation
from chat.api.shapes.of_message import ReceiptShape, RevisionShape
from chat.models import ChatGroupUser, MessageRevision, receipts_of
from chat.serializers import receipts_json, wire_time


class RevisionViewSet(OneMessageViewSet):
    """Revisions of a message."""

    queryset = MessageRevision.objects.none()
    keyset = ("-version",)

    def get_queryset(self) -> QuerySet[Any]:
        """Return the revisions, if the caller wrote the message or moderates. Raises NotAllowed."""
        members = ChatGroupUser.objects.of(self.request.user).select_related("group")
        membership = members.filter(group_id=self.shown.group_id).first()
        policy.require(membership is not None and policy.may_read_revisions(membership, self.shown))
        # Index: chat_revision_once.
        return MessageRevision.objects.filter(message=self.shown)

    @operation(
        "List what a message said before it was edited, newest first",
        parameters=(MESSAGE, PageQuery),
        answers={200: (RevisionShape(many=True), examples.REVISION)},
        errors=(400, 403, 404, 409),
    )
    def list(self, request: Request, message_id: str) -> Response:
        """Answer a page of revisions."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(
            [
                {"version": row.version, "message_text": row.message_text, "written_at": wire_time(row.written_at)}
                for row in rows
            ]
        )


class ReceiptViewSet(OneMessageViewSet):
    """Who read and received a message."""

    queryset = ChatGroupUser.objects.none()
    keyset = ("created_at", "id")

    def get_queryset(self) -> QuerySet[Any]:
        """Return a row of each other member, in the order of joining."""
        return receipts_of(self.shown)

    @operation(
        "List who read and who received a message, in the order of joining",
        parameters=(MESSAGE, PageQuery),
        answers={200: (ReceiptShape(many=True), examples.RECEIPT)},
        errors=(400, 404, 409),
    )
    def list(self, request: Request, message_id: str) -> Response:
        """Answer a page of members."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(receipts_json(rows, request.user.pk))
