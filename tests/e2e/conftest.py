"""A browser for everybody, against a running server."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.e2e.window import Window

FOLDER = Path(__file__).parent
ARTIFACTS = FOLDER / "artifacts"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def _built() -> None:
    """Fail, with the cure, where the page or the browser is missing."""
    check = subprocess.run([FOLDER / "setup.sh", "--check"], capture_output=True, text=True, check=False)
    if check.returncode:
        pytest.fail(check.stderr.strip(), pytrace=False)


@pytest.fixture(scope="module")
def browser(_built: None) -> Iterator[Browser]:
    """A browser for the tests of one file.

    No longer: while it runs, Playwright has an event loop in this thread, in which Django refuses the database.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=20_000)  # machines that run many tests at once are slow
    program = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_window(
    browser: Browser, live_server: LiveServer, settings: Any, request: pytest.FixtureRequest
) -> Iterator[Callable[[Any], Window]]:
    """Open a person's own browser window, signed in on the real page; a picture of each is kept."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False  # the server here speaks plain http
    windows: list[Window] = []

    def open_for(user: Any) -> Window:
        context = browser.new_context(base_url=live_server.url, viewport={"width": 1000, "height": 800})
        window = Window(context.new_page(), user)
        window.sign_in()
        windows.append(window)
        return window

    yield open_for
    ARTIFACTS.mkdir(exist_ok=True)
    for number, window in enumerate(windows):
        window.page.screenshot(path=ARTIFACTS / f"{request.node.name}-{number}.png")
        window.page.context.close()
        assert window.crashes == []
