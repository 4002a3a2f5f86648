"""The caller's settings, and whom they block."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.base import ChatViewSet
from chat.api.inputs import PageQuery
from chat.api.inputs.people import BlockNew, SettingsChange
from chat.api.pagination import KeysetPagination
from chat.api.schema import USER, operation
from chat.api.shapes.people import BLOCK, SETTINGS, BlockShape, SettingsShape
from chat.exceptions import InvalidInput, NotFound
from chat.models import Block
from chat.serializers.people import blocks_json, settings_json
from chat.services.people.blocks import block_add, block_remove
from chat.services.people.relations import settings_of
from chat.services.people.settings import settings_update


class SettingsViewSet(ChatViewSet):
    """The caller's settings."""

    inputs = {"partial_update": SettingsChange}

    @operation("Read my settings", answers={200: (SettingsShape, SETTINGS)})
    def retrieve(self, request: Request) -> Response:
        """Answer all settings, or the defaults."""
        return Response(settings_json(settings_of(request.user.pk)))

    @operation(
        "Change my settings",
        request=SettingsChange,
        body={"who_can_message": "connections", "read_receipts": False},
        answers={200: (SettingsShape, SETTINGS | {"who_can_message": "connections", "read_receipts": False})},
    )
    def partial_update(self, request: Request) -> Response:
        """Change what is named, and answer all."""
        return Response(settings_json(settings_update(acting_user=request.user, **self.read_input())))


class BlockViewSet(ChatViewSet):
    """People whom the caller blocks."""

    inputs = {"update": BlockNew}
    queryset = Block.objects.none()
    pagination_class = KeysetPagination
    keyset = ("-created_at", "-pk")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the caller's own blocks."""
        return Block.objects.visible_to(self.request.user)

    @operation(
        "List whom I block, newest first",
        parameters=(PageQuery,),
        answers={200: (BlockShape(many=True), BLOCK)},
        errors=(400,),
    )
    def list(self, request: Request) -> Response:
        """Answer a page of blocks."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(blocks_json(rows, request.user))

    @operation(
        "Block a person, who is not told",
        parameters=(USER,),
        request=BlockNew,
        body={"reason": "Sends advertisements."},
        answers={200: (BlockShape, BLOCK)},
        errors=(404,),
    )
    def update(self, request: Request, user_id: str) -> Response:
        """Block the person; who is blocked already stays so."""
        try:
            block = block_add(acting_user=request.user, user_id=self.member_id, **self.read_input())
        except InvalidInput as error:
            if error.code == "unknown_user":
                raise NotFound from error
            raise
        return Response(blocks_json([block], request.user)[0])

    @operation("Block a person no more", parameters=(USER,), answers={204: (None, None)}, errors=(404,))
    def destroy(self, request: Request, user_id: str) -> Response:
        """End the block, if there is one."""
        block_remove(acting_user=request.user, user_id=self.member_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
