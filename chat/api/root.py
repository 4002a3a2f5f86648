"""Where the API begins."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from chat.adapter import get_adapter
from chat.api.base import ChatViewSet
from chat.api.schema import operation
from chat.api.shapes import RootShape

LISTS = (
    "groups",
    "unread",
    "sync",
    "search",
    "users",
    "contacts",
    "connections",
    "blocks",
    "settings",
    "presence",
    "joins",
    "calls",
    "uploads",
    "exports",
    "gifs",
)


class RootViewSet(ChatViewSet):
    """The API of chat."""

    @extend_schema(tags=["api"])
    @operation(
        "Find the API's lists",
        answers={
            200: (
                RootShape,
                {name: f"https://example.org/api/chat/{name}/" for name in LISTS},
            )
        },
    )
    def links(self, request: Request) -> Response:
        """Answer where to go from here; to GIFs only where the site names a provider of them."""
        names = [name for name in LISTS if name != "gifs" or get_adapter().gif_provider]
        return Response({name: reverse(f"chat:{name}", request=request) for name in names})
