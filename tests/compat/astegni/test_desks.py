"""A request's desk is not there for this surface, not even where something of it had a number."""

from typing import Any

import pytest

from chat.choices import NumberKind
from chat.services.numbers import numbers_give
from chat.services.support.desks import note_send
from tests.compat.astegni.conftest import Caller
from tests.files.uploading import upload
from tests.services.support.desk_world import request_world
from tests.services.worlds import everything

pytestmark = pytest.mark.django_db


def test_desk_is_refused_in_every_read_and_write() -> None:
    world, _client, person, _other = request_world()
    poll = {"options": ["a", "b"]}
    note = note_send(acting_user=person, group_id=world.id, message_text="Who goes?", poll=poll).message
    file = upload(person)
    note_send(acting_user=person, group_id=world.id, attachment_ids=[file.pk])
    desk, message, asked = _numbers(note)
    staff = Caller(person)
    before = everything()

    refused = [
        staff.refused("get", f"conversations/{desk}"),
        staff.refused("get", f"conversations/{desk}/messages"),
        staff.refused("post", f"conversations/{desk}/messages", {"content": "A note."}),
        staff.refused("post", "messages", {"conversation_id": desk, "content": "A note."}),
        staff.refused("post", f"conversations/{desk}/typing", True),
        staff.refused("post", "polls", {"conversation_id": desk, "question": "?", "options": ["a", "b"]}),
        staff.refused("post", "calls", {"conversation_id": desk, "call_type": "voice"}),
        staff.refused("delete", f"messages/{message}"),
        staff.refused("post", f"messages/{message}/reactions", {"emoji": "👍"}),
        staff.refused("get", f"polls/{asked}"),
        staff.refused("post", f"polls/{asked}/vote", {"option_id": 1}),
        staff.refused("get", f"files/{file.pk}"),
    ]

    assert set(refused) == {404}
    assert everything() == before
    assert [row["id"] for row in staff.listed()] != []
    assert desk not in [row["id"] for row in staff.listed()]


def _numbers(note: Any) -> list[int]:
    ids = {NumberKind.CONVERSATION: note.group_id, NumberKind.MESSAGE: note.pk, NumberKind.POLL: note.pk}
    given = numbers_give({kind: [new_id] for kind, new_id in ids.items()})
    return [given[kind][new_id] for kind, new_id in ids.items()]
