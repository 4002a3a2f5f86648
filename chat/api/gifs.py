"""GIFs to choose from."""

from rest_framework.request import Request
from rest_framework.response import Response

from chat.adapter import get_adapter
from chat.api.base import ChatViewSet
from chat.api.inputs.reactions import GifQuery
from chat.api.schema import operation
from chat.api.shapes.reactions import GIF, FoundGifsShape
from chat.services.gifs import gif_record, gif_search


class GifViewSet(ChatViewSet):
    """GIFs."""

    scopes = {"find": "search"}

    @operation(
        "Find GIFs at the provider",
        parameters=(GifQuery,),
        answers={200: (FoundGifsShape, {"results": [GIF]})},
        errors=(400, 404),
    )
    def find(self, request: Request) -> Response:
        """Answer what it finds; 404 ``no_gif_provider`` where the site has none."""
        found = gif_search(acting_user=request.user, text=self.read_query(GifQuery)["q"])
        adapter = get_adapter()
        return Response({"results": [{"id": gif.id} | gif_record(gif, adapter) for gif in found]})
