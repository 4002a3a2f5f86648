"""Uploads to a real server: slow ones, ones that end too early, large ones in little memory."""

import socket
import tracemalloc
from collections.abc import Callable
from io import BufferedIOBase, BytesIO
from typing import Any
from wsgiref.handlers import SimpleHandler

import pytest
from django.core.wsgi import get_wsgi_application
from rest_framework_simplejwt.tokens import AccessToken

from chat.models import Attachment
from tests.files import samples
from tests.files.uploading import stored, upload
from tests.services.worlds import make_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

BOUNDARY = "limit"
HEAD = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{{}}"\r\n\r\n'
TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()
MEGABYTE = 1024 * 1024


class Connection:
    """A client that sends an upload piece by piece."""

    def __init__(self, address: tuple[str, int], person: Any, length: int) -> None:
        self.socket = socket.create_connection(address, timeout=60)
        self.send(
            f"POST /api/chat/uploads/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            f"Authorization: Bearer {AccessToken.for_user(person)}\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {length}\r\n\r\n".encode()
        )

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def status(self) -> int:
        with self.socket, self.socket.makefile("rb") as answer:
            line = answer.readline()
            answer.read()
        return int(line.split()[1]) if line else 0


@pytest.fixture
def connect(live_server: Any) -> Callable[..., Connection]:
    address = (live_server.thread.host, live_server.thread.port)
    return lambda person, length: Connection(address, person, length)


def body_of(content: bytes, name: str = "a.txt") -> bytes:
    return HEAD.format(name).encode() + content + TAIL


def test_slow_upload_arrives_while_others_are_served(connect: Callable[..., Connection]) -> None:
    slow, quick = make_person(), make_person()
    body = body_of(b"x" * 2000)
    waiting = connect(slow, len(body))
    waiting.send(body[:500])

    other = connect(quick, len(body))
    other.send(body)
    assert other.status() == 201

    for start in range(500, len(body), 400):
        waiting.send(body[start : start + 400])
    assert waiting.status() == 201
    assert set(Attachment.objects.values_list("uploaded_by", flat=True)) == {slow.pk, quick.pk}


@pytest.mark.parametrize("sent", [0, 60, 700, 1990])
def test_aborted_upload_leaves_nothing(sent: int, connect: Callable[..., Connection]) -> None:
    body = body_of(b"x" * 2000)
    connection = connect(make_person(), len(body))
    connection.send(body[:sent])

    connection.socket.shutdown(socket.SHUT_WR)
    status = connection.status()

    assert status in {0, 400}
    assert not Attachment.objects.exists()
    assert not stored()


def test_length_that_is_too_short_is_refused(connect: Callable[..., Connection]) -> None:
    body = body_of(b"x" * 2000)
    connection = connect(make_person(), 1000)
    connection.send(body[:1000])

    assert connection.status() == 400
    assert not stored()


class Endless(BufferedIOBase):
    """A body of so many bytes, made as it is read."""

    def __init__(self, content: bytes, repeat: int, name: str) -> None:
        self.parts = iter([HEAD.format(name).encode(), *([content] * repeat), TAIL])
        self.length = len(HEAD.format(name)) + len(content) * repeat + len(TAIL)
        self.rest = b""

    def read(self, size: int | None = -1, /) -> bytes:
        size = size or 0
        while len(self.rest) < size and (part := next(self.parts, b"")):
            self.rest += part
        data, self.rest = self.rest[:size], self.rest[size:]
        return data


def ask(person: Any, method: str, path: str, body: Any = None, **environ: Any) -> tuple[str, int]:
    """Return the status and the length of the answer, of which no more than a piece is kept."""
    answers: list[str] = []
    handler = SimpleHandler(BytesIO(), BytesIO(), BytesIO(), {})
    handler.setup_environ()
    environ = handler.environ | {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_AUTHORIZATION": f"Bearer {AccessToken.for_user(person)}",
        "wsgi.input": body or BytesIO(),
        **environ,
    }
    response: Any = get_wsgi_application()(environ, lambda status, *_rest: answers.append(status))  # type: ignore[arg-type]
    try:
        return answers[0], sum(map(len, response))
    finally:
        response.close()


def test_large_file_takes_little_memory_in_and_out() -> None:
    person = make_person()
    upload(person)  # whatever is loaded once is loaded
    get_wsgi_application()
    start = samples.mp4(b"isom", b"vide")
    body = Endless(start.ljust(MEGABYTE, b"\0"), 60, "film.mp4")
    kind = f"multipart/form-data; boundary={BOUNDARY}"

    tracemalloc.start()
    try:
        status, _length = ask(
            person, "POST", "/api/chat/uploads/", body, CONTENT_LENGTH=str(body.length), CONTENT_TYPE=kind
        )
        assert status.startswith("201")
        row = Attachment.objects.get(kind="video")
        status, length = ask(person, "GET", f"/api/chat/files/{row.pk}/")
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert (status, length) == ("200 OK", 60 * MEGABYTE)
    assert peak < 15 * MEGABYTE


def test_body_that_is_far_too_long_is_not_read() -> None:
    body = Endless(b"x" * MEGABYTE, 10_000, "a.txt")

    status, _length = ask(
        make_person(),
        "POST",
        "/api/chat/uploads/",
        body,
        CONTENT_LENGTH=str(body.length),
        CONTENT_TYPE=f"multipart/form-data; boundary={BOUNDARY}",
    )

    assert status.startswith("400")
    assert not body.rest
