"""Files, as those who see their message get them."""

from chat.files.addresses import file_address, preview_address
from chat.models.prepared import Row
from chat.roles import ScanState
from chat.serializers.wire import Json


def attachment_json(row: Row) -> Json:
    """Return a file, from the fields of its Attachment; its addresses are null until a scanner finds it to be clean."""
    clean = row["scan_state"] == ScanState.CLEAN
    return {
        "id": str(row["id"]),
        "name": row["name"],
        "mime_type": row["mime_type"],
        "kind": row["kind"],
        "size": row["size"],
        "width": row["width"],
        "height": row["height"],
        "duration_ms": row["duration_ms"],
        "waveform": row["waveform"],
        "scan_state": row["scan_state"],
        "url": file_address(row["id"]) if clean else None,
        "preview_url": preview_address(row["id"]) if clean and row["preview"] else None,
    }
