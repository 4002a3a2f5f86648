"""Exports of one person's data, as that person sees them."""

from chat.models import DataExport
from chat.serializers.wire import Json, wire_time


def export_json(row: DataExport) -> Json:
    """Return how far an export is, for the person whose data it has."""
    return {
        "id": str(row.pk),
        "state": str(row.state),
        "done": row.done_count,
        "total": row.total_count,
        "created_at": wire_time(row.created_at),
        "finished_at": wire_time(row.finished_at),
        "expires_at": wire_time(row.expires_at),
    }
