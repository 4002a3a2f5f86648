"""Something of each kind that an address can name."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chat.services.scheduled import scheduled_create
from tests.files.uploading import upload
from tests.services.worlds import World

EMOJI = "%F0%9F%91%8D"


def address_ids(world: World, author: Any, person: Any) -> dict[str, Any]:
    """Return what stands for each name in an address: ``person``, and what ``author`` has in the world's group."""
    file = upload(author)
    world.say(author, "", attachment_ids=[file.pk])
    send_at = datetime.now(UTC) + timedelta(days=1)
    later = scheduled_create(acting_user=author, group_id=world.id, message_text="later", send_at=send_at)
    return {
        "group_id": world.id,
        "user_id": person.pk,
        "message_id": world.say(author).pk,
        "scheduled_id": later.pk,
        "file_id": file.pk,
        "upload_id": upload(author).pk,
        "emoji": EMOJI,
    }
