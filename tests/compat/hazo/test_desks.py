"""A request's desk is not there for this surface, not even for staff who know its id."""

import pytest

from chat.services.support.desks import note_send
from tests.compat.hazo.conftest import MESSAGES, caller_of
from tests.compat.hazo.test_codes import failure
from tests.files.uploading import upload
from tests.services.support.desk_world import request_world
from tests.services.worlds import everything

pytestmark = pytest.mark.django_db


def test_desk_is_refused_as_any_strange_group_is() -> None:
    world, _client, person, _other = request_world()
    note = note_send(acting_user=person, group_id=world.id, message_text="They are angry.").message
    file = upload(person)
    note_send(acting_user=person, group_id=world.id, attachment_ids=[file.pk])
    staff, desk = caller_of(person), str(note.group_id)
    before = everything()

    assert failure(staff.post(chat_group_id=desk, message_text="A note.")) == (403, "FORBIDDEN")
    assert failure(staff.post(chat_group_id=desk)) == (403, "FORBIDDEN")
    assert failure(staff.get(chat_group_id=desk)) == (403, "FORBIDDEN")
    assert failure(staff.read(note.pk)) == (404, "MESSAGE_NOT_FOUND")
    assert failure(staff.delete(note.pk)) == (404, "MESSAGE_NOT_FOUND")
    assert failure(staff.get(f"/api/hazo_chat/files/{file.pk}")) == (404, "FILE_NOT_FOUND")
    counted = staff.get("/api/hazo_chat/unread_count", user_id=str(person.pk), chat_group_ids=desk).json()
    assert counted["unread_counts"] == []
    assert everything() == before
    assert staff.post(MESSAGES, chat_group_id=str(world.id), message_text="Hello").status_code == 200
