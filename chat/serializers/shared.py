"""What was shared in a group, each with the message that it stands in."""

from chat.models import Attachment
from chat.models.prepared import Row
from chat.models.shared import links_in
from chat.serializers.attachments import attachment_json
from chat.serializers.wire import Json, wire_time, wire_user_id

NOTHING: Json = {"file": None, "links": [], "reference_id": "", "reference_type": "", "reference_list": None}


def shared_file_json(row: Attachment) -> Json:
    """Return a file that was read with its message."""
    assert row.message is not None  # noqa: S101 (who asks has filtered)
    return _where(vars(row.message)) | NOTHING | {"file": attachment_json(vars(row))}


def shared_links_json(row: Row) -> Json:
    """Return the links of a message, from its MESSAGE_FIELDS."""
    return _where(row) | NOTHING | {"links": links_in(row["message_text"])}


def shared_references_json(row: Row) -> Json:
    """Return the references of a message, from its MESSAGE_FIELDS."""
    return _where(row) | NOTHING | {name: row[name] for name in ("reference_id", "reference_type", "reference_list")}


def _where(row: Row) -> Json:
    return {
        "message_id": str(row["id"]),
        "chat_group_id": str(row["group_id"]),
        "seq": row["seq"],
        "sender_user_id": wire_user_id(row["sender_id"]),
        "created_at": wire_time(row["created_at"]),
    }
