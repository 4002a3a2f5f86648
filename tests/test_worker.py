"""``manage.py chat_worker``: all regular work, until it is told to stop."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from chat.management.commands import chat_worker
from chat.models import ChatMessage, ScheduledMessage
from chat.services.scheduled import scheduled_create
from chat.services.tombstones import message_delete
from tests.services.worlds import ON_POSTGRESQL, small_group


def run(*options: str) -> list[str]:
    out = StringIO()
    call_command("chat_worker", "--once", *options, stdout=out, stderr=out)
    return [line.split(" ", 2)[2] for line in out.getvalue().splitlines()]


@pytest.mark.django_db
def test_round_does_everything_that_is_due(settings: Settings) -> None:
    settings.CHAT = {"UNDO_WINDOW": 0}
    world, owner, _ = small_group()
    deleted, expired = world.say(owner), world.say(owner)
    message_delete(acting_user=owner, message_id=deleted.pk)
    ChatMessage.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
    for text in ("one", "two"):
        at = timezone.now() + timedelta(hours=1)
        scheduled_create(acting_user=owner, group_id=world.id, message_text=text, send_at=at)
    ScheduledMessage.objects.update(send_at=timezone.now())

    indexed = ["messages for search: 4"] if ON_POSTGRESQL else []
    assert run() == ["scheduled messages: 2", "messages that disappear: 1", "deleted messages to purge: 1", *indexed]

    assert list(ChatMessage.objects.order_by("seq").values_list("message_text", flat=True)) == [
        None,
        None,
        "one",
        "two",
    ]
    assert run() == []


@pytest.mark.django_db
def test_job_that_fails_is_logged_and_the_others_are_done(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> Iterator[object]:
        raise RuntimeError("no database")
        yield

    monkeypatch.setattr(chat_worker, "JOBS", {"first": fail, "second": lambda: iter([3, 4])})

    assert run() == ["second: 7"]

    assert "could not finish: first" in caplog.text
    assert "no database" in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_it_after_the_step_it_is_in(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    before = signal.getsignal(number)

    def work() -> Iterator[object]:
        for name in "ab":
            done.append(name)
            os.kill(os.getpid(), number)
            yield name

    monkeypatch.setattr(chat_worker, "JOBS", {"first": work, "second": work})
    monkeypatch.setattr(chat_worker, "close_old_connections", lambda: None)  # the test's own
    out = StringIO()
    call_command("chat_worker", stdout=out)

    assert done == ["a"]
    assert out.getvalue().endswith("first: 1\n")
    assert signal.getsignal(number) is before


@pytest.mark.django_db
def test_it_goes_round_until_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[int] = []

    def work() -> Iterator[object]:
        rounds.append(1)
        if len(rounds) == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        return iter(())

    monkeypatch.setattr(chat_worker, "JOBS", {"work": work})
    monkeypatch.setattr(chat_worker, "close_old_connections", lambda: rounds)  # the test's own
    call_command("chat_worker", "--every", "0.01", stdout=StringIO())

    assert len(rounds) == 3


@pytest.mark.parametrize("every", ["0", "-1", "x", "nan", "inf"])
def test_pause_that_cannot_be_is_refused(every: str) -> None:
    with pytest.raises(CommandError, match="number of seconds above 0"):
        call_command("chat_worker", f"--every={every}")
