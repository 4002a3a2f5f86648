"""Held messages, as their sender sees them."""

from chat.models import HeldMessage
from chat.serializers.wire import Json, wire_time

CARRIED = ("message_type", "message_text", "reference_id", "reference_type", "reference_list", "reply_to_id")


def held_json(row: HeldMessage) -> Json:
    """Return a held message, for its sender alone."""
    return {
        "id": str(row.pk),
        "chat_group_id": str(row.group_id),
        "client_id": str(row.client_id),
        **{name: row.content[name] for name in CARRIED},
        "mention_ids": [str(user_id) for user_id in row.content["mention_ids"]],
        "attachment_ids": row.content["attachment_ids"],
        "created_at": wire_time(row.created_at),
    }
