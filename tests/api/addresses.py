"""Something of each kind that an address can name."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.db.models.functions import Now

from chat.models import CannedReply, DataExport, HeldMessage
from chat.services.calls import call_start
from chat.services.duty.erasures import erasure_request
from chat.services.duty.exports import export_keep, export_request
from chat.services.people.connections import connection_request
from chat.services.people.invitations import invitation_create, invitation_join
from chat.services.scheduled import scheduled_create
from tests.files.uploading import upload
from tests.services.worlds import World, make_person

HELD: dict[str, Any] = {
    "message_type": "text",
    "message_text": "held",
    "reference_id": "",
    "reference_type": "chat",
    "reference_list": None,
    "reply_to_id": None,
    "mention_ids": [],
    "attachment_ids": [],
}
"""As much of a held message as is shown."""
EMOJI = "%F0%9F%91%8D"


def address_ids(world: World, author: Any, person: Any) -> dict[str, Any]:
    """Return what stands for each name in an address: ``person``, and what ``author`` has in the world's group."""
    file = upload(author)
    world.say(author, "", attachment_ids=[file.pk])
    send_at = datetime.now(UTC) + timedelta(days=1)
    later = scheduled_create(acting_user=author, group_id=world.id, message_text="later", send_at=send_at)
    invitation = invitation_create(acting_user=author, group_id=world.id)
    invitation_join(acting_user=make_person(), token=invitation.token)
    asking = invitation_create(acting_user=author, group_id=world.id, needs_approval=True)
    asked = invitation_join(acting_user=make_person(), token=asking.token)
    canned = CannedReply.objects.create(owner=author, name="hello", text="Hi", created_at=Now(), changed_at=Now())
    return {
        "canned_id": canned.pk,
        "invitation_id": invitation.pk,
        "invitation_token": invitation.token,
        "join_id": asked.request and asked.request.pk,
        "call_id": call_start(acting_user=author, group_id=world.id, call_type="voice").call.pk,
        "export_id": _export(author).pk,
        "erasure_id": erasure_request(acting_user=author, user_id=author.pk).pk,
        "group_id": world.id,
        "user_id": person.pk,
        "message_id": world.say(author).pk,
        "scheduled_id": later.pk,
        "held_id": _held(world, author).pk,
        "file_id": file.pk,
        "upload_id": upload(author).pk,
        "connection_id": connection_request(acting_user=author, user_id=make_person().pk).connection.pk,
        "emoji": EMOJI,
    }


def _held(world: World, author: Any) -> HeldMessage:
    return HeldMessage.objects.create(group_id=world.id, user=author, client_id=uuid4(), content=HELD, created_at=Now())


def _export(user: Any) -> DataExport:
    """Return an export whose file is there; nobody waits for another."""
    row = export_request(acting_user=user, user_id=user.pk)
    export_keep(row, BytesIO(b"a zip"))
    return row
