"""Files in an S3 bucket, over the network: moto's server stands for Amazon's."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from django.conf import settings as django_settings

from chat.models import ChatMessage
from chat.services.tombstones import message_delete, tombstones_purge
from tests.api.conftest import Call
from tests.files import samples
from tests.files.uploading import upload, upload_image
from tests.services.worlds import make_person, small_group

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BUCKET = "chat-files"
ACCESS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _until_listening(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _until_listening(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        assert process.poll() is None, "the S3 server ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the S3 server does not listen")


@pytest.fixture
def bucket(server: str, settings: Any) -> Iterator[Any]:
    client = boto3.client("s3", endpoint_url=server, **ACCESS)
    client.create_bucket(Bucket=BUCKET)
    options = {
        "bucket_name": BUCKET,
        "endpoint_url": server,
        "access_key": "testing",
        "secret_key": "testing",
        "region_name": "us-east-1",
        "signature_version": "s3v4",
        "addressing_style": "path",
    }
    settings.STORAGES = {
        **django_settings.STORAGES,
        "files": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options},
    }
    settings.CHAT = {"FILE_STORAGE": "files", "SYSTEM_MESSAGES": False}
    yield client
    for name in names_in(client):
        client.delete_object(Bucket=BUCKET, Key=name)
    client.delete_bucket(Bucket=BUCKET)
    client.close()


def names_in(client: Any) -> set[str]:
    return {entry["Key"] for entry in client.list_objects_v2(Bucket=BUCKET).get("Contents", [])}


def test_file_is_kept_served_in_parts_and_removed(
    bucket: Any, api: Call, django_capture_on_commit_callbacks: Any
) -> None:
    world, owner, (member,) = small_group()
    picture, sound = upload_image(owner), upload(owner, "a.mp3", samples.mp3())
    message = world.say(owner, "", attachment_ids=[picture.pk, sound.pk])

    assert names_in(bucket) == {picture.file.name, picture.preview.name, sound.file.name}
    whole = api(member).get(f"files/{sound.pk}/")
    part = api(member).get(f"files/{sound.pk}/", HTTP_RANGE="bytes=10-19")
    assert b"".join(whole.streaming_content) == samples.mp3()
    assert (part.status_code, b"".join(part.streaming_content)) == (206, samples.mp3()[10:20])
    assert api(make_person()).get(f"files/{sound.pk}/").status_code == 404

    message_delete(acting_user=owner, message_id=message.pk)
    ChatMessage.objects.filter(pk=message.pk).update(deleted_at=message.created_at.replace(year=2020))
    with django_capture_on_commit_callbacks(execute=True):
        list(tombstones_purge())
    assert names_in(bucket) == set()


def test_client_is_sent_to_a_signed_address_that_ends_soon(bucket: Any, api: Call, settings: Any) -> None:
    world, owner, (member,) = small_group()
    row = upload(owner, "ሪፖርት.txt", b"secret text")
    world.say(owner, "", attachment_ids=[row.pk])
    settings.CHAT = settings.CHAT | {"FILE_HANDOVER": "redirect", "FILE_URL_LIFETIME": 30}

    assert api(make_person()).get(f"files/{row.pk}/").status_code == 404
    response = api(member).get(f"files/{row.pk}/")

    assert response.status_code == 302
    query = parse_qs(urlsplit(response["Location"]).query)
    assert query["X-Amz-Expires"] == ["30"]
    assert query["response-content-type"] == ["text/plain; charset=utf-8"]
    assert query["response-content-disposition"][0].startswith("inline; filename*=utf-8''")
    with urllib.request.urlopen(response["Location"]) as answer:
        assert answer.read() == b"secret text"


def test_file_that_the_bucket_has_lost_is_not_found(bucket: Any, api: Call, caplog: pytest.LogCaptureFixture) -> None:
    world, owner, _members = small_group()
    row = upload(owner)
    world.say(owner, "", attachment_ids=[row.pk])
    bucket.delete_object(Bucket=BUCKET, Key=row.file.name)

    assert api(owner).get(f"files/{row.pk}/").status_code == 404
    assert "lost a file" in caplog.text
