"""Exports and erasures of one person's data, as that person sees them."""

from chat.models import DataExport, Erasure
from chat.serializers.wire import Json, wire_time


def export_json(row: DataExport) -> Json:
    """Return how far an export is, for the person whose data it has."""
    return _job_json(row) | {"expires_at": wire_time(row.expires_at)}


def erasure_json(row: Erasure) -> Json:
    """Return how far an erasure is, for the person who is erased."""
    return _job_json(row) | {"begins_at": wire_time(row.begins_at or row.created_at)}


def _job_json(row: DataExport | Erasure) -> Json:
    return {
        "id": str(row.pk),
        "state": str(row.state),
        "done": row.done_count,
        "total": row.total_count,
        "created_at": wire_time(row.created_at),
        "finished_at": wire_time(row.finished_at),
    }
