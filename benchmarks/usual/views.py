"""Reading and sending messages of a room, as a DRF project usually does."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from rest_framework import mixins, viewsets
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer

from benchmarks.usual.models import Membership, Message, Room
from benchmarks.usual.serializers import MessageSerializer


class IsMember(BasePermission):
    """Only people in the room."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether who asks is a member."""
        return Membership.objects.filter(room_id=view.kwargs["room_id"], user=request.user.pk).exists()


class NewestFirst(CursorPagination):
    """Pages of 50."""

    page_size = 50
    ordering = "-created_at"


class MessageViewSet(mixins.CreateModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet[Message]):
    """The messages of one room."""

    serializer_class = MessageSerializer
    permission_classes = [IsAuthenticated, IsMember]
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Message]:
        """Return the room's messages, each with its sender."""
        return Message.objects.filter(room_id=self.kwargs["room_id"]).select_related("sender")

    def perform_create(self, serializer: BaseSerializer[Message]) -> None:
        """Keep the message, and the room's time of the last one."""
        with transaction.atomic():
            message = serializer.save(sender=self.request.user, room_id=self.kwargs["room_id"])
            Room.objects.filter(pk=message.room_id).update(last_message_at=message.created_at)
