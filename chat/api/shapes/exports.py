"""What exports and erasures of one person's data look like."""

from rest_framework import serializers

from chat.api.examples import Json
from chat.api.fields import Time
from chat.api.shapes.base import Shape
from chat.choices import JobState

EXPORT: Json = {
    "id": "01932c62-99bb-7c20-8d4e-6e3f8fa1bc22",
    "state": "done",
    "done": 1204,
    "total": 1204,
    "created_at": "2026-03-02T08:20:00.000000Z",
    "finished_at": "2026-03-02T08:21:00.000000Z",
    "expires_at": "2026-03-09T08:21:00.000000Z",
}
WAITING = EXPORT | {"state": "waiting", "done": 0, "total": 0, "finished_at": None, "expires_at": None}


class ExportShape(Shape):
    """An export of everything that I wrote or received. Once it is done, its file can be had until it expires."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=JobState.choices)
    done = serializers.IntegerField(help_text="Messages that are in it already.")
    total = serializers.IntegerField()
    created_at = Time()
    finished_at = Time(allow_null=True)
    expires_at = Time(allow_null=True)


ERASURE: Json = {
    "id": "01932c62-99bb-7c20-8d4e-6e3f8fa1bc23",
    "state": "waiting",
    "done": 0,
    "total": 0,
    "created_at": "2026-03-02T08:20:00.000000Z",
    "begins_at": "2026-03-03T08:20:00.000000Z",
    "finished_at": None,
}


class ErasureShape(Shape):
    """An erasure of everything that I wrote. Before it begins it can be taken back."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=JobState.choices)
    done = serializers.IntegerField(help_text="Messages, reactions and votes that are erased already.")
    total = serializers.IntegerField()
    created_at = Time()
    begins_at = Time()
    finished_at = Time(allow_null=True)
