"""Uploading, sending and getting files over the API."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from chat.models import Attachment, ChatMessage
from chat.services.members import member_remove
from chat.services.tombstones import message_delete
from tests.api.conftest import Call, Caller
from tests.files import samples
from tests.files.uploading import stored, upload, upload_image
from tests.services.worlds import World, make_person, small_group

pytestmark = pytest.mark.django_db

HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
    "X-Frame-Options": "SAMEORIGIN",
}


def post_file(caller: Caller, name: str, content: bytes, **fields: Any) -> Any:
    return caller.post("uploads/", {"file": SimpleUploadedFile(name, content)} | fields, format="multipart")


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def sent_file(world: World, user: Any, name: str = "note.txt", content: bytes | None = None) -> Attachment:
    row = upload(user, name, content)
    world.say(user, "", attachment_ids=[row.pk])
    return row


def test_file_is_uploaded_sent_and_read_by_the_others(api: Call) -> None:
    world, owner, (member,) = small_group()
    caller = api(owner)

    uploaded = post_file(caller, "holiday.png", samples.image("PNG"))
    assert uploaded.status_code == 201
    file = uploaded.json()
    assert caller.ok("get", f"uploads/{file['id']}/") == file
    sent = caller.ok("post", f"groups/{world.id}/messages/", {"attachment_ids": [file["id"]]})

    assert (sent["message_type"], sent["message_text"], sent["attachments"]) == ("image", None, [file])
    assert (file["name"], file["kind"], file["width"], file["height"]) == ("holiday.png", "image", 64, 48)
    (shown,) = api(member).ok("get", f"groups/{world.id}/messages/")["messages"]
    assert shown["attachments"] == [file]
    content = api(member).get(file["url"])
    assert (content.status_code, content["Content-Type"]) == (200, "image/png")
    assert body_of(content).startswith(b"\x89PNG")
    preview = api(member).get(file["preview_url"])
    assert preview["Content-Type"] == "image/webp"
    assert body_of(preview)[8:12] == b"WEBP"


def test_voice_message_tells_length_and_waveform(api: Call) -> None:
    world, owner, _members = small_group()
    caller = api(owner)

    fields = {"duration_ms": "4200", "waveform": "[0, 50, 100]"}
    file = post_file(caller, "voice.webm", samples.webm(), **fields).json()
    sent = caller.ok("post", f"groups/{world.id}/messages/", {"attachment_ids": [file["id"]]})

    assert sent["message_type"] == "audio"
    (shown,) = sent["attachments"]
    assert (shown["duration_ms"], shown["waveform"], shown["preview_url"]) == (4200, [0, 50, 100], None)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.txt", b"", "file_empty"),
        ("page.html", b"<!doctype html><script>alert(1)</script>", "file_type_not_allowed"),
        ("page.png", b"<!doctype html><script>alert(1)</script>", "file_type_not_allowed"),
        ("picture.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "file_type_not_allowed"),
        ("broken.gif", b"GIF89a/*" + b"A" * 99 + b"*/=1;alert(1)", "image_unreadable"),
        ("bomb.png", samples.png_claiming(50_000, 50_000), "image_too_large"),
    ],
)
def test_hostile_file_is_refused_and_leaves_nothing(name: str, content: bytes, code: str, api: Call) -> None:
    response = post_file(api(make_person()), name, content)

    assert (response.status_code, response.json()["code"], response.json()["field"]) == (400, code, "file")
    assert not stored()
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"duration_ms": "x"}, "duration_ms"),
        ({"duration_ms": "-1"}, "duration_ms"),
        ({"waveform": "[1"}, "waveform"),
        ({"waveform": "[101]"}, "waveform"),
        ({"waveform": "{}"}, "waveform"),
        ({"waveform": json.dumps([1] * 300)}, "waveform"),
        ({"waveform": "[" * 100_000}, "waveform"),
    ],
)
def test_wrong_fields_are_named(fields: dict[str, str], field: str, api: Call) -> None:
    response = post_file(api(make_person()), "voice.ogg", samples.ogg(), **fields)

    assert (response.status_code, response.json()["field"]) == (400, field)
    assert not stored()


def test_upload_needs_a_file_in_a_form(api: Call) -> None:
    caller = api(make_person())

    assert caller.post("uploads/", {"file": "no file"}, format="multipart").json()["field"] == "file"
    assert caller.post("uploads/", {}, format="multipart").json()["field"] == "file"
    assert caller.post("uploads/", {"file": "x"}).status_code == 415
    assert caller.post("uploads/", b"x", content_type="multipart/form-data").status_code == 400


def test_file_over_the_limit_is_refused_unread(api: Call, settings: Any) -> None:
    settings.CHAT = {f"{kind}_MAX_SIZE": 1000 for kind in ("FILE", "IMAGE", "AUDIO", "VIDEO")}
    caller = api(make_person())

    slightly = post_file(caller, "a.txt", b"x" * 1001)
    far = post_file(caller, "a.txt", b"x" * 1_000_000)

    for response in (slightly, far):
        assert (response.status_code, response.json()["code"]) == (400, "file_too_large")
        assert response.json()["field"] == "file"


def multipart(content: bytes, boundary: str = "limit") -> bytes:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    return head.encode() + content + f"\r\n--{boundary}--\r\n".encode()


@pytest.mark.parametrize("missing", [1, 10, 40, 200])
def test_body_that_is_cut_off_is_refused(missing: int, api: Call) -> None:
    body = multipart(b"x" * 5000)[: -missing - 4]

    response = api(make_person()).generic("POST", "uploads/", body, content_type="multipart/form-data; boundary=limit")

    assert (response.status_code, response.json()["code"]) == (400, "file_incomplete")
    assert not stored()


def test_body_that_is_longer_than_it_says_is_refused(api: Call) -> None:
    body = multipart(b"x" * 5000)

    response = api(make_person()).generic(
        "POST", "uploads/", body, content_type="multipart/form-data; boundary=limit", CONTENT_LENGTH="1000"
    )

    assert (response.status_code, response.json()["code"]) == (400, "file_incomplete")


def test_only_its_person_sees_and_removes_an_upload(api: Call, django_capture_on_commit_callbacks: Any) -> None:
    person, other = make_person(), make_person()
    row = upload(person)

    for method, path in (("get", "uploads/{}/"), ("delete", "uploads/{}/"), ("get", "files/{}/")):
        assert getattr(api(other), method)(path.format(row.pk)).status_code == 404
    assert api(person).get(f"files/{row.pk}/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert api(person).delete(f"uploads/{row.pk}/").status_code == 204
    assert api(person).get(f"files/{row.pk}/").status_code == 404
    assert not stored()


def test_membership_is_asked_each_time(api: Call) -> None:
    world, owner, (member,) = small_group()
    row = upload_image(owner)
    message = world.say(owner, "", attachment_ids=[row.pk])
    paths = [f"files/{row.pk}/", f"files/{row.pk}/preview/"]

    def answers(user: Any) -> set[int]:
        return {api(user).get(path).status_code for path in paths}

    assert (answers(member), answers(owner), answers(make_person())) == ({200}, {200}, {404})
    member_remove(acting_user=owner, group_id=world.id, user_id=member.pk)
    assert answers(member) == {404}
    message_delete(acting_user=owner, message_id=message.pk)
    assert answers(owner) == {404}
    assert answers(None) == {401}


def test_file_is_found_by_a_known_tag_but_only_by_members(api: Call) -> None:
    world, owner, (member,) = small_group()
    row = sent_file(world, owner)
    tag = api(member).get(f"files/{row.pk}/")["ETag"]

    assert api(member).get(f"files/{row.pk}/", HTTP_IF_NONE_MATCH=tag).status_code == 304
    assert api(make_person()).get(f"files/{row.pk}/", HTTP_IF_NONE_MATCH=tag).status_code == 404
    assert api(member).get(f"files/{row.pk}/", HTTP_IF_MATCH=f'"x", {tag}').status_code == 200
    refused = api(member).get(f"files/{row.pk}/", HTTP_IF_MATCH='"x"')
    assert (refused.status_code, refused.json()["code"]) == (412, "precondition_failed")


INLINE = {
    "a.png": samples.image(),
    "a.pdf": samples.pdf(b"<html><script>alert(1)</script></html>"),
    "a.txt": b"<!doctype html><script>alert(1)</script>",
    "a.mp3": samples.mp3(),
    "a.mp4": samples.mp4(b"isom", b"vide"),
}
PLAYED = {"a.mp3", "a.mp4"}
DOWNLOADED = {"a.docx": samples.docx(), "a.doc": samples.ole()}


@pytest.mark.parametrize("name", [*INLINE, *DOWNLOADED])
def test_headers_make_every_file_harmless(name: str, api: Call) -> None:
    world, owner, (member,) = small_group()
    row = sent_file(world, owner, name, (INLINE | DOWNLOADED)[name])

    response = api(member).get(f"files/{row.pk}/")

    assert {header: response[header] for header in HARMLESS} == HARMLESS
    # Pages of a browser's player are of this site's origin, or it could not fetch what it plays. They run nothing.
    sandbox = "sandbox allow-same-origin" if name in PLAYED else "sandbox"
    assert sandbox in response["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in response["Content-Security-Policy"]
    kind = "inline" if name in INLINE else "attachment"
    assert response["Content-Disposition"] == f'{kind}; filename="{name}"'
    assert response["Content-Type"].split(";")[0] not in {"text/html", "image/svg+xml", "application/xml", "text/xml"}
    assert api(member).get(f"files/{row.pk}/?download")["Content-Disposition"].startswith("attachment")


def test_type_that_is_unknown_by_now_is_only_downloaded(api: Call) -> None:
    world, owner, _members = small_group()
    row = sent_file(world, owner)
    Attachment.objects.update(mime_type="image/svg+xml")

    assert api(owner).get(f"files/{row.pk}/")["Content-Disposition"].startswith("attachment")


def test_name_of_any_script_reaches_the_browser(api: Call) -> None:
    world, owner, _members = small_group()
    row = sent_file(world, owner, 'ሪፖርት "2026"\r\nX-Evil: 1.txt')

    disposition = api(owner).get(f"files/{row.pk}/")["Content-Disposition"]

    assert disposition.startswith("inline; filename*=utf-8''")
    assert "\r" not in disposition
    assert "\n" not in disposition


SOUND = samples.mp3()
SIZE = len(SOUND)


@pytest.mark.parametrize(
    ("wanted", "status", "expected", "content_range"),
    [
        ("bytes=0-9", 206, SOUND[:10], f"bytes 0-9/{SIZE}"),
        ("bytes=100-", 206, SOUND[100:], f"bytes 100-{SIZE - 1}/{SIZE}"),
        ("bytes=-7", 206, SOUND[-7:], f"bytes {SIZE - 7}-{SIZE - 1}/{SIZE}"),
        (f"bytes=10-{SIZE * 9}", 206, SOUND[10:], f"bytes 10-{SIZE - 1}/{SIZE}"),
        (f"bytes=-{SIZE * 9}", 206, SOUND, f"bytes 0-{SIZE - 1}/{SIZE}"),
        (f"bytes={SIZE}-", 416, None, f"bytes */{SIZE}"),
        ("bytes=-0", 416, None, f"bytes */{SIZE}"),
        ("bytes=9-3", 200, SOUND, None),
        ("bytes=0-1,5-6", 200, SOUND, None),
        ("bytes=-", 200, SOUND, None),
        ("lines=0-1", 200, SOUND, None),
        ("bytes=0-" + "9" * 5000, 200, SOUND, None),
    ],
)
def test_players_get_the_part_they_ask_for(
    wanted: str, status: int, expected: bytes | None, content_range: str | None, api: Call
) -> None:
    world, owner, _members = small_group()
    row = sent_file(world, owner, "a.mp3", SOUND)

    response = api(owner).get(f"files/{row.pk}/", HTTP_RANGE=wanted)

    assert response.status_code == status
    assert response.get("Content-Range") == content_range
    if expected is not None:
        assert body_of(response) == expected
        assert response["Content-Length"] == str(len(expected))
        assert response["Accept-Ranges"] == "bytes"


def test_part_of_another_version_is_the_whole(api: Call) -> None:
    world, owner, _members = small_group()
    row = sent_file(world, owner, "a.mp3", SOUND)
    tag = api(owner).get(f"files/{row.pk}/")["ETag"]

    same = api(owner).get(f"files/{row.pk}/", HTTP_RANGE="bytes=0-1", HTTP_IF_RANGE=tag)
    other = api(owner).get(f"files/{row.pk}/", HTTP_RANGE="bytes=0-1", HTTP_IF_RANGE='"other"')

    assert (same.status_code, other.status_code) == (206, 200)


def test_picture_in_a_page_is_shown_by_the_session(client: Client) -> None:
    world, owner, (member,) = small_group()
    row = upload_image(owner)
    world.say(owner, "", attachment_ids=[row.pk])
    client.force_login(member)

    response = client.get(f"/api/chat/files/{row.pk}/preview/", headers={"Accept": "image/avif,image/webp,*/*;q=0.8"})
    only_images = client.get(f"/api/chat/files/{row.pk}/", headers={"Accept": "image/*"})

    assert (response.status_code, only_images.status_code) == (200, 200)
    for answer in (response, only_images):
        body_of(answer)
    client.logout()
    assert client.get(f"/api/chat/files/{row.pk}/").status_code == 401


def test_upload_by_the_session_needs_its_token(settings: Any) -> None:
    person = make_person()
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    file = SimpleUploadedFile("a.txt", b"text")

    assert client.post("/api/chat/uploads/", {"file": file}).status_code == 403
    client.cookies["csrftoken"] = "a" * 32
    file.seek(0)
    in_form = client.post("/api/chat/uploads/", {"file": file, "csrfmiddlewaretoken": "a" * 32})
    file.seek(0)
    in_header = client.post("/api/chat/uploads/", {"file": file}, headers={"X-CSRFToken": "a" * 32})
    assert (in_form.status_code, in_header.status_code) == (201, 201)


@pytest.mark.parametrize("state", ["pending", "refused"])
def test_file_that_is_not_clean_is_shown_but_not_given(state: str, api: Call) -> None:
    world, owner, (member,) = small_group()
    row = upload_image(owner)
    world.say(owner, "", attachment_ids=[row.pk])
    Attachment.objects.update(scan_state=state)

    (message,) = api(member).ok("get", f"groups/{world.id}/messages/")["messages"]
    (file,) = message["attachments"]
    assert (file["scan_state"], file["url"], file["preview_url"]) == (state, None, None)
    for path in (f"files/{row.pk}/", f"files/{row.pk}/preview/"):
        response = api(member).get(path)
        assert (response.status_code, response.json()["code"]) == (409, f"file_{state}")


@pytest.fixture
def handed_over(settings: Any, api: Call) -> Any:
    world, owner, _members = small_group()
    row = sent_file(world, owner)

    def get(**chosen: Any) -> Any:
        settings.CHAT = chosen
        response = api(owner).get(f"files/{row.pk}/")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert not response.streaming
        assert response.content == b""
        return response

    get.row = row  # type: ignore[attr-defined]
    return get


def test_server_in_front_sends_the_bytes(handed_over: Any) -> None:
    row = handed_over.row
    nginx = handed_over(FILE_HANDOVER="x-accel-redirect", FILE_HANDOVER_PREFIX="/inside/")
    assert nginx["X-Accel-Redirect"] == f"/inside/{row.file.name}"
    assert nginx["Content-Type"] == "text/plain; charset=utf-8"
    assert nginx["Content-Disposition"] == 'inline; filename="note.txt"'

    apache = handed_over(FILE_HANDOVER="x-sendfile")
    assert Path(apache["X-Sendfile"]).read_bytes() == b"what is in the file"


def test_unknown_files_are_not_found(api: Call) -> None:
    caller = api(make_person())
    for path in (f"files/{uuid4()}/", "files/nope/", f"uploads/{uuid4()}/", "files/%00/"):
        assert caller.get(path).status_code == 404
    world, owner, _members = small_group()
    row = sent_file(world, owner)
    assert api(owner).get(f"files/{row.pk}/preview/").status_code == 404


def test_foreign_and_used_uploads_are_refused_alike(api: Call) -> None:
    world, owner, (member,) = small_group()
    foreign, used = upload(member), sent_file(world, owner)

    bodies = []
    for attachment_id in (foreign.pk, used.pk, uuid4()):
        response = api(owner).send(world.id, attachment_ids=[str(attachment_id)])
        assert response.status_code == 400
        bodies.append(response.json())

    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0]["field"] == "attachment_ids"


@pytest.mark.parametrize("value", ["x", [1], ["nope"], {}, [None], [[]], ["\x00"]])
def test_malformed_attachment_ids_are_refused(value: Any, api: Call) -> None:
    world, owner, _members = small_group()

    response = api(owner).send(world.id, attachment_ids=value)

    assert (response.status_code, response.json()["field"]) == (400, "attachment_ids")


@pytest.mark.parametrize("value", ["x", {}, [1], [{"type": "url", "url": "javascript:alert(1)"}], [{"type": "x"}]])
def test_malformed_references_are_refused(value: Any, api: Call) -> None:
    world, owner, _members = small_group()

    response = api(owner).send(world.id, reference_list=value)

    assert (response.status_code, response.json()["field"]) == (400, "reference_list")


@pytest.mark.parametrize("number", [3, 30])
def test_page_with_files_costs_the_same(number: int, api: Call, django_assert_num_queries: Any) -> None:
    world, owner, (member,) = small_group()
    for _ in range(number):
        sent_file(world, owner)
    caller = api(member)

    with django_assert_num_queries(3):
        page = caller.ok("get", f"groups/{world.id}/messages/")
    assert sum(len(message["attachments"]) for message in page["messages"]) == number


def test_file_costs_two_queries(api: Call, django_assert_num_queries: Any) -> None:
    world, owner, (member,) = small_group()
    row = sent_file(world, owner)
    caller = api(member)

    with django_assert_num_queries(2):
        assert caller.get(f"files/{row.pk}/").status_code == 200


def test_changes_bring_files(api: Call) -> None:
    world, owner, (member,) = small_group()
    caller = api(member)
    known = caller.ok("get", f"groups/{world.id}/messages/")
    row = sent_file(world, owner)

    since = f"since={known['version']}&state_since={known['state_version']}"
    (message,) = caller.ok("get", f"groups/{world.id}/changes/?{since}")["messages"]

    assert [file["id"] for file in message["attachments"]] == [str(row.pk)]
    message_delete(acting_user=owner, message_id=ChatMessage.objects.get(pk=message["id"]).pk)
    (tombstone,) = caller.ok("get", f"groups/{world.id}/messages/")["messages"]
    assert tombstone["attachments"] == []
