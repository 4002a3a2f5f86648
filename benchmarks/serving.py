"""Serving a host as in production: granian, WSGI, two workers."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

WORKERS, THREADS = 2, 4


@contextmanager
def served(settings: str) -> Iterator[int]:
    """Yield the port at which the host with these settings answers."""
    port = _free_port()
    options = ["--interface", "wsgi", "--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--no-ws"]
    address = ["--host", "127.0.0.1", "--port", str(port), "--log-level", "error"]
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", *options, *address, "benchmarks.hosts.wsgi:application"],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": settings},
    )
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    stop_at = time.monotonic() + 30
    while server.poll() is None and time.monotonic() < stop_at:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The server does not answer.")
