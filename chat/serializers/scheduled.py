"""Messages to come, as their author sees them."""

from chat.models import ScheduledMessage
from chat.serializers.wire import Json, wire_time


def _poll(poll: Json | None) -> Json | None:
    settings = {name: bool((poll or {}).get(name)) for name in ("multiple", "anonymous")}
    return None if poll is None else {"options": poll["options"]} | settings


def _location(location: Json | None) -> Json | None:
    return None if location is None else {name: location.get(name) for name in ("latitude", "longitude", "name")}


def scheduled_json(row: ScheduledMessage) -> Json:
    """Return a scheduled message, for its author alone."""
    content = row.content
    return {
        "id": str(row.pk),
        "chat_group_id": str(row.group_id),
        "message_text": content.get("message_text"),
        "reference_id": content.get("reference_id", ""),
        "reference_type": content.get("reference_type", ""),
        "reference_list": content.get("reference_list"),
        "reply_to_id": content.get("reply_to_id"),
        "mention_ids": [str(user_id) for user_id in content.get("mention_ids", ())],
        "attachment_ids": content.get("attachment_ids", []),
        "poll": _poll(content.get("poll")),
        "location": _location(content.get("location")),
        "gif": content["gif"]["record"] if content.get("gif") else None,
        "send_at": wire_time(row.send_at),
        "state": str(row.state),
        "error_code": row.error_code or None,
        "created_at": wire_time(row.created_at),
        "changed_at": wire_time(row.changed_at),
    }
