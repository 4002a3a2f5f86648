"""What clients do with their own request, beside talking: resolve it, rate it."""

from rest_framework.request import Request
from rest_framework.response import Response

from chat.api import examples
from chat.api.base import ChatViewSet
from chat.api.inputs.support import RatingNew
from chat.api.schema import GROUP, operation
from chat.api.shapes import GroupDetailShape
from chat.api.shapes.support import RATING, RatingShape
from chat.choices import SupportStatus
from chat.exceptions import NotFound
from chat.models import SupportRequest
from chat.serializers import group_detail_json
from chat.serializers.support import rating_json
from chat.services.support.ratings import request_rate
from chat.services.support.statuses import request_set_status


class RatingViewSet(ChatViewSet):
    """The end of a request, and what its client says of it."""

    inputs = {"update": RatingNew}
    for_visitors = frozenset({"resolve", "retrieve", "update"})

    @operation(
        "Say that a request is resolved",
        parameters=(GROUP,),
        answers={
            200: (GroupDetailShape, examples.GROUP_DETAIL | {"group_type": "support", "support_status": "resolved"})
        },
        errors=(403, 404, 409),
    )
    def resolve(self, request: Request, group_id: str) -> Response:
        """Resolve it, and answer the conversation."""
        request_set_status(acting_user=request.user, group_id=self.group_id, status=SupportStatus.RESOLVED)
        return Response(group_detail_json(self.membership))

    @operation("Read how a request was rated", parameters=(GROUP,), answers={200: (RatingShape, RATING)}, errors=(404,))
    def retrieve(self, request: Request, group_id: str) -> Response:
        """Answer the rating, which may be none yet."""
        found = SupportRequest.objects.filter(pk=self.membership.group_id).first()
        if found is None:
            raise NotFound
        return Response(rating_json(found))

    @operation(
        "Rate how my request was served",
        parameters=(GROUP,),
        request=RatingNew,
        body={"rating": 5, "rating_text": "Quick and kind."},
        answers={200: (RatingShape, RATING)},
        errors=(403, 404, 409),
    )
    def update(self, request: Request, group_id: str) -> Response:
        """Keep the rating; the last one stands."""
        return Response(
            rating_json(request_rate(acting_user=request.user, group_id=self.group_id, **self.read_input()))
        )
