"""Who is in contact in the demo, who blocks whom, and who is shy."""

from collections.abc import Mapping

from django.contrib.auth.models import User

from chat.services.people.blocks import block_add
from chat.services.people.connections import connection_accept, connection_request
from chat.services.people.presence import presence_beat
from chat.services.people.settings import settings_update

CONTACTS = (("ada", "ben"), ("dina", "ada"), ("ben", "chala"))
ASKED = (("chala", "ada"), ("fay", "dina"))
BLOCKS = (("dina", "chala", "Writes at night."),)
SETTINGS: Mapping[str, dict[str, object]] = {
    "ben": {"last_seen_visibility": "connections", "allow_group_adds": "connections"},
    "chala": {"read_receipts": False, "appearance": {"theme": "dark"}},
    "dina": {"who_can_message": "connections", "online_status": False},
}


def circle_draw(people: Mapping[str, User]) -> None:
    """Let the people of the demo ask, agree, block and choose, as they would themselves."""
    for one, two in CONTACTS:
        asked = connection_request(acting_user=people[one], user_id=people[two].pk).connection
        connection_accept(acting_user=people[two], connection_id=asked.pk)
    for one, two in ASKED:
        connection_request(acting_user=people[one], user_id=people[two].pk)
    for one, two, reason in BLOCKS:
        block_add(acting_user=people[one], user_id=people[two].pk, reason=reason)
    for name, chosen in SETTINGS.items():
        settings_update(acting_user=people[name], **chosen)
    for name in ("ada", "ben"):
        presence_beat(acting_user=people[name])
