"""Keeping a file until it is sent."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.utils import timezone

from chat.adapter import ChatAdapter
from chat.exceptions import Conflict, InvalidInput, NotFound
from chat.models import Attachment, ScheduledMessage
from chat.services.uploads import upload_delete, uploads_expire
from tests.files import samples
from tests.files.uploading import stored, upload, upload_image
from tests.services.worlds import make_person, small_group

pytestmark = pytest.mark.django_db


def refusal(**call: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        upload(make_person(), **call)
    assert not Attachment.objects.exists()
    assert not stored()
    return refused.value


def test_upload_is_kept_under_a_name_that_tells_nothing() -> None:
    person = make_person()

    row = upload(person, "../../etc/Secret Plan.txt", b"secret")

    assert (str(row), row.mime_type, row.kind, row.size) == ("Secret Plan.txt", "text/plain", "file", 6)
    assert (row.uploaded_by_id, row.message_id, row.scan_state) == (person.pk, None, "clean")
    assert stored() == {row.file.name}
    assert row.file.name.startswith("chat/")
    assert "secret" not in row.file.name.lower()
    with row.file.open() as file:
        assert file.read() == b"secret"


def test_image_gets_its_size_and_a_preview() -> None:
    row = upload_image(make_person())

    assert (row.kind, row.width, row.height) == ("image", 64, 48)
    assert stored() == {row.file.name, row.preview.name}
    row.refresh_from_db()
    assert row.size == row.file.size


def test_voice_message_keeps_what_the_client_says_of_it() -> None:
    row = upload(make_person(), "voice.webm", samples.webm(), duration_ms=4200, waveform=[0, 50, 100])

    assert (row.kind, row.mime_type, row.duration_ms, row.waveform) == ("audio", "audio/webm", 4200, [0, 50, 100])


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"duration_ms": -1}, "duration_ms"),
        ({"duration_ms": True}, "duration_ms"),
        ({"duration_ms": 10**9}, "duration_ms"),
        ({"waveform": [101]}, "waveform"),
        ({"waveform": [1] * 257}, "waveform"),
        ({"waveform": "loud"}, "waveform"),
        ({"waveform": [None]}, "waveform"),
    ],
)
def test_impossible_length_or_waveform_is_refused(said: dict[str, Any], field: str) -> None:
    error = refusal(name="voice.ogg", content=samples.ogg(), **said)

    assert (error.field, error.code) == (field, "invalid")


def test_only_images_have_a_size_in_pixels() -> None:
    person = make_person()
    image, video = upload_image(person), upload(person, "a.mp4", samples.mp4(b"isom", b"vide"))

    assert (image.width, image.height, video.width, video.height) == (64, 48, None, None)


@pytest.mark.parametrize("said", [{"duration_ms": 1}, {"waveform": [1]}])
def test_only_sound_and_videos_have_a_length(said: dict[str, Any]) -> None:
    assert refusal(**said).code == "not_for_this_type"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.txt", b"", "file_empty"),
        ("page.html", b"<script>", "file_type_not_allowed"),
        ("broken.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "image_unreadable"),
        ("bomb.png", samples.png_claiming(60000, 60000), "image_too_large"),
    ],
)
def test_hostile_file_leaves_nothing_behind(name: str, content: bytes, code: str) -> None:
    error = refusal(name=name, content=content)

    assert (error.code, error.field) == (code, "file")


def test_each_kind_has_its_own_limit(settings: Any) -> None:
    settings.CHAT = {"FILE_MAX_SIZE": 10, "AUDIO_MAX_SIZE": 10_000, "IMAGE_MAX_SIZE": 20, "VIDEO_MAX_SIZE": 50}

    assert upload(make_person(), "a.txt", b"x" * 10).size == 10
    assert upload(make_person(), "a.mp3", samples.mp3()).kind == "audio"
    for name, content in (("a.txt", b"x" * 11), ("a.png", samples.image()), ("a.mp4", samples.mp4(b"isom", b"vide"))):
        with pytest.raises(InvalidInput) as refused:
            upload(make_person(), name, content)
        assert (refused.value.code, refused.value.field) == ("file_too_large", "file")
    with pytest.raises(InvalidInput):
        upload(make_person(), "huge.mp3", samples.mp3() * 10)


def test_unsent_uploads_are_limited_in_number(settings: Any) -> None:
    settings.CHAT = {"UPLOADS_UNSENT_MAX": 2}
    person = make_person()
    kept = [upload(person), upload(person)]

    with pytest.raises(Conflict) as refused:
        upload(person)
    assert refused.value.code == "too_many_uploads"

    upload(make_person())
    upload_delete(acting_user=person, upload_id=kept[0].pk)
    upload(person)


def test_upload_is_removed_by_its_person_alone(django_capture_on_commit_callbacks: Any) -> None:
    person, other = make_person(), make_person()
    row = upload_image(person)

    with pytest.raises(NotFound):
        upload_delete(acting_user=other, upload_id=row.pk)
    assert len(stored()) == 2
    with django_capture_on_commit_callbacks(execute=True):
        upload_delete(acting_user=person, upload_id=row.pk)

    assert not Attachment.objects.exists()
    assert not stored()
    with pytest.raises(NotFound):
        upload_delete(acting_user=person, upload_id=row.pk)


def test_sent_upload_is_no_upload_any_more() -> None:
    world, owner, _members = small_group()
    row = upload(owner)
    world.say(owner, "", attachment_ids=[row.pk])

    with pytest.raises(NotFound):
        upload_delete(acting_user=owner, upload_id=row.pk)


def test_unsent_uploads_expire_but_those_of_a_scheduled_message(django_capture_on_commit_callbacks: Any) -> None:
    world, owner, _members = small_group()
    sent, scheduled, old, fresh = (upload(owner) for _ in range(4))
    world.say(owner, "", attachment_ids=[sent.pk])
    now = timezone.now()
    Attachment.objects.exclude(pk=fresh.pk).update(created_at=now - timedelta(days=2))
    ScheduledMessage.objects.create(
        group=world.group,
        user=owner,
        content={"attachment_ids": [str(scheduled.pk)]},
        send_at=now + timedelta(days=9),
        created_at=now,
        changed_at=now,
    )

    with django_capture_on_commit_callbacks(execute=True):
        removed = sum(uploads_expire(batch_size=1))

    assert removed == 1
    assert set(Attachment.objects.values_list("pk", flat=True)) == {sent.pk, scheduled.pk, fresh.pk}
    assert old.file.name not in stored()


def test_command_removes_what_expired(
    capsys: pytest.CaptureFixture[str], django_capture_on_commit_callbacks: Any
) -> None:
    upload_image(make_person())
    Attachment.objects.update(created_at=timezone.now() - timedelta(days=2))

    with django_capture_on_commit_callbacks(execute=True):
        call_command("chat_purge")

    assert capsys.readouterr().out.splitlines()[-1] == "Removed 1 file that nobody needs."
    assert not stored()


def test_storage_that_fails_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    saved = FileSystemStorage.save
    calls: list[str] = []

    def save(self: FileSystemStorage, name: str, content: Any, **kwargs: Any) -> str:
        calls.append(name)
        if len(calls) == 2:
            raise OSError("disk full")
        return saved(self, name, content, **kwargs)

    monkeypatch.setattr(FileSystemStorage, "save", save)
    with pytest.raises(OSError, match="disk full"):
        upload_image(make_person())

    assert not stored()
    assert not Attachment.objects.exists()


class Refusing(ChatAdapter):
    def scan_file(self, file: Any) -> str:
        return "refused" if b"virus" in file.read() else "clean"


class Failing(ChatAdapter):
    def scan_file(self, file: Any) -> str:  # noqa: ARG002
        raise ConnectionError("no scanner")


class Babbling(ChatAdapter):
    def scan_file(self, file: Any) -> str:  # noqa: ARG002
        return "probably fine"


def test_scanner_decides(settings: Any) -> None:
    settings.CHAT = {"ADAPTER": f"{__name__}.Refusing"}

    assert refusal(name="a.txt", content=b"a virus").code == "file_refused"
    assert upload(make_person(), "a.txt", b"harmless").scan_state == "clean"


@pytest.mark.parametrize("adapter", ["Failing", "Babbling"])
def test_scanner_that_says_nothing_clear_refuses(adapter: str, settings: Any) -> None:
    settings.CHAT = {"ADAPTER": f"{__name__}.{adapter}"}

    assert refusal(name="a.txt", content=b"harmless").code == "file_refused"
