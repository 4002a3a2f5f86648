"""Messages that were found, with what was found in them."""

from chat.adapter import UserId
from chat.models import Found
from chat.models.search_text import highlights
from chat.serializers.messages import messages_json
from chat.serializers.wire import Json


def hits_json(found: Found, viewer_id: UserId) -> list[Json]:
    """Return the messages of a page, each with the places of the words in the very text that is shown."""
    shown = messages_json(found.messages, viewer_id)
    return [
        {
            "message": message,
            "highlights": [list(span) for span in highlights(message["message_text"] or "", found.words)],
        }
        for message in shown
    ]
