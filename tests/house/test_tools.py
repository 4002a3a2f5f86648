import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tools import postgres

ROOT = Path(__file__).resolve().parents[2]
RUN = [sys.executable, str(ROOT / "tools" / "postgres.py"), "run", "--", sys.executable, "-c"]
ALONE = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
CONNECT = "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL']); print('connected', flush=True);"


def test_given_server_that_does_not_answer_fails_with_the_cure() -> None:
    silent = ALONE | {"DATABASE_URL": "postgres://ada@127.0.0.1:1/chat"}

    done = subprocess.run([*RUN, "print('ran')"], env=silent, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert "does not answer" in done.stderr
    assert "apt-get install postgresql" in done.stderr


def test_machine_without_postgres_fails_with_the_cure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(postgres, "installed_binaries", lambda: iter([Path("/nowhere")]))
    monkeypatch.setattr(sys, "argv", ["postgres.py", "run", "--", "true"])
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    assert postgres.main() == 1
    assert "/nowhere" in (error := capsys.readouterr().err)
    assert postgres.CURE in error


@pytest.mark.slow
def test_failing_command_gives_its_exit_code() -> None:
    done = subprocess.run([*RUN, f"{CONNECT} exit(7)"], env=ALONE, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (7, "connected\n")


@pytest.mark.slow
def test_ended_run_leaves_no_server_and_no_files() -> None:
    wait = f"{CONNECT} import time; time.sleep(60)"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # the server's user must get in
        environment = ALONE | {"TMPDIR": folder}
        with subprocess.Popen([*RUN, wait], env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            assert process.stdout.readline() == "connected\n"
            server = next(Path(folder).glob("chat-postgres-*/data/postmaster.pid"))
            port = int(server.read_text().splitlines()[3])
            process.terminate()

        assert process.returncode == 128 + signal.SIGTERM
        assert list(Path(folder).iterdir()) == []
        with socket.socket() as client:
            assert client.connect_ex(("127.0.0.1", port)) != 0


def test_python_too_new_to_exist_is_refused_with_the_cure() -> None:
    done = subprocess.run(
        [ROOT / "tools" / "find-python", "3.99"], env=ALONE, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert "Python 3.99 or newer is needed" in done.stderr
