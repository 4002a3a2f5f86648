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
    "erasures",
    "gifs",
)
SUPPORT = {
    "support": "requests",
    "support_hours": "desk-hours",
    "support_summary": "desk-summary",
    "support_tags": "desk-tags",
    "support_canned": "canned-replies",
    "support_visitor_claim": "visitor-claim",
}
"""Lists of the support desk, and the names of their addresses."""
ADDRESSES = {name: name for name in LISTS} | SUPPORT


class RootViewSet(ChatViewSet):
    """The API of chat."""

    @extend_schema(tags=["api"])
    @operation(
        "Find the API's lists",
        answers={
            200: (
                RootShape,
                {name: f"https://example.org/api/chat/{name.replace('_', '/')}/" for name in ADDRESSES},
            )
        },
    )
    def links(self, request: Request) -> Response:
        """Answer where to go from here; to GIFs only where the site names a provider of them."""
        links = {name: reverse(f"chat:{address}", request=request) for name, address in ADDRESSES.items()}
        if not get_adapter().gif_provider:
            del links["gifs"]
        return Response(links)
