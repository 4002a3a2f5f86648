"""``chat_jobs`` and ``chat_retain``."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from chat.choices import JobState
from chat.management.commands import chat_jobs, chat_retain
from chat.models import ChatMessage, DataExport, Erasure
from chat.services.duty.erasures import erasure_request
from chat.services.duty.exports import export_request
from chat.services.duty.holds import hold_place
from tests.services.worlds import small_group

pytestmark = pytest.mark.django_db


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def at_once(settings: Any) -> None:
    settings.CHAT = {"ERASURE_DELAY": 0}


def run(command: str, err: StringIO | None = None) -> str:
    out = StringIO()
    call_command(command, stdout=out, stderr=err or StringIO())
    return out.getvalue().strip()


def stopped(job: Any) -> Any:
    """Return a job that somebody stops after its first step."""

    def steps() -> Iterator[Any]:
        running = job()
        yield next(running)
        running.close()
        raise KeyboardInterrupt

    return steps


def test_jobs_are_done_with_progress_and_go_on_after_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    world, owner, [member] = small_group()
    world.say(member, "words")
    erasure_request(acting_user=member, user_id=member.pk)
    export_request(acting_user=owner, user_id=owner.pk)
    with monkeypatch.context() as patch:
        patch.setattr(chat_jobs, "erasures_run", stopped(chat_jobs.erasures_run))
        with pytest.raises(CommandError, match="Run it again") as stop:
            run("chat_jobs")
    assert stop.value.returncode == 130
    terminal = Terminal()

    assert run("chat_jobs", terminal) == "All is done."

    assert " of " in terminal.getvalue()
    assert {Erasure.objects.get().state, DataExport.objects.get().state} == {JobState.DONE}
    assert not ChatMessage.objects.filter(message_text="words").exists()


def test_jobs_say_what_has_to_wait() -> None:
    world, owner, [member] = small_group()
    world.say(member, "words")
    erasure_request(acting_user=member, user_id=member.pk)
    hold_place(acting_user=owner, reason="case 7", group=world.group)

    assert run("chat_jobs") == "1 still to do."


def test_retention_is_held_to_and_goes_on_after_a_stop(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.CHAT |= {"RETENTION": {"group": 1}, "SYSTEM_MESSAGES": False}
    for _ in range(2):
        world, owner, _ = small_group()
        world.say(owner, "old")
    ChatMessage.objects.update(created_at=F("created_at") - timedelta(days=2))
    with monkeypatch.context() as patch:
        patch.setattr(chat_retain, "messages_retire", stopped(chat_retain.messages_retire))
        with pytest.raises(CommandError, match="content of 1 old message") as stop:
            run("chat_retain")

    assert stop.value.returncode == 130
    assert run("chat_retain", Terminal()) == "Removed the content of 1 old message."
    assert run("chat_retain") == "Removed the content of 0 old messages."
