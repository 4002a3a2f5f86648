"""Pages by the last row that was seen: a page costs the same at any depth, and nothing is counted."""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.core import signing
from django.db.models import Field, Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from chat.api.inputs import PageQuery
from chat.exceptions import InvalidInput
from chat.models.prepared import Row

if TYPE_CHECKING:
    from chat.api.base import ChatViewSet

Schema = dict[str, Any]
RowOrModel = TypeVar("RowOrModel", Row, Model)


class KeysetPagination(BasePagination):
    """Rows in the order of the view's ``keyset``: names as for ``order_by``, together unique and never null.

    The cursor holds the last row's values.
    """

    def paginate_queryset(
        self,
        queryset: Any,  # noqa: ANN401 (as in DRF, where it is a queryset or a list)
        request: Request,
        view: APIView | None = None,
    ) -> list[Any]:
        """Return the rows of the page that the request asks for. Raises InvalidInput naming ``cursor``."""
        chat_view = cast("ChatViewSet", view)
        cursor = chat_view.read_query(PageQuery).get("cursor")
        self.keyset = chat_view.keyset
        rows = queryset.filter(self._beyond(queryset, cursor)) if cursor else queryset
        return self.read_page(request, chat_view, lambda limit: rows.order_by(*self.keyset)[:limit])

    def read_page(
        self, request: Request, view: "ChatViewSet", read: Callable[[int], Iterable[RowOrModel]]
    ) -> list[RowOrModel]:
        """Return a page of what ``read`` gives, in the keyset's order, when told how many rows are wanted."""
        limit = view.read_query(PageQuery)["limit"]
        self.request = request
        self.keyset = view.keyset
        rows = list(read(limit + 1))
        self.next = self._cursor(rows[limit - 1]) if len(rows) > limit else None
        return rows[:limit]

    def body(self, results: list[Any]) -> Schema:
        """Return the page with the address of the next one, or null."""
        url = self.request.build_absolute_uri()
        return {"next": self.next and replace_query_param(url, "cursor", self.next), "results": results}

    def get_paginated_response(self, data: list[Any]) -> Response:
        """Answer the page."""
        return Response(self.body(data))

    def get_paginated_response_schema(self, schema: Schema) -> Schema:
        """Return how a page looks."""
        link = {"type": ["string", "null"], "format": "uri", "description": "The next page.", "example": None}
        properties = {"next": link, "results": schema}
        return {"type": "object", "required": list(properties), "properties": properties}

    def get_schema_operation_parameters(self, view: APIView) -> list[Schema]:
        """Name no parameters here: the operations name ``PageQuery``."""
        return []

    def _cursor(self, row: "Model | Row") -> str:
        names = [key.lstrip("-") for key in self.keyset]
        values = [str(row[name] if isinstance(row, dict) else getattr(row, name)) for name in names]
        return cursor_write(values, order=" ".join(self.keyset))

    def _beyond(self, queryset: QuerySet[Any], cursor: str) -> Q:
        texts = cursor_read(cursor, order=" ".join(self.keyset), field="cursor")
        equal, clauses = Q(), []
        for key, text in zip(self.keyset, texts, strict=True):
            name = key.lstrip("-")
            value = _field(queryset, name).to_python(text)
            clauses.append(equal & Q(**{f"{name}__{'lt' if key.startswith('-') else 'gt'}": value}))
            equal &= Q(**{name: value})
        return reduce(or_, clauses)


def cursor_write(values: Sequence[str], *, order: str) -> str:
    """Return the cursor after a row with these values in a list of this order; signed, so nobody writes one by hand."""
    return signing.dumps(values, salt=f"chat.cursor {order}")


def cursor_read(cursor: str, *, order: str, field: str) -> list[str]:
    """Return the values that ``cursor_write`` wrote. Raises InvalidInput naming ``field``."""
    try:
        values: list[str] = signing.loads(cursor, salt=f"chat.cursor {order}")
    except signing.BadSignature as error:
        raise InvalidInput(_("This is not a cursor of this list."), code="invalid_cursor", field=field) from error
    return values


def _field(queryset: QuerySet[Any], name: str) -> "Field[Any, Any]":
    annotation, options = queryset.query.annotations.get(name), queryset.model._meta
    field: Field[Any, Any] = (
        annotation.output_field if annotation else options.pk if name == "pk" else options.get_field(name)
    )
    return field
