"""Exports of the caller's own data."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.base import ChatViewSet
from chat.api.files import AlwaysJSON
from chat.api.inputs import PageQuery
from chat.api.pagination import KeysetPagination
from chat.api.renderers import WireJSONRenderer
from chat.api.schema import EXPORT_ID, file_operation, operation
from chat.api.shapes.exports import EXPORT, WAITING, ExportShape
from chat.exceptions import NotFound
from chat.files.serving import Served, file_response
from chat.models import DataExport
from chat.serializers.exports import export_json
from chat.services.duty.exports import export_find, export_request


class ExportViewSet(ChatViewSet):
    """What the caller asked for."""

    scopes = {"create": "export"}
    queryset = DataExport.objects.none()
    pagination_class = KeysetPagination
    keyset = ("-created_at", "-pk")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the caller's own that are kept."""
        return DataExport.objects.visible_to(self.request.user)

    @operation(
        "List my exports, newest first",
        parameters=(PageQuery,),
        answers={200: (ExportShape(many=True), EXPORT)},
        errors=(400,),
    )
    def list(self, request: Request) -> Response:
        """Answer a page of them."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response([export_json(row) for row in rows])

    @operation("Ask for all my data", answers={201: (ExportShape, WAITING)}, errors=(409,))
    def create(self, request: Request) -> Response:
        """Have it collected."""
        row = export_request(acting_user=request.user, user_id=request.user.pk)
        return Response(export_json(row), status=status.HTTP_201_CREATED)

    @operation(
        "See how far an export of mine is",
        parameters=(EXPORT_ID,),
        answers={200: (ExportShape, EXPORT)},
        errors=(404,),
    )
    def retrieve(self, request: Request, export_id: str) -> Response:
        """Answer it."""
        row = self.get_queryset().filter(pk=self.path_uuid("export_id")).first()
        if row is None:
            raise NotFound
        return Response(export_json(row))


class ExportFileViewSet(ChatViewSet):
    """The zip itself."""

    renderer_classes = (WireJSONRenderer,)
    content_negotiation_class = AlwaysJSON
    scopes = {"content": "file"}

    @file_operation("Get the file of an export of mine", parameters=(EXPORT_ID,))
    def content(self, request: Request, export_id: str) -> HttpResponseBase:
        """Answer the bytes, never inline."""
        row = export_find(acting_user=request.user, export_id=self.path_uuid("export_id"))
        served = Served(row.file, "chat.zip", "application/zip", f'"{row.pk}"', as_attachment=True)
        return file_response(request._request, served)  # noqa: SLF001 (Django's own)
