"""What a scanner says later."""

from typing import Any
from uuid import uuid4

import pytest

from chat import events
from chat.exceptions import InvalidInput, NotFound
from chat.models import Attachment
from chat.services.forwards import message_forward
from chat.services.groups import group_start
from chat.services.scans import _say_of_message, file_scanned
from tests.files.uploading import stored, upload
from tests.services.conftest import Hearing
from tests.services.worlds import make_person, small_group

pytestmark = pytest.mark.django_db


@pytest.fixture
def pending(settings: Any) -> None:
    settings.CHAT = {"ADAPTER": "tests.services.scanning.Slow", "SYSTEM_MESSAGES": False}


@pytest.mark.parametrize("state", ["clean", "refused"])
def test_answer_reaches_every_message_with_the_file(state: str, pending: None, hearing: Hearing) -> None:
    world, owner, _members = small_group()
    row = upload(owner)
    message = world.say(owner, "", attachment_ids=[row.pk])
    elsewhere = group_start(acting_user=owner, member_ids=[make_person().pk]).group
    (forwarded,) = message_forward(acting_user=owner, message_id=message.pk, group_ids=[elsewhere.pk])
    assert forwarded.message is not None

    with hearing() as heard:
        file_scanned(attachment_id=row.pk, state=state)

    assert set(Attachment.objects.values_list("scan_state", flat=True)) == {state}
    scanned = {event.message_id: event for event in heard if isinstance(event, events.FileScanned)}
    assert scanned.keys() == {message.pk, forwarded.message.pk}
    for sent in (message, forwarded.message):
        before = sent.version
        sent.refresh_from_db()
        assert before < sent.version == scanned[sent.pk].version


def test_later_answers_change_nothing(pending: None, hearing: Hearing) -> None:
    world, owner, _members = small_group()
    row = upload(owner)
    world.say(owner, "", attachment_ids=[row.pk])
    file_scanned(attachment_id=row.pk, state="refused")

    with hearing() as heard:
        file_scanned(attachment_id=row.pk, state="clean")

    assert not heard
    row.refresh_from_db()
    assert row.scan_state == "refused"


def test_second_scanner_that_comes_too_late_says_nothing(pending: None, hearing: Hearing) -> None:
    world, owner, _members = small_group()
    row = upload(owner)
    world.say(owner, "", attachment_ids=[row.pk])
    file_scanned(attachment_id=row.pk, state="clean")

    with hearing() as heard:
        _say_of_message(row, world.id, "refused")  # it had found the file pending before the first was done

    assert not heard
    row.refresh_from_db()
    assert row.scan_state == "clean"


def test_clean_upload_can_be_had_and_a_refused_one_goes(pending: None, django_capture_on_commit_callbacks: Any) -> None:
    person = make_person()
    good, bad = upload(person), upload(person)

    with django_capture_on_commit_callbacks(execute=True):
        file_scanned(attachment_id=good.pk, state="clean")
        file_scanned(attachment_id=bad.pk, state="refused")

    assert Attachment.objects.get().pk == good.pk
    assert Attachment.objects.get().scan_state == "clean"
    assert stored() == {good.file.name}


def test_unknown_file_and_unclear_answer_are_refused(pending: None) -> None:
    row = upload(make_person())

    with pytest.raises(NotFound):
        file_scanned(attachment_id=uuid4(), state="clean")
    with pytest.raises(InvalidInput):
        file_scanned(attachment_id=row.pk, state="pending")
