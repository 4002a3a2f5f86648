"""Who reacted, who voted, and GIFs to choose from."""

from rest_framework import serializers

from chat.api.examples import MESSAGE, PROFILE, Json
from chat.api.fields import Time
from chat.api.shapes import ProfileShape
from chat.api.shapes.base import Shape
from chat.api.shapes.messages import GifShape


class ReactorShape(Shape):
    """One reaction of one person."""

    emoji = serializers.CharField()
    user_id = serializers.CharField(allow_null=True)
    created_at = Time()
    profile = ProfileShape()


class VoterShape(Shape):
    """One option that one person chose."""

    option_id = serializers.IntegerField()
    user_id = serializers.CharField(allow_null=True)
    created_at = Time()
    profile = ProfileShape()


class FoundGifShape(GifShape):
    """A GIF of the provider's. Send its ``id``."""

    id = serializers.CharField()


class FoundGifsShape(Shape):
    """What the provider found, best first."""

    results = FoundGifShape(many=True)


_BY_BEN: Json = {"user_id": "2", "created_at": "2026-03-02T08:21:07.000000Z", "profile": PROFILE}
REACTOR: Json = {"emoji": "👍"} | _BY_BEN
VOTER: Json = {"option_id": 1} | _BY_BEN
POLL: Json = MESSAGE | {
    "message_type": "poll",
    "message_text": "Tea or coffee?",
    "mentions": [],
    "poll": {
        "question": "Tea or coffee?",
        "options": [
            {"id": 1, "text": "Tea", "votes": 2, "mine": True},
            {"id": 2, "text": "Coffee", "votes": 1, "mine": False},
        ],
        "multiple": False,
        "anonymous": False,
        "voters": 3,
        "closed_at": None,
    },
}
CLOSED_POLL: Json = POLL | {"poll": POLL["poll"] | {"closed_at": "2026-03-02T09:00:00.000000Z"}}
GIF: Json = {
    "id": "xT4uQ",
    "url": "https://gifs.example.org/xT4uQ.gif",
    "preview_url": None,
    "width": 480,
    "height": 270,
    "provider": "example",
}
