"""What the tests of the services share: both ways of sending, and an ear for events."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from chat.events import Event, MessageCreated
from chat.services import fast_send
from tests.services.worlds import SEND_PATHS, listening

Hearing = Callable[[], AbstractContextManager[list[Event]]]


def but_lines(heard: list[Event]) -> list[Event]:
    """Return events without those of messages: what the system says beside them has tests of its own."""
    return [event for event in heard if not isinstance(event, MessageCreated)]


@pytest.fixture(params=SEND_PATHS)
def send_path(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the test over every path that sends on this database."""
    if request.param == "orm":
        monkeypatch.setattr(fast_send, "is_available", lambda: False)
    return str(request.param)


@pytest.fixture
def hearing(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Hearing:
    """Return a context that yields the events published in it; the list is filled when it ends (the commit)."""

    @contextmanager
    def hear() -> Iterator[list[Event]]:
        with listening() as heard, django_capture_on_commit_callbacks(execute=True):
            yield heard

    return hear
