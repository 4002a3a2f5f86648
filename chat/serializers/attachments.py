"""Files, as those who see their message get them."""

from chat.files.addresses import Addresses
from chat.models.prepared import Row
from chat.roles import ScanState
from chat.serializers.wire import Json

CLEAN = ScanState.CLEAN


def attachment_json(row: Row, addresses: Addresses | None = None) -> Json:
    """Return a file, from the fields of its Attachment; its addresses are null until a scanner finds it to be clean.

    Who shows many finds ``addresses`` once.
    """
    key, addresses = str(row["id"]), addresses or Addresses.here()
    clean = row["scan_state"] == CLEAN
    return {
        "id": key,
        "name": row["name"],
        "mime_type": row["mime_type"],
        "kind": row["kind"],
        "size": row["size"],
        "width": row["width"],
        "height": row["height"],
        "duration_ms": row["duration_ms"],
        "waveform": row["waveform"],
        "scan_state": row["scan_state"],
        "url": addresses.of_file(key) if clean else None,
        "preview_url": addresses.of_preview(key) if clean and row["preview"] else None,
    }
