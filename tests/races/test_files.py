"""One upload, wanted by several at once."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from chat.exceptions import InvalidInput, NotFound
from chat.models import Attachment, ChatMessage
from chat.services.forwards import message_forward
from chat.services.groups import group_start
from chat.services.messages import message_send
from chat.services.scans import file_scanned
from chat.services.tombstones import message_delete, tombstones_purge
from chat.services.uploads import upload_delete, uploads_expire
from tests.files.uploading import stored, upload
from tests.races.together import succeeded, together
from tests.services.worlds import make_person, small_group

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

ROUNDS = 5


def test_upload_sent_at_once_to_two_groups_is_sent_once() -> None:
    world, owner, _members = small_group()
    other = group_start(acting_user=owner, member_ids=[make_person().pk]).group
    for _ in range(ROUNDS):
        row = upload(owner)
        send = partial(message_send, acting_user=owner, attachment_ids=[row.pk])

        results = together([partial(send, group_id=group_id) for group_id in (world.id, other.pk)] * 4)

        won = [result for result in results if not isinstance(result, Exception)]
        lost = [result for result in results if isinstance(result, Exception)]
        assert [result.created for result in won] == [True]
        assert {type(error) for error in lost} == {InvalidInput}
        row.refresh_from_db()
        assert row.message_id == won[0].message.pk


def test_upload_is_sent_or_removed_but_not_both() -> None:
    world, owner, _members = small_group()
    for _ in range(ROUNDS):
        row = upload(owner)
        Attachment.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=9))

        sent, removed, _expired = together(
            [
                partial(message_send, acting_user=owner, group_id=world.id, attachment_ids=[row.pk]),
                partial(upload_delete, acting_user=owner, upload_id=row.pk),
                lambda: list(uploads_expire()),
            ]
        )

        if isinstance(sent, Exception):
            assert isinstance(sent, InvalidInput)
            assert not Attachment.objects.filter(pk=row.pk).exists()
            assert row.file.name not in stored()
        else:
            assert isinstance(removed, NotFound)
            assert Attachment.objects.get(pk=row.pk).message_id == sent.message.pk
            assert row.file.name in stored()


def test_forward_of_a_file_that_is_being_purged_has_its_bytes_or_is_refused() -> None:
    world, owner, _members = small_group()
    other = group_start(acting_user=owner, member_ids=[make_person().pk]).group
    for _ in range(ROUNDS):
        row = upload(owner)
        source = message_send(acting_user=owner, group_id=world.id, attachment_ids=[row.pk]).message

        def purge(source: ChatMessage = source) -> Any:
            message_delete(acting_user=owner, message_id=source.pk)
            ChatMessage.objects.filter(pk=source.pk).update(deleted_at=timezone.now() - timedelta(days=9))
            return list(tombstones_purge())

        forward = partial(message_forward, acting_user=owner, message_id=source.pk, group_ids=[other.pk])
        forwarded, purged = together([forward, purge])

        succeeded([purged])
        copies = Attachment.objects.kept().filter(group_id=other.pk, file=row.file.name)
        assert copies.exists() == (row.file.name in stored())
        if not isinstance(forwarded, Exception) and forwarded[0].message is not None:
            assert copies.exists()


def test_answer_of_a_scanner_reaches_forwards_made_meanwhile(settings: Any) -> None:
    settings.CHAT = {"ADAPTER": "tests.services.scanning.Slow"}
    world, owner, _members = small_group()
    others = [group_start(acting_user=owner, member_ids=[make_person().pk]).group for _ in range(3)]
    for _ in range(ROUNDS):
        row = upload(owner)
        source = message_send(acting_user=owner, group_id=world.id, attachment_ids=[row.pk]).message
        forward = partial(message_forward, acting_user=owner, message_id=source.pk)

        succeeded(
            together(
                [
                    *(partial(forward, group_ids=[group.pk]) for group in others),
                    partial(file_scanned, attachment_id=row.pk, state="clean"),
                ]
            )
        )

        states = Attachment.objects.filter(file=row.file.name).values_list("scan_state", flat=True)
        assert list(states) == ["clean"] * 4
