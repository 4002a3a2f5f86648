"""Who read and received a message."""

from collections.abc import Sequence

from chat.adapter import UserId
from chat.models.prepared import Row
from chat.serializers.wire import Json, profile_json, wire_time, wire_user_id
from chat.services.people.profiles import profiles_for
from chat.services.people.relations import sharing

NO_TIMES: Json = {"read_at": None, "delivered_at": None}


def receipts_json(rows: Sequence[Row], viewer_id: UserId) -> list[Json]:
    """Return members with the times of their reading and receiving, from RECEIPT_FIELDS. At most four statements.

    Of members who do not share their receipts with the viewer, or with whom the viewer does not, there are no times.
    """
    ids = {row["user_id"] for row in rows}
    profiles, reading = profiles_for(viewer_id, ids), sharing("read_receipts", viewer_id, ids)
    return [
        {
            "user_id": wire_user_id(row["user_id"]),
            **(_times(row) if row["user_id"] in reading else NO_TIMES),
            "profile": profile_json(profiles[row["user_id"]]),
        }
        for row in rows
    ]


def _times(row: Row) -> Json:
    received = min(filter(None, (row["delivered_at"], row["read_at"])), default=None)
    return {"read_at": wire_time(row["read_at"]), "delivered_at": wire_time(received)}
