"""Who read and received a message."""

from collections.abc import Sequence

from chat.adapter import get_adapter
from chat.models.prepared import Row
from chat.serializers.wire import Json, profile_json, wire_time, wire_user_id


def receipts_json(rows: Sequence[Row]) -> list[Json]:
    """Return members with the times of their reading and receiving, from RECEIPT_FIELDS. At most one statement."""
    profiles = get_adapter().profiles({row["user_id"] for row in rows})
    return [
        {
            "user_id": wire_user_id(row["user_id"]),
            "read_at": wire_time(row["read_at"]),
            "delivered_at": wire_time(min(filter(None, (row["delivered_at"], row["read_at"])), default=None)),
            "profile": profile_json(profiles[row["user_id"]]),
        }
        for row in rows
    ]
