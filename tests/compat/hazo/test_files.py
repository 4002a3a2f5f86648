"""Files on the old client's surface."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from chat.models import Attachment, ChatGroup, ChatMessage
from chat.services.tombstones import message_delete
from tests.compat.hazo.conftest import Caller, send
from tests.files import samples
from tests.files.uploading import stored, upload

pytestmark = pytest.mark.django_db

UPLOADS = "/api/hazo_chat/uploads"


def take(caller: Caller, name: str = "plan.pdf", content: bytes | None = None) -> Any:
    file = SimpleUploadedFile(name, samples.pdf() if content is None else content)
    return caller.client.post(UPLOADS, {"file": file})


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_uploaded_file_is_sent_as_a_reference_and_seen_by_the_others(
    ada: Caller, ben: Caller, group: ChatGroup
) -> None:
    reference = take(ada).json()["reference"]
    assert reference == {
        "id": reference["id"],
        "type": "document",
        "scope": "chat",
        "name": "plan.pdf",
        "url": f"/api/hazo_chat/files/{reference['id']}",
        "mime_type": "application/pdf",
        "file_size": len(samples.pdf()),
    }
    link = {"id": "1", "type": "url", "scope": "field", "name": "Site", "url": "https://example.org/"}

    sent = ada.post(chat_group_id=str(group.pk), message_text="the plan", reference_list=[link, reference]).json()

    assert sent["message"]["reference_list"] == [reference, link]
    (shown,) = ben.page(group)["messages"]
    assert (shown["message_text"], shown["reference_list"]) == ("the plan", [reference, link])
    content = ben.get(reference["url"])
    assert (content["Content-Type"], body_of(content)) == ("application/pdf", samples.pdf())
    assert content["Cross-Origin-Resource-Policy"] == "same-origin"
    assert content["Cache-Control"] == "private, no-cache"
    assert Attachment.objects.get().message_id == ChatMessage.objects.get().pk


def test_file_needs_no_text_and_is_then_told_by_its_name(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    reference = take(ada).json()["reference"]

    assert ada.post(chat_group_id=str(group.pk), reference_list=[reference]).json()["success"]

    (shown,) = ben.page(group)["messages"]
    assert shown["message_text"] == "plan.pdf"


def test_strangers_get_neither_file_nor_tombstones_content(
    ada: Caller, ben: Caller, stranger: Caller, group: ChatGroup
) -> None:
    reference = take(ada).json()["reference"]
    for other in (ben, stranger):
        assert other.get(reference["url"]).json()["error_code"] == "FILE_NOT_FOUND"
    ada.post(chat_group_id=str(group.pk), reference_list=[reference])
    assert stranger.get(reference["url"]).status_code == 404
    body_of(ben.get(reference["url"]))

    message_delete(acting_user=ada.user, message_id=ChatMessage.objects.get().pk)

    assert ben.get(reference["url"]).status_code == 404
    assert ben.page(group)["messages"][0]["reference_list"] is None
    assert ben.get(f"/api/hazo_chat/files/{uuid4()}").status_code == 404
    assert ben.get("/api/hazo_chat/files/nope").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.txt", b"", "EMPTY_FILE"),
        ("page.html", b"<script>", "FILE_TYPE_NOT_ALLOWED"),
        ("picture.png", b"\x89PNG\r\n\x1a\n broken", "IMAGE_UNREADABLE"),
        ("bomb.png", samples.png_claiming(60_000, 60_000), "IMAGE_TOO_LARGE"),
    ],
)
def test_bad_file_is_a_clear_400(name: str, content: bytes, code: str, ada: Caller) -> None:
    response = take(ada, name, content)

    assert (response.status_code, response.json()["error_code"]) == (400, code)
    assert not stored()


def test_upload_needs_a_file_and_a_person(ada: Caller, client: Any, settings: Any) -> None:
    assert ada.client.post(UPLOADS, {"other": "x"}).json()["error_code"] == "MISSING_FILE"
    assert ada.client.post(UPLOADS, {"file": "x"}).json()["error_code"] == "MISSING_FILE"
    assert client.post(UPLOADS, {"other": "x"}).status_code == 401
    settings.CHAT = {"FILE_MAX_SIZE": 10}
    assert take(ada).json()["error_code"] == "FILE_TOO_LARGE"


@pytest.mark.parametrize(
    "references",
    [
        "x",
        {},
        [1],
        [{"type": "url", "url": "javascript:alert(1)"}],
        [{"type": "document", "url": "//evil.example/"}],
        [{"type": "document", "url": "/api/hazo_chat/files/01932c60-0f00-7b11-8d7e-5d1f2a6c5e11"}],
        [{"type": "script", "url": "https://example.org/"}],
        [{"url": "https://example.org/"}],
        [{"type": "url", "url": 5}],
        [{"type": "url", "url": "https://example.org/"}] * 21,
    ],
)
def test_bad_references_are_a_clear_400(references: Any, ada: Caller, stranger: Caller, group: ChatGroup) -> None:
    fields = {"chat_group_id": str(group.pk), "message_text": "x", "reference_list": references}

    response = ada.post(**fields)
    assert (response.status_code, response.json()["error_code"]) == (400, "INVALID_REFERENCE_LIST")
    assert stranger.post(**fields).status_code == 403
    assert not ChatMessage.objects.exists()


def test_somebody_elses_upload_cannot_be_sent(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    reference = take(ada).json()["reference"]

    response = ben.post(chat_group_id=str(group.pk), message_text="mine now", reference_list=[reference])

    assert (response.status_code, response.json()["error_code"]) == (400, "INVALID_REFERENCE_LIST")
    assert Attachment.objects.get().message_id is None


def test_sent_file_can_be_referred_to_again(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    reference = take(ada).json()["reference"]
    ada.post(chat_group_id=str(group.pk), reference_list=[reference])

    again = ben.post(chat_group_id=str(group.pk), message_text="see above", reference_list=[reference]).json()

    (item,) = again["message"]["reference_list"]
    assert item["url"] == reference["url"]
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize("number", [3, 30])
def test_page_with_files_takes_one_statement_more(
    number: int, ada: Caller, group: ChatGroup, django_assert_max_num_queries: Any
) -> None:
    for _ in range(number):
        send(ada, group, "", attachment_ids=[upload(ada.user).pk])

    with django_assert_max_num_queries(5):  # session, user, membership, messages, files
        page = ada.page(group, limit=50)
    assert [len(message["reference_list"]) for message in page["messages"]] == [1] * number
