"""A load of HTTP requests over kept connections, by one thread that costs little: it shares the machine."""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle


@dataclass
class Load:
    """What came of it: how long each answer took, in seconds, and the whole, with the client's own share."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0
    client_seconds: float = 0

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.latencies) / self.seconds


class BadAnswer(Exception):
    """An answer that is no success."""


def request(method: str, path: str, token: str, body: bytes = b"") -> bytes:
    """Return a request as it goes over the wire."""
    head = (
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {token}",
        "Accept: application/json",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join([*head, "", ""]).encode() + body


def run_load(port: int, clients: Sequence[Sequence[bytes]], seconds: float) -> Load:
    """Let each client send its requests in turn, each after the answer to the last, for about ``seconds``."""
    load = Load()
    with selectors.DefaultSelector() as selector:
        started, worked = time.perf_counter(), time.process_time()
        for requests in clients:
            client = _Client(port, cycle(requests))
            selector.register(client.socket, selectors.EVENT_READ, client)
            client.send()
        stop_at = started + seconds
        while selector.get_map():
            for key, _ in selector.select():
                client = key.data
                if not client.receive():
                    continue
                load.latencies.append(time.perf_counter() - client.sent_at)
                if time.perf_counter() < stop_at:
                    client.send()
                else:
                    selector.unregister(client.socket)
                    client.socket.close()
        load.seconds = time.perf_counter() - started
        load.client_seconds = time.process_time() - worked
    return load


class _Client:
    def __init__(self, port: int, requests: Iterator[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.requests = requests
        self.answer = b""
        self.sent_at = 0.0

    def send(self) -> None:
        """Send the next request."""
        self.answer = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(next(self.requests))

    def receive(self) -> bool:
        """Read what has come; return whether that completes the answer. Raises BadAnswer."""
        chunk = self.socket.recv(1 << 18)
        self.answer += chunk
        head, end, body = self.answer.partition(b"\r\n\r\n")
        if not chunk or (end and not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201"))):
            raise BadAnswer(self.answer.decode())
        return bool(end) and len(body) >= _length(head)


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0])
