"""Files of a message: claimed once, shared by forwards, gone with its text."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import FileSystemStorage
from django.utils import timezone

from chat.exceptions import Conflict, InvalidInput, KeyReused, NotFound
from chat.models import Attachment, ChatGroup, ChatMessage
from chat.services.attachments import attachments_share
from chat.services.downloads import download_find
from chat.services.files import _remove_all, dropped_files_remove
from chat.services.forwards import message_forward
from chat.services.groups import group_start
from chat.services.messages import message_send
from chat.services.tombstones import message_delete, message_restore, tombstones_purge
from tests.files import samples
from tests.files.uploading import stored, upload, upload_image
from tests.services.worlds import World, everything, make_person, small_group

pytestmark = pytest.mark.django_db


def send(world: World, user: Any, *uploads: Attachment, text: str = "", **fields: Any) -> ChatMessage:
    return world.say(user, text, attachment_ids=[row.pk for row in uploads], **fields)


def refusal(world: World, user: Any, *attachment_ids: Any, text: str = "files") -> InvalidInput:
    before = everything()
    with pytest.raises(InvalidInput) as refused:
        world.say(user, text, attachment_ids=attachment_ids)
    assert everything() == before
    assert refused.value.field == "attachment_ids"
    return refused.value


def test_files_belong_to_their_message_in_the_order_given() -> None:
    world, owner, _members = small_group()
    first, second = upload_image(owner), upload_image(owner)

    message = send(world, owner, second, first)

    rows = list(Attachment.objects.of_messages([message.pk]))
    assert [row.pk for row in rows] == [second.pk, first.pk]
    assert {(row.group_id, row.message_id, row.seq) for row in rows} == {(world.id, message.pk, message.seq)}
    assert (message.message_type, message.message_text) == ("image", None)


@pytest.mark.parametrize(
    ("files", "message_type"),
    [
        ([("a.png", samples.image())], "image"),
        ([("a.ogg", samples.ogg())], "audio"),
        ([("a.mp4", samples.mp4(b"isom", b"vide"))], "video"),
        ([("a.pdf", samples.pdf())], "file"),
        ([("a.png", samples.image()), ("b.jpg", samples.image("JPEG"))], "image"),
        ([("a.png", samples.image()), ("a.pdf", samples.pdf())], "file"),
    ],
)
def test_type_of_a_message_follows_from_its_files(files: list[tuple[str, bytes]], message_type: str) -> None:
    world, owner, _members = small_group()

    message = send(world, owner, *(upload(owner, name, content) for name, content in files), text="look")

    message.refresh_from_db()
    assert (message.message_type, message.message_text, message.counts) == (message_type, "look", True)


def test_upload_can_be_sent_once() -> None:
    world, owner, _members = small_group()
    row = upload(owner)
    send(world, owner, row)

    assert refusal(world, owner, row.pk).code == "unknown_attachment"


def test_somebody_elses_upload_looks_like_an_unknown_one() -> None:
    world, owner, (member,) = small_group()
    row = upload(member)

    of_others, unknown = refusal(world, owner, row.pk), refusal(world, owner, uuid4())

    assert (of_others.code, of_others.detail) == (unknown.code, unknown.detail)
    send(world, member, row)


def test_files_are_named_once_and_are_not_too_many(settings: Any) -> None:
    settings.CHAT = {"ATTACHMENTS_MAX": 2}
    world, owner, _members = small_group()
    rows = [upload(owner) for _ in range(3)]

    assert refusal(world, owner, rows[0].pk, rows[0].pk).code == "duplicate"
    assert refusal(world, owner, *(row.pk for row in rows)).code == "too_many"
    send(world, owner, *rows[:2])


def test_message_without_text_needs_a_file() -> None:
    world, owner, _members = small_group()

    with pytest.raises(InvalidInput) as refused:
        world.say(owner, "", attachment_ids=[])
    assert refused.value.field == "message_text"


def test_retry_returns_the_message_and_other_files_are_other_content() -> None:
    world, owner, _members = small_group()
    row, other = upload(owner), upload(owner)
    call = {"acting_user": owner, "group_id": world.id, "client_id": uuid4()}

    first = message_send(**call, attachment_ids=[row.pk])
    again = message_send(**call, attachment_ids=[row.pk])

    assert (first.created, again.created, again.message.pk) == (True, False, first.message.pk)
    with pytest.raises(KeyReused):
        message_send(**call, attachment_ids=[other.pk])
    assert Attachment.objects.get(pk=other.pk).message_id is None


def test_file_is_given_to_those_who_see_its_message(settings: Any) -> None:
    world, owner, (member,) = small_group()
    stranger = make_person()
    row = upload(owner)

    def may_get(user: Any) -> bool:
        try:
            return download_find(acting_user=user, attachment_id=row.pk).pk == row.pk
        except NotFound:
            return False

    assert [may_get(user) for user in (owner, member, stranger)] == [True, False, False]
    message = send(world, owner, row)
    assert [may_get(user) for user in (owner, member, stranger)] == [True, True, False]
    message_delete(acting_user=owner, message_id=message.pk)
    assert not any(may_get(user) for user in (owner, member, stranger))
    message_restore(acting_user=owner, message_id=message.pk)
    assert may_get(member)
    ChatMessage.objects.filter(pk=message.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert not any(may_get(user) for user in (owner, member, stranger))


def test_file_goes_with_the_text_of_its_message(django_capture_on_commit_callbacks: Any) -> None:
    world, owner, _members = small_group()
    message = send(world, owner, upload_image(owner), upload(owner))
    kept = send(world, owner, upload(owner))
    message_delete(acting_user=owner, message_id=message.pk)
    assert len(stored()) == 4

    ChatMessage.objects.filter(pk=message.pk).update(deleted_at=timezone.now() - timedelta(days=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert list(tombstones_purge()) == [1]

    assert [row.message_id for row in Attachment.objects.all()] == [kept.pk]
    assert len(stored()) == 1


def test_bytes_that_could_not_be_removed_are_removed_the_next_time(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    world, owner, _members = small_group()
    message = send(world, owner, upload(owner))
    message_delete(acting_user=owner, message_id=message.pk)
    ChatMessage.objects.filter(pk=message.pk).update(deleted_at=timezone.now() - timedelta(days=1))

    def fail(self: Any, name: str) -> None:
        raise OSError("storage is away")

    with monkeypatch.context() as broken:
        broken.setattr(FileSystemStorage, "delete", fail)
        with django_capture_on_commit_callbacks(execute=True):
            list(tombstones_purge())
        assert list(dropped_files_remove()) == []
    assert "storage is away" in caplog.text
    assert len(stored()) == 1
    with pytest.raises(NotFound):
        download_find(acting_user=owner, attachment_id=Attachment.objects.get().pk)

    assert len(list(dropped_files_remove())) == 1
    assert not stored()
    assert not Attachment.objects.exists()


def test_file_that_another_process_removed_meanwhile_is_no_error() -> None:
    _remove_all([uuid4()])

    assert list(dropped_files_remove()) == []


def test_forward_shares_the_bytes_until_the_last_message_with_them_is_gone(
    django_capture_on_commit_callbacks: Any,
) -> None:
    world, owner, _members = small_group()
    source = send(world, owner, upload_image(owner), upload(owner), text="see")
    elsewhere = group_start(acting_user=owner, member_ids=[make_person().pk]).group

    (forwarded,) = message_forward(acting_user=owner, message_id=source.pk, group_ids=[elsewhere.pk])

    assert forwarded.message is not None
    copies = list(Attachment.objects.of_messages([forwarded.message.pk]))
    originals = list(Attachment.objects.of_messages([source.pk]))
    assert [row.file.name for row in copies] == [row.file.name for row in originals]
    assert {row.pk for row in copies}.isdisjoint({row.pk for row in originals})
    assert (forwarded.message.message_type, len(stored())) == ("file", 3)

    for message, left in ((source, 3), (forwarded.message, 0)):
        message_delete(acting_user=owner, message_id=message.pk)
        ChatMessage.objects.filter(pk=message.pk).update(deleted_at=timezone.now() - timedelta(days=1))
        with django_capture_on_commit_callbacks(execute=True):
            list(tombstones_purge())
        assert len(stored()) == left


def test_files_that_are_gone_cannot_be_shared() -> None:
    with pytest.raises(NotFound):
        attachments_share(uuid4())


def test_bytes_go_where_a_host_deletes_a_whole_group(django_capture_on_commit_callbacks: Any) -> None:
    world, owner, _members = small_group()
    send(world, owner, upload_image(owner))

    with django_capture_on_commit_callbacks(execute=True):
        ChatGroup.objects.filter(pk=world.id).delete()

    assert not stored()


@pytest.mark.parametrize(("state", "code"), [("pending", "file_pending"), ("refused", "file_refused")])
def test_only_clean_files_are_given_out(state: str, code: str) -> None:
    owner = make_person()
    row = upload(owner)
    Attachment.objects.update(scan_state=state)

    with pytest.raises(Conflict) as refused:
        download_find(acting_user=owner, attachment_id=row.pk)
    assert refused.value.code == code
