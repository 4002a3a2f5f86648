"""Files on the page of their message."""

from typing import Any

import pytest
from django.test import Client

from chat.models import Attachment
from chat.services.tombstones import message_delete
from tests.admin.pages import page_url, text_of
from tests.files.uploading import upload
from tests.services.worlds import small_group

pytestmark = pytest.mark.django_db


def test_page_of_a_message_tells_its_files_and_what_the_scanner_said(reader: Client) -> None:
    world, owner, _members = small_group()
    row = upload(owner, "plan.txt", b"x" * 2048)
    message = world.say(owner, "", attachment_ids=[row.pk])
    Attachment.objects.update(scan_state="refused")

    page = text_of(reader, page_url(message))

    for told in ("plan.txt", "text/plain", "2.0 KB", "Refused"):
        assert told in page
    assert row.file.name not in page


def test_page_of_a_deleted_message_tells_none(reader: Client) -> None:
    world, owner, _members = small_group()
    message = world.say(owner, "", attachment_ids=[upload(owner, "plan.txt").pk])
    message_delete(acting_user=owner, message_id=message.pk)

    assert "plan.txt" not in text_of(reader, page_url(message))


@pytest.mark.parametrize("number", [1, 8])
def test_files_cost_one_query(number: int, reader: Client, django_assert_num_queries: Any) -> None:
    world, owner, _members = small_group()
    message = world.say(owner, "", attachment_ids=[upload(owner).pk for _ in range(number)])

    # session, user, two of permissions, message with group and people, peers, files, former texts, note of the reading
    with django_assert_num_queries(9):
        reader.get(page_url(message))
